/// Squared near zero, linear beyond `beta` (Girshick, "Fast R-CNN", 2015; as PyTorch's SmoothL1Loss).
public struct SmoothL1: Loss {
  public static let name = "smooth-l1"
  public static let summary = "squared for small differences, linear for large ones"

  /// Where the two parts meet, in units of the targets.
  public let beta: Float

  public init() { self.init(beta: 1.0 / 48) }
  public init(beta: Float) { self.beta = beta }

  public func value(_ difference: Float) -> Float {
    let size = abs(difference)
    return size < beta ? 0.5 * size * size / beta : size - 0.5 * beta
  }

  public func slope(_ difference: Float) -> Float {
    abs(difference) < beta ? difference / beta : (difference < 0 ? -1 : 1)
  }
}
