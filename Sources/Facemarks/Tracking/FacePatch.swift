import Imaging

/// The appearance of a face: a small gray picture of its crop, normalised in brightness and contrast.
package struct FacePatch: Sendable, Hashable {
  package static let side = 24
  /// `side * side` values with mean 0 and sum of squares 1, row by row; all 0 for a plain surface.
  private var values: [Float]

  /// - Parameter pixels: `side * side` gray values. A standard deviation of less than a gray level counts as plain.
  package init(_ pixels: [Float]) {
    values = pixels
    normalize(leastSquares: Float(pixels.count))
  }

  /// The normalised correlation with another, -1...1; 1 for the same picture in any light.
  package func correlation(with other: FacePatch) -> Double {
    var sum: Float = 0
    for index in values.indices { sum += values[index] * other.values[index] }
    return Double(sum)
  }

  /// Moves towards another: 0 stays, 1 becomes the other.
  package mutating func approach(_ other: FacePatch, by weight: Double) {
    let weight = Float(weight)
    for index in values.indices { values[index] += weight * (other.values[index] - values[index]) }
    normalize(leastSquares: 1e-6)
  }

  /// The side of the field that `find` searches: three quarters of the patch more on every side.
  package static let searchSide = side + 2 * reach
  private static let reach = 18

  /// The offset from the middle of a field of `searchSide * searchSide` gray values at which it correlates best, in pixels of
  /// the field; nil where nothing correlates.
  package func find(in field: [Float]) -> (x: Int, y: Int)? {
    let (side, width) = (Self.side, Self.searchSide)
    let (sums, squares) = (Self.boxSums(field) { $0 }, Self.boxSums(field) { $0 * $0 })
    var best: (x: Int, y: Int, correlation: Float)?
    field.withUnsafeBufferPointer { field in
      values.withUnsafeBufferPointer { patch in
        for y in 0...(2 * Self.reach) {
          for x in 0...(2 * Self.reach) {
            var total = SIMD8<Float>()
            for row in 0..<side {
              let (a, b) = (row * side, (y + row) * width + x)
              for column in stride(from: 0, to: side, by: 8) {
                var (p, q) = (SIMD8<Float>(), SIMD8<Float>())
                for lane in 0..<8 {
                  p[lane] = patch[a + column + lane]
                  q[lane] = field[b + column + lane]
                }
                total += p * q
              }
            }
            let place = y * (2 * Self.reach + 1) + x
            let spread = squares[place] - sums[place] * sums[place] / Float(side * side)
            // The patch has no mean, so that of the field does not matter.
            let correlation = spread > Float(side * side) ? total.sum() / spread.squareRoot() : 0
            if correlation > best?.correlation ?? 0.3 { best = (x, y, correlation) }
          }
        }
      }
    }
    return best.map { ($0.x - Self.reach, $0.y - Self.reach) }
  }

  /// The sum of a function of the field's values over the patch at every place that `find` tries.
  private static func boxSums(_ field: [Float], _ value: (Float) -> Float) -> [Float] {
    let width = searchSide
    // `table[y][x]`: the sum over the rows above y and the columns left of x.
    var table = [Double](repeating: 0, count: (width + 1) * (width + 1))
    for y in 0..<width {
      var line = 0.0
      for x in 0..<width {
        line += Double(value(field[y * width + x]))
        table[(y + 1) * (width + 1) + x + 1] = table[y * (width + 1) + x + 1] + line
      }
    }
    let places = 2 * reach + 1
    return (0..<places * places).map { place in
      let (top, left) = (place / places, place % places)
      let (upper, lower) = (top * (width + 1), (top + side) * (width + 1))
      return Float(table[lower + left + side] - table[upper + left + side] - table[lower + left] + table[upper + left])
    }
  }

  private mutating func normalize(leastSquares: Float) {
    let mean = values.reduce(0, +) / Float(values.count)
    for index in values.indices { values[index] -= mean }
    let squares = values.reduce(0) { $0 + $1 * $1 }
    let scale = squares >= leastSquares ? 1 / squares.squareRoot() : 0
    for index in values.indices { values[index] *= scale }
  }
}
