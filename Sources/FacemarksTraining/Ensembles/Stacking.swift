import Facemarks
import Imaging
import NeuralNetwork

/// A linear second level over cross-validated networks (Wolpert, "Stacked generalization", 1992): what each kind of network
/// predicts of the faces it was not trained on decides how much it counts.
///
/// Every coordinate of the result is a linear function of all coordinates of all kinds of network, near their mean: how
/// near (the ridge's lambda) is chosen by leaving one fold after the other out of the second level, too.
package struct Stacking {
  /// The runs of one cross-validation, in the order of their folds.
  package struct Level: Sendable {
    package let folders: [String]

    /// - Parameter folders: of finished runs, one per fold.
    package init(folders: [String]) { self.folders = folders }
  }

  /// RMSE over the faces left out, px of 96: of the kinds alone, of their mean, of the second level.
  package private(set) var single: [Double] = []
  package private(set) var mean = 0.0
  package private(set) var stacked = 0.0
  package private(set) var lambda = 0.0
  package let combination: Combination

  private static let lambdas = [0.01, 0.1, 1, 10, 100, 1000]

  /// - Throws: `TrainingError` when the runs are not the folds of one data set.
  package init(_ levels: [Level], threads: Int) throws {
    let table = try OutOfFold(levels, threads: threads)
    let (outputs, columns) = (table.outputs, table.outputs * levels.count + 1)
    single = levels.indices.map { level in table.rmse { row, output in row[level * outputs + output] } }
    mean = table.rmse { row, output in
      levels.indices.reduce(0) { $0 + row[$1 * outputs + output] } / Double(levels.count)
    }
    func prior(_ output: Int) -> [Double] {
      var prior = [Double](repeating: 0, count: columns)
      for level in levels.indices { prior[level * outputs + output] = 1 / Double(levels.count) }
      return prior
    }
    func solve(_ output: Int, lambda: Double, without fold: Int?) -> [Double] {
      var regression = RidgeRegression(columns: columns)
      for row in table.rows where row.fold != fold && !row.truth[output].isNaN {
        regression.add(row.predicted + [1], row.truth[output])
      }
      return regression.solution(lambda: lambda, prior: prior(output))
    }
    let folds = Set(table.rows.map(\.fold)).sorted()
    let scores = Self.lambdas.map { lambda in
      var weights: [Int: [[Double]]] = [:]
      for fold in folds {
        weights[fold] = (0..<outputs).map { solve($0, lambda: lambda, without: fold) }
      }
      return table.rmseByFold { row, output, fold in
        zip(weights[fold]?[output] ?? [], row + [1]).reduce(0) { $0 + $1.0 * $1.1 }
      }
    }
    let best = scores.indices.min { scores[$0] < scores[$1] } ?? 0
    (lambda, stacked) = (Self.lambdas[best], scores[best])

    var mixes = levels.map { _ in [Float](repeating: 0, count: outputs * outputs) }
    var bias = [Float](repeating: 0, count: outputs)
    for output in 0..<outputs {
      let weights = solve(output, lambda: lambda, without: nil)
      for level in levels.indices {
        for input in 0..<outputs {
          // The prediction of a kind is the mean of its folds' networks.
          mixes[level][output * outputs + input] =
            Float(weights[level * outputs + input] / Double(levels[level].folders.count))
        }
      }
      bias[output] = Float(weights[columns - 1])
    }
    let members = try levels.flatMap {
      try $0.folders.map { try Combination.Member(contentsOf: Trainer.modelPath($0)) }
    }
    let spread = levels.indices.flatMap { level in levels[level].folders.map { _ in mixes[level] } }
    combination = try Combination(members, mixes: spread, bias: bias)
  }
}
