import NeuralNetwork

extension NetworkDescription {
  /// The same network with all weights started in one way.
  package func initialized(by initializer: Initializer) -> NetworkDescription {
    changed { layer in
      guard layer.type == Conv2D.type || layer.type == Dense.type else { return }
      layer.options["initializer"] = .text(initializer.rawValue)
    }
  }

  /// The number of dropout layers, those in branches included.
  package var dropoutCount: Int {
    var count = 0
    _ = changed { if $0.type == Dropout.type { count += 1 } }
    return count
  }

  /// The same network with other dropout rates.
  /// - Parameter rates: one for all dropout layers, or one for each in their order; 0...0.99.
  /// - Throws: `DescriptionError` when the network has another number of dropout layers.
  package func withDropout(_ rates: [Double]) throws(DescriptionError) -> NetworkDescription {
    guard rates.count == 1 || rates.count == dropoutCount else {
      throw DescriptionError("the network has \(dropoutCount) dropout layers; give one rate, or one for each")
    }
    guard rates.count > 0, rates.allSatisfy({ (0...0.99).contains($0) }) else {
      throw DescriptionError("dropout rates must be in 0...0.99")
    }
    var number = 0
    return changed { layer in
      guard layer.type == Dropout.type else { return }
      layer.options["rate"] = .number(rates[min(number, rates.count - 1)])
      number += 1
    }
  }

  private func changed(_ change: (inout LayerDescription) -> Void) -> NetworkDescription {
    func changed(_ layers: [LayerDescription]) -> [LayerDescription] {
      layers.map { layer in
        var layer = layer
        change(&layer)
        if case .branches(let branches) = layer.options["branches"] {
          layer.options["branches"] = .branches(branches.map(changed))
        }
        return layer
      }
    }
    var result = self
    result.layers = changed(layers)
    return result
  }
}
