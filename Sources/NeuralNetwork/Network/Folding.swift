extension Network {
  /// The same function for inference only: every BatchNorm that follows a convolution or a dense layer without activation
  /// becomes part of it (weights times scale / deviation), rectifiers become activations of what precedes them, dropout goes.
  package func folded() throws -> Network {
    let (descriptions, values) = Network.fold(layers, description.layers)
    let network = try Network(
      NetworkDescription(input: input, layers: descriptions), allocation: AllocationLimit(initializesWeights: false))
    let targets = network.parameters.map(\.value)
    guard targets.count == values.count else { throw DescriptionError("folding lost a parameter") }
    for (target, value) in zip(targets, values) { target.values = value }
    Network.freeze(network.layers)
    return network
  }

  /// A folded network for inputs of another size, with a copy of the weights.
  /// - Throws: `DescriptionError` when the layers do not take such inputs, or have other weights for them.
  package func adapted(to input: Shape) throws -> Network {
    let network = try Network(
      NetworkDescription(input: input, layers: description.layers),
      allocation: AllocationLimit(initializesWeights: false))
    for (target, source) in zip(network.parameters, parameters) {
      guard target.value.shape == source.value.shape else {
        throw DescriptionError("the weights depend on the size of the input")
      }
      target.value.values = source.value.values
    }
    Network.freeze(network.layers)
    return network
  }

  private static func freeze(_ layers: [any Layer]) {
    for layer in layers {
      if let convolution = layer as? Conv2D { convolution.freeze() }
      if let layer = layer as? any Branched { layer.branches.forEach(freeze) }
    }
  }

  /// Descriptions and parameter values of the folded layers.
  private static func fold(_ layers: [any Layer], _ sources: [LayerDescription]) -> ([LayerDescription], [[Float]]) {
    var descriptions: [LayerDescription] = []
    var values: [[[Float]]] = []
    for (layer, description) in zip(layers, sources) {
      switch layer {
      case is Dropout: continue
      case let norm as BatchNorm where descriptions.last?.isLinear == true && !values.isEmpty:
        let weights = values[values.count - 1]
        descriptions[descriptions.count - 1].options["bias"] = .integer(1)
        descriptions[descriptions.count - 1].options["activation"] = description.options["activation"]
        values[values.count - 1] = norm.absorbed(weights)
      case is ReLU where descriptions.last?.accepts == true:
        descriptions[descriptions.count - 1].options["activation"] = .text(Activation.relu.rawValue)
      case let layer as any Branched:
        var (branches, inner): ([[LayerDescription]], [[Float]]) = ([], [])
        for (layers, sources) in zip(layer.branches, description.branches) {
          let (folded, weights) = fold(layers, sources)
          branches.append(folded)
          inner += weights
        }
        var folded = description
        folded.options["branches"] = .branches(branches)
        descriptions.append(folded)
        values.append(inner)
      default:
        descriptions.append(description)
        values.append(layer.parameters.map(\.value.values))
      }
    }
    return (descriptions, values.flatMap { $0 })
  }
}

extension LayerDescription {
  fileprivate var branches: [[LayerDescription]] {
    if case .branches(let branches) = options["branches"] { branches } else { [] }
  }

  /// Whether the layer's result is still linear in its weights, so that a normalisation can become part of them.
  fileprivate var isLinear: Bool { accepts && (type == Conv2D.type || type == Dense.type) }

  /// Whether the layer can still take an activation in.
  fileprivate var accepts: Bool {
    guard [Conv2D.type, Dense.type, BatchNorm.type, Add.type].contains(type) else { return false }
    return options["activation"] == nil || options["activation"] == .text(Activation.none.rawValue)
  }
}

extension BatchNorm {
  /// Weight and bias of the layer before, with this normalisation applied.
  fileprivate func absorbed(_ values: [[Float]]) -> [[Float]] {
    let channels = scale.value.count
    var weight = values[0]
    var bias = values.count > 1 ? values[1] : [Float](repeating: 0, count: channels)
    let size = weight.count / channels
    for channel in 0..<channels {
      let factor = scale.value.pointer[channel] / (variance.value.pointer[channel] + epsilon).squareRoot()
      for i in channel * size..<(channel + 1) * size { weight[i] *= factor }
      bias[channel] = (bias[channel] - mean.value.pointer[channel]) * factor + shift.value.pointer[channel]
    }
    return [weight, bias]
  }
}
