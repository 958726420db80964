import NeuralNetwork

/// S. Park's net for Kaggle's keypoints: five convolutions and a global average, 0.21 M weights, 63 M multiply-adds.
package enum Park: Architecture {
  package static let name = "park"
  package static let summary = "five convolutions and a global average, after S. Park: 0.21 M weights"

  package static func description(outputs: Int, options: [String: Int]) -> NetworkDescription {
    func block(_ filters: Int, kernel: Int, padding: String) -> [LayerDescription] {
      [.conv(filters, kernel: kernel, padding: padding, bias: true, activation: .relu), .maxPool(2)]
    }
    return NetworkDescription(
      input: [1, 96, 96],
      layers: [.norm()] + block(24, kernel: 5, padding: "same") + block(36, kernel: 5, padding: "valid")
        + block(48, kernel: 5, padding: "valid") + block(64, kernel: 3, padding: "valid") + [
          .conv(64, padding: "valid", bias: true, activation: .relu), .globalAveragePool,
          .dense(500, activation: .relu, initializer: .xavier), .dense(90, activation: .relu, initializer: .xavier),
          .dense(outputs, initializer: .xavier),
        ])
  }
}
