import NeuralNetwork

/// One hidden layer (D. Nouri, "Using convolutional neural nets to detect facial keypoints", 2014; the tutorials of
/// sdeck51 and navoshta).
package enum SimpleNet: Architecture {
  package static let name = "simplenet"
  package static let summary = "one hidden layer of 1000, or hidden=100"
  package static let options = [ArchitectureOption("hidden", 1000, in: 1...100_000)]

  package static func description(outputs: Int, options: [String: Int]) -> NetworkDescription {
    NetworkDescription(
      input: [1, 96, 96],
      layers: [
        .flatten, .dense(options["hidden"] ?? 0, activation: .relu, initializer: .xavier),
        .dense(outputs, initializer: .xavier),
      ])
  }
}
