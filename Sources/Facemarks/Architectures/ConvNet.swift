import NeuralNetwork

/// Three convolutions with pooling and two wide dense layers (D. Nouri, 2014; navoshta's second net, sdeck51's ConvNet):
/// 19.5 M weights. Its dropout is that of the tutorials; `--dropout 0` takes it away.
package enum ConvNet: Architecture {
  package static let name = "convnet"
  package static let summary = "three convolutions, two dense layers of 1000, after Nouri: 19.5 M weights"
  package static let options = [ArchitectureOption("hidden", 1000, in: 1...100_000)]

  package static func description(outputs: Int, options: [String: Int]) -> NetworkDescription {
    let hidden = options["hidden"] ?? 0
    func block(_ filters: Int, kernel: Int, dropout: Double) -> [LayerDescription] {
      [
        .conv(filters, kernel: kernel, bias: true, activation: .relu, initializer: .xavier), .maxPool(2),
        .dropout(dropout),
      ]
    }
    return NetworkDescription(
      input: [1, 96, 96],
      layers: block(32, kernel: 3, dropout: 0.1) + block(64, kernel: 2, dropout: 0.2)
        + block(128, kernel: 2, dropout: 0.3) + [
          .flatten, .dense(hidden, activation: .relu, initializer: .xavier), .dropout(0.5),
          .dense(hidden, activation: .relu, initializer: .xavier), .dense(outputs, initializer: .xavier),
        ])
  }
}
