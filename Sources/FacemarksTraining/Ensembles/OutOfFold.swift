import Facemarks
import NeuralNetwork

/// The predictions of cross-validated networks for the faces that they were not trained on, in the network's units.
struct OutOfFold {
  struct Row {
    var fold: Int
    /// All outputs of the first kind, then of the second...
    var predicted: [Double]
    /// NaN = no label.
    var truth: [Double]
  }

  private(set) var rows: [Row] = []
  let outputs: Int

  /// - Throws: `TrainingError` when the runs are not the folds of one data set and one split.
  init(_ levels: [Stacking.Level], threads: Int) throws {
    guard let first = levels.first?.folders.first else { throw TrainingError("no runs to stack") }
    let base = try Trainer.configuration(of: first)
    let dataset = try base.readData()
    outputs = 2 * dataset.scheme.count
    let half = Double(FaceCrop.side) / 2
    var predictions: [Int: (fold: Int, values: [Double])] = [:]
    for (number, level) in levels.enumerated() {
      var seen: Set<Int> = []
      for (fold, folder) in level.folders.enumerated() {
        let run = try Trainer.configuration(of: folder)
        guard (run.data, run.rows, run.crops) == (base.data, base.rows, base.crops), run.splitPlan.fold != nil else {
          throw TrainingError("\(folder): not a fold of a cross-validation on the data of \(first)")
        }
        let model = try Predictors.read(Trainer.modelPath(folder))
        guard model.landmarks.count == dataset.scheme.count else {
          throw TrainingError("\(folder): knows some landmarks only")
        }
        let indices = try Trainer.split(dataset, run, landmarks: model.landmarks).validation
        let values = try model.predict(dataset.pictures(of: indices), threads: threads)
        for (slot, sample) in indices.enumerated() {
          guard seen.insert(sample).inserted, number == 0 || predictions[sample]?.fold == fold else {
            throw TrainingError("\(folder): its fold is not that of \(first); give runs of the same seed and folds")
          }
          let own = values[slot * outputs..<(slot + 1) * outputs].map { (Double($0) - half) / half }
          predictions[sample, default: (fold, [])].values += own
        }
      }
    }
    rows = predictions.keys.sorted().compactMap { sample in
      guard let (fold, values) = predictions[sample], values.count == outputs * levels.count else { return nil }
      let truth = (0..<outputs).map { output in
        (Double(dataset.points[sample * outputs + output]) - Double(dataset.margin) - half) / half
      }
      return Row(fold: fold, predicted: values, truth: truth)
    }
    guard !rows.isEmpty else { throw TrainingError("\(first): no faces to stack on") }
  }

  /// Of `value`, which makes one output of a row of predictions; px of 96.
  func rmse(_ value: (_ predicted: [Double], _ output: Int) -> Double) -> Double {
    rmseByFold { row, output, _ in value(row, output) }
  }

  /// As `rmse`, of a `value` that depends on the fold of the face, too.
  func rmseByFold(_ value: (_ predicted: [Double], _ output: Int, _ fold: Int) -> Double) -> Double {
    var (sum, count) = (0.0, 0)
    for row in rows {
      for output in 0..<outputs where !row.truth[output].isNaN {
        let difference = value(row.predicted, output, row.fold) - row.truth[output]
        sum += difference * difference
        count += 1
      }
    }
    return Double(FaceCrop.side) / 2 * (sum / Double(max(count, 1))).squareRoot()
  }
}
