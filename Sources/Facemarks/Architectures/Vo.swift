import NeuralNetwork

/// T. Vo's family of nets: blocks of two convolutions and a pooling, the filters doubling from block to block.
package enum Vo: Architecture {
  package static let name = "vo"
  package static let summary = "blocks of two normalised convolutions, after T. Vo; blocks=3, filters=32 in the first"
  package static let options = [
    ArchitectureOption("blocks", 3, in: 1...5), ArchitectureOption("filters", 32, in: 1...512),
  ]

  package static func description(outputs: Int, options: [String: Int]) -> NetworkDescription {
    var layers: [LayerDescription] = []
    var filters = options["filters"] ?? 0
    for block in 0..<(options["blocks"] ?? 0) {
      if block > 0 { filters *= 2 }
      for _ in 0..<2 { layers += [.conv(filters, initializer: .xavier), .leakyReLU, .norm()] }
      layers.append(.maxPool(2))
    }
    return NetworkDescription(
      input: [1, 96, 96],
      layers: layers + [
        .flatten, .dense(filters, activation: .relu, initializer: .xavier), .dropout(0.15),
        // Starts from zero: with random weights the first steps of Adam at the published rate would silence all units before it
        // (dead ReLUs).
        .dense(outputs, initializer: .zeros),
      ])
  }
}
