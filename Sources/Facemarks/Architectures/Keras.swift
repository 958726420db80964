import NeuralNetwork

/// A net of the size that the Keras post "Training a CNN to detect facial keypoints" names, "over 7 M weights"; its layers
/// are ours, as the post's are not given in full.
package enum Keras: Architecture {
  package static let name = "keras"
  package static let summary = "four convolutions, two dense layers of 512, the size of the Keras post: 7 M weights"

  package static func description(outputs: Int, options: [String: Int]) -> NetworkDescription {
    func convolution(_ filters: Int) -> LayerDescription {
      .conv(filters, padding: "valid", bias: true, activation: .relu, initializer: .xavier)
    }
    return NetworkDescription(
      input: [1, 96, 96],
      layers: [
        convolution(32), .maxPool(2), convolution(64), .maxPool(2), convolution(128), .maxPool(2),
        .conv(128, bias: true, activation: .relu, initializer: .xavier), .dropout(0.2),
        .flatten, .dense(512, activation: .relu, initializer: .xavier), .dropout(0.5),
        .dense(512, activation: .relu, initializer: .xavier), .dense(outputs, initializer: .xavier),
      ])
  }
}
