import NeuralNetwork

/// For tests and slow machines: 1.5 M multiply-adds.
package enum Tiny: Architecture {
  package static let name = "tiny"
  package static let summary = "four small convolutions, 1.5 M multiply-adds"

  package static func description(outputs: Int, options: [String: Int]) -> NetworkDescription {
    NetworkDescription(
      input: [1, 96, 96],
      layers: [
        .conv(8, stride: 2), .norm(.relu), .conv(12, stride: 2), .norm(.relu), .conv(24, stride: 2), .norm(.relu),
        .conv(48, stride: 2), .norm(.relu), .flatten, .dense(outputs, initializer: .zeros),
      ])
  }
}
