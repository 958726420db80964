#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Logarithmic for small differences, so that these count for more, and linear beyond `width` (Feng et al., "Wing loss for
/// robust facial landmark localisation", 2018): w ln(1 + |x| / e) below w, |x| - C above.
package struct WingLoss: Loss {
  package static let name = "wing"
  package static let summary = "logarithmic for small differences, linear for large ones"

  /// In units of the targets; half a crop of 96 px is 1.
  package let width: Float
  package let epsilon: Float

  package init() { self.init(width: 4.0 / 48, epsilon: 1.0 / 48) }

  package init(width: Float, epsilon: Float) {
    self.width = width
    self.epsilon = epsilon
  }

  package func value(_ difference: Float) -> Float {
    let size = abs(difference)
    return size < width ? width * log(1 + size / epsilon) : size - width + width * log(1 + width / epsilon)
  }

  package func slope(_ difference: Float) -> Float {
    let size = abs(difference)
    let slope = size < width ? width / (epsilon + size) : 1
    return difference < 0 ? -slope : (difference > 0 ? slope : 0)
  }
}
