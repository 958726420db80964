import Facemarks
import Imaging

extension Evaluation {
  /// The number of crops that a predictor gets at a time.
  private static let share = 256

  /// - Parameter indices: of the samples in the data set. Points that the predictor does not know are left out.
  package static func errors(
    of predictor: any LandmarkPredictor, on dataset: LandmarkDataset, indices: [Int], truth: Truth = .labels,
    threads: Int
  ) throws -> ErrorStatistics {
    var errors = ErrorStatistics(scheme: dataset.scheme)
    let count = dataset.scheme.count
    let known = Set(predictor.landmarks)
    for start in stride(from: 0, to: indices.count, by: share) {
      let part = indices[start..<min(start + share, indices.count)]
      let values = try predictor.predict(dataset.pictures(of: part), threads: threads)
      for (slot, sample) in part.enumerated() {
        let predicted = (0..<count).map { landmark in
          let at = 2 * (slot * count + landmark)
          return Point(x: Double(values[at]), y: Double(values[at + 1]))
        }
        let labels = points(of: sample, in: dataset, truth: truth)
        errors.add(
          predicted: predicted, truth: labels.enumerated().map { known.contains($0.offset) ? $0.element : nil })
      }
    }
    return errors
  }

  /// The samples on the training side of the run that a weight file's metadata tell of; nil when it had other data.
  package static func trained(by metadata: [String: String], of dataset: LandmarkDataset) -> Set<Int>? {
    guard metadata[LandmarkModel.Key.data] == dataset.fingerprint,
      let configuration = metadata[LandmarkModel.Key.configuration].flatMap({ try? RunConfiguration(metadata: $0) })
    else { return nil }
    return Set(Split(dataset, configuration.splitPlan).training)
  }

  /// The samples that have all labels and points placed by hand besides.
  package static func labelledTwice(in dataset: LandmarkDataset, indices: [Int]) -> [Int] {
    indices.filter { sample in
      points(of: sample, in: dataset, truth: .labels).allSatisfy { $0 != nil }
        && points(of: sample, in: dataset, truth: .manual).contains { $0 != nil }
    }
  }

  /// The errors of the labels of some samples, which must have all, against the points placed by hand.
  package static func labelErrors(on dataset: LandmarkDataset, indices: [Int]) -> ErrorStatistics {
    var errors = ErrorStatistics(scheme: dataset.scheme)
    for sample in indices {
      errors.add(
        predicted: points(of: sample, in: dataset, truth: .labels).compactMap(\.self),
        truth: points(of: sample, in: dataset, truth: .manual))
    }
    return errors
  }
}
