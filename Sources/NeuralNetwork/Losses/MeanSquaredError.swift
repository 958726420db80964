/// The squared difference. With missing elements (weight 0) this is the masked mean squared error.
package struct MeanSquaredError: Loss {
  package static let name = "mse"
  package static let summary = "mean squared error over the coordinates that are there"

  package init() {}
  package func value(_ difference: Float) -> Float { difference * difference }
  package func slope(_ difference: Float) -> Float { 2 * difference }
}
