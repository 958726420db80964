import Facemarks

/// Chooses among models those whose mean is the best (forward selection; Caruana et al., "Ensemble selection from
/// libraries of models", 2004, without repetition).
package struct Selection {
  /// The result of a step.
  package struct Step: Hashable, Sendable {
    package var path: String
    /// Of the mean of all chosen so far, px of 96.
    package var rmse: Double
  }

  /// The models chosen, in the order of choosing, for each set of landmarks that models know.
  package private(set) var steps: [[Step]] = []

  package var paths: [String] { steps.joined().map(\.path) }

  /// - Parameters:
  ///   - paths: weight files; those that know the same landmarks compete with each other.
  ///   - indices: the samples to evaluate on, on which none of the models was trained.
  /// - Throws: what reading and predicting throw, `TrainingError` when no sample has known points.
  package init(_ paths: [String], on dataset: LandmarkDataset, indices: [Int], threads: Int) throws {
    let predictors = try paths.map(Predictors.read)
    var groups: [[Int]: [Int]] = [:]
    for (number, predictor) in predictors.enumerated() { groups[predictor.landmarks, default: []].append(number) }
    let pictures = dataset.pictures(of: indices)
    for landmarks in groups.keys.sorted(by: { $0.lexicographicallyPrecedes($1) }) {
      let places = Self.places(landmarks, dataset, indices)
      guard !places.isEmpty else {
        throw TrainingError("\(dataset.path): no known points among the faces to select by")
      }
      let truth = places.map { Double(dataset.points[$0.truth]) }
      let outputs = try (groups[landmarks] ?? []).map { number in
        let values = try predictors[number].predict(pictures, threads: threads)
        // Points lie in the whole picture, predictions in its central crop.
        return (paths[number], places.map { Double(values[$0.output]) + Double(dataset.margin) })
      }
      steps.append(Self.choose(outputs, truth))
    }
  }

  /// The indices of the known coordinates of some landmarks among the points of the data set and among the predictions.
  private static func places(
    _ landmarks: [Int], _ dataset: LandmarkDataset, _ indices: [Int]
  ) -> [(truth: Int, output: Int)] {
    let width = 2 * dataset.scheme.count
    let coordinates = landmarks.flatMap { [2 * $0, 2 * $0 + 1] }
    var places: [(truth: Int, output: Int)] = []
    for (slot, sample) in indices.enumerated() {
      for coordinate in coordinates where !dataset.points[sample * width + coordinate].isNaN {
        places.append((sample * width + coordinate, slot * width + coordinate))
      }
    }
    return places
  }

  /// The candidates whose mean is nearest to `truth`, in the order of choosing.
  package static func choose(_ candidates: [(path: String, values: [Double])], _ truth: [Double]) -> [Step] {
    var rest = Array(candidates.indices)
    var sum = [Double](repeating: 0, count: truth.count)
    var steps: [Step] = []
    while !rest.isEmpty {
      let size = Double(steps.count + 1)
      let scores = rest.map { number in
        let squares = truth.indices.reduce(0.0) { total, i in
          let difference = (sum[i] + candidates[number].values[i]) / size - truth[i]
          return total + difference * difference
        }
        return (number: number, rmse: (squares / Double(truth.count)).squareRoot())
      }
      guard let best = scores.min(by: { $0.rmse < $1.rmse }), best.rmse < steps.last?.rmse ?? .infinity else { break }
      steps.append(Step(path: candidates[best.number].path, rmse: best.rmse))
      for i in sum.indices { sum[i] += candidates[best.number].values[i] }
      rest.removeAll { $0 == best.number }
    }
    return steps
  }
}
