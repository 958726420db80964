/// Linear regression that keeps near a given solution: minimises |A w - y|^2 + lambda |w - prior|^2 (Hoerl and Kennard,
/// "Ridge regression", 1970, with the origin moved to the prior).
package struct RidgeRegression {
  private let columns: Int
  /// A^T A and A^T y, summed up row by row.
  private var gram: [Double]
  private var moments: [Double]
  package private(set) var rows = 0

  package init(columns: Int) {
    self.columns = columns
    gram = [Double](repeating: 0, count: columns * columns)
    moments = [Double](repeating: 0, count: columns)
  }

  /// - Parameters:
  ///   - row: a row of A.
  ///   - value: its y.
  package mutating func add(_ row: [Double], _ value: Double) {
    precondition(row.count == columns, "a row of the wrong length")
    for i in 0..<columns {
      moments[i] += row[i] * value
      for j in 0...i { gram[i * columns + j] += row[i] * row[j] }
    }
    rows += 1
  }

  /// - Parameter lambda: above 0.
  /// - Returns: w.
  package func solution(lambda: Double, prior: [Double]) -> [Double] {
    // Cholesky: (A^T A + lambda I) = L L^T, positive definite as lambda is above 0.
    var lower = gram
    var right = zip(moments, prior).map { $0 + lambda * $1 }
    for i in 0..<columns { lower[i * columns + i] += lambda }
    for i in 0..<columns {
      for j in 0...i {
        var sum = lower[i * columns + j]
        for k in 0..<j { sum -= lower[i * columns + k] * lower[j * columns + k] }
        lower[i * columns + j] = i == j ? max(sum, 1e-12).squareRoot() : sum / lower[j * columns + j]
      }
    }
    for i in 0..<columns {
      for k in 0..<i { right[i] -= lower[i * columns + k] * right[k] }
      right[i] /= lower[i * columns + i]
    }
    for i in (0..<columns).reversed() {
      for k in i + 1..<columns { right[i] -= lower[k * columns + i] * right[k] }
      right[i] /= lower[i * columns + i]
    }
    return right
  }
}
