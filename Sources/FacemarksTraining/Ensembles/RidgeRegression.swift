import NeuralNetwork

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
    // A^T A + lambda I is positive definite, as lambda is above 0.
    var matrix = gram
    for i in 0..<columns { matrix[i * columns + i] += lambda }
    let right = zip(moments, prior).map { $0 + lambda * $1 }
    guard let solution = Cholesky.solve(matrix, right, least: 1e-12) else { return prior }
    return solution
  }
}
