/// The solution of linear equations with a symmetric positive matrix, by Cholesky's decomposition.
package enum Cholesky {
  /// - Parameters:
  ///   - matrix: `n * n` numbers, row by row; the upper right half is not read.
  ///   - right: n numbers.
  ///   - least: smaller squares on the diagonal of the decomposition are taken for this.
  /// - Returns: n numbers; nil where the matrix is not positive or not finite.
  package static func solve(_ matrix: [Double], _ right: [Double], least: Double = 0) -> [Double]? {
    let count = right.count
    precondition(matrix.count == count * count, "a matrix of another size")
    var (lower, x) = (matrix, right)
    for i in 0..<count {
      for j in 0...i {
        var sum = lower[i * count + j]
        for k in 0..<j { sum -= lower[i * count + k] * lower[j * count + k] }
        if i == j {
          let square = max(sum, least)
          guard square > 0, square.isFinite else { return nil }
          lower[i * count + i] = square.squareRoot()
        } else {
          lower[i * count + j] = sum / lower[j * count + j]
        }
      }
    }
    for i in 0..<count {
      for k in 0..<i { x[i] -= lower[i * count + k] * x[k] }
      x[i] /= lower[i * count + i]
    }
    for i in (0..<count).reversed() {
      for k in i + 1..<count { x[i] -= lower[k * count + i] * x[k] }
      x[i] /= lower[i * count + i]
    }
    return x
  }
}
