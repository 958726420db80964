/// The squared difference. With missing elements (weight 0) this is the masked mean squared error.
public struct MeanSquaredError: Loss {
  public static let name = "mse"
  public static let summary = "mean squared error over the coordinates that are there"

  public init() {}
  public func value(_ difference: Float) -> Float { difference * difference }
  public func slope(_ difference: Float) -> Float { 2 * difference }
}
