/// A measure of how far predictions are from their targets, element by element.
///
/// Contract: `value` is differentiable almost everywhere, zero at zero difference; `slope` is its derivative.
package protocol Loss: Sendable {
  static var name: String { get }
  static var summary: String { get }
  init()
  /// The loss of one difference, prediction - target.
  func value(_ difference: Float) -> Float
  /// Its derivative with respect to the prediction.
  func slope(_ difference: Float) -> Float
}

extension Loss {
  /// The mean over the elements that count, and its gradient.
  ///
  /// - Parameters:
  ///   - weights: how much each element counts; 0 for a missing one, which then carries no gradient. Nil: all count 1.
  ///   - gradient: gets the derivative of the mean with respect to every prediction.
  /// - Returns: sum(weight * value) / sum(weight); 0 when nothing counts.
  package func evaluate(_ prediction: Tensor, _ target: Tensor, weights: Tensor?, gradient: Tensor) -> Double {
    precondition(prediction.shape == target.shape, "predictions \(prediction.shape), targets \(target.shape)")
    gradient.resize(prediction.shape)
    let count = prediction.count
    var total = 0.0
    for i in 0..<count { total += Double(weights?.pointer[i] ?? 1) }
    guard total > 0 else {
      gradient.fill(0)
      return 0
    }
    let share = Float(1 / total)
    var sum = 0.0
    for i in 0..<count {
      let weight = weights?.pointer[i] ?? 1
      if weight == 0 {
        gradient.pointer[i] = 0
      } else {
        let difference = prediction.pointer[i] - target.pointer[i]
        sum += Double(weight * value(difference))
        gradient.pointer[i] = weight * share * slope(difference)
      }
    }
    return sum / total
  }
}

/// Every loss there is.
package enum Losses {
  package static let all: [any Loss.Type] = [MeanSquaredError.self, SmoothL1.self, WingLoss.self]

  package static func named(_ name: String) -> (any Loss)? { all.first { $0.name == name }?.init() }
}
