/// Squared near zero, linear beyond `beta` (Girshick, "Fast R-CNN", 2015; as PyTorch's SmoothL1Loss).
package struct SmoothL1: Loss {
  package static let name = "smooth-l1"
  package static let summary = "squared for small differences, linear for large ones"

  /// The difference at which the two parts meet, in units of the targets.
  package let beta: Float

  package init() { self.init(beta: 1.0 / 48) }
  package init(beta: Float) { self.beta = beta }

  package func value(_ difference: Float) -> Float {
    let size = abs(difference)
    return size < beta ? 0.5 * size * size / beta : size - 0.5 * beta
  }

  package func slope(_ difference: Float) -> Float {
    abs(difference) < beta ? difference / beta : (difference < 0 ? -1 : 1)
  }
}
