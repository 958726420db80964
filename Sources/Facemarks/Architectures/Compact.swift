import NeuralNetwork

/// The shipped network: a residual net (He et al., 2016) that halves the picture four times, 34 M multiply-adds. The last
/// planes are not pooled but go to the output as they are, since where something stands is what is asked.
public enum Compact: Architecture {
  public static let name = "compact"
  public static let summary = "residual net, 34 M multiply-adds: the shipped one"

  public static func description(outputs: Int, options: [String: Int]) -> NetworkDescription {
    NetworkDescription(
      input: [1, 96, 96],
      layers: [
        .conv(16, stride: 2), .norm(.relu),
        .conv(24, stride: 2), .norm(.relu), .residual(24),
        .conv(64, stride: 2), .norm(.relu), .residual(64),
        .conv(128, stride: 2), .norm(.relu), .residual(128),
        .flatten, .dropout(0.1), .dense(outputs, initializer: .zeros),
      ])
  }
}
