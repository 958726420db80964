import Imaging

/// What a face looks like: a small picture of its crop, free of the light's level and contrast.
struct FacePatch: Sendable, Hashable {
  static let side = 24
  /// `side * side` values with mean 0 and sum of squares 1, row by row; all 0 for a plain surface.
  private var values: [Float]

  /// - Parameter pixels: `side * side` gray values. A contrast of less than a gray level says nothing.
  init(_ pixels: [Float]) {
    values = pixels
    normalize(leastSquares: Float(pixels.count))
  }

  /// The normalised correlation with another, -1...1; 1 for the same picture in any light.
  func correlation(with other: FacePatch) -> Double {
    var sum: Float = 0
    for index in values.indices { sum += values[index] * other.values[index] }
    return Double(sum)
  }

  /// Moves towards another: 0 stays, 1 becomes the other.
  mutating func approach(_ other: FacePatch, by weight: Double) {
    let weight = Float(weight)
    for index in values.indices { values[index] += weight * (other.values[index] - values[index]) }
    normalize(leastSquares: 1e-6)
  }

  private mutating func normalize(leastSquares: Float) {
    let mean = values.reduce(0, +) / Float(values.count)
    for index in values.indices { values[index] -= mean }
    let squares = values.reduce(0) { $0 + $1 * $1 }
    let scale = squares >= leastSquares ? 1 / squares.squareRoot() : 0
    for index in values.indices { values[index] *= scale }
  }
}
