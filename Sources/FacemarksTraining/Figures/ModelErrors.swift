import Facemarks
import Imaging

/// The errors of a predictor for each face and landmark.
package struct ModelErrors: Sendable {
  /// The predictor's name in legends.
  package let name: String
  package let scheme: LandmarkScheme
  /// Of each face and landmark, px of 96; NaN where the label or the prediction is unknown.
  private let distances: [[Double]]
  /// Of each face; nil where an eye centre is unknown.
  private let eyeDistances: [Double?]

  /// The mean error of a landmark.
  package struct PointError: Sendable {
    package var landmark: String
    /// The number of faces that have it.
    package var count: Int
    package var mean: Double
    /// The standard error of the mean: deviation / sqrt(count); NaN for fewer than two faces.
    package var standardError: Double
    package var median: Double
  }

  /// Compares predictions with labels, both in crop pixels.
  package init(name: String, scheme: LandmarkScheme, predicted: [[Point?]], truth: [[Point?]]) {
    precondition(predicted.count == truth.count, "predictions for other faces than those with labels")
    self.name = name
    self.scheme = scheme
    distances = zip(predicted, truth).map { predicted, truth in
      zip(predicted, truth).map { predicted, truth in
        guard let predicted, let truth else { return .nan }
        return predicted.distance(to: truth)
      }
    }
    eyeDistances = truth.map { points in
      guard let eyes = scheme.eyeCenters, let left = points[eyes.left], let right = points[eyes.right] else {
        return nil
      }
      let distance = left.distance(to: right)
      return distance > 0 ? distance : nil
    }
  }

  /// Predicts the central crops of some samples of a data set.
  /// - Throws: `ModelError` when what the predictor gives are no coordinates.
  package init(
    of predictor: any LandmarkPredictor, name: String, on dataset: LandmarkDataset, indices: [Int], threads: Int
  ) throws {
    self.init(
      name: name, scheme: dataset.scheme,
      predicted: try Self.predictions(of: predictor, on: dataset, indices: indices, threads: threads),
      truth: indices.map { Self.labels(of: $0, in: dataset) })
  }

  /// A predictor's points of some samples in crop pixels; nil where it does not know a landmark.
  package static func predictions(
    of predictor: any LandmarkPredictor, on dataset: LandmarkDataset, indices: [Int], threads: Int
  ) throws -> [[Point?]] {
    let (count, share) = (dataset.scheme.count, 256)
    var result: [[Point?]] = []
    for start in stride(from: 0, to: indices.count, by: share) {
      let part = indices[start..<min(start + share, indices.count)]
      let values = try predictor.predict(dataset.pictures(of: part), threads: threads)
      for slot in 0..<part.count {
        result.append(
          (0..<count).map { landmark in
            let at = 2 * (slot * count + landmark)
            guard values[at].isFinite, values[at + 1].isFinite else { return nil }
            return Point(x: Double(values[at]), y: Double(values[at + 1]))
          })
      }
    }
    return result
  }

  /// A sample's points in crop pixels; nil = unknown.
  package static func labels(of sample: Int, in dataset: LandmarkDataset) -> [Point?] {
    let margin = Double(dataset.margin)
    return dataset.landmarks(of: sample).map { $0.map { Point(x: $0.x - margin, y: $0.y - margin) } }
  }

  /// - Parameters:
  ///   - inPixels: errors in px of 96; else in % of the eye distance, over the faces that have both eye centres.
  /// - Returns: one for each landmark that any face has.
  package func points(inPixels: Bool) -> [PointError] {
    scheme.landmarks.indices.compactMap { landmark in
      let values = distances.indices.compactMap { face -> Double? in
        let distance = distances[face][landmark]
        guard distance.isFinite else { return nil }
        return inPixels ? distance : eyeDistances[face].map { 100 * distance / $0 }
      }.sorted()
      guard !values.isEmpty else { return nil }
      let count = Double(values.count)
      let mean = values.reduce(0, +) / count
      let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (count - 1)
      let middle = values.count / 2
      return PointError(
        landmark: scheme.landmarks[landmark], count: values.count, mean: mean,
        standardError: (variance / count).squareRoot(),
        median: values.count % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2)
    }
  }

  /// The NME of each face in %; nil for a face without eye centres or without a point that both know.
  package var faceErrors: [Double?] {
    distances.indices.map { face in
      let known = distances[face].filter(\.isFinite)
      guard let eyes = eyeDistances[face], !known.isEmpty else { return nil }
      return 100 * known.reduce(0, +) / Double(known.count) / eyes
    }
  }

  /// The share of faces (of those that have an NME) with an NME of at most x %.
  package func cumulative(_ xs: [Double]) -> [Double] {
    let errors = faceErrors.compactMap(\.self).sorted()
    guard !errors.isEmpty else { return xs.map { _ in .nan } }
    var reached = 0
    return xs.map { x in
      while reached < errors.count, errors[reached] <= x { reached += 1 }
      return Double(reached) / Double(errors.count)
    }
  }

  /// The area under the cumulative curve from 0 to `limit` %, as a share of the whole: the mean over the faces of
  /// 1 - NME / limit, where that is above 0.
  package func area(to limit: Double) -> Double {
    let errors = faceErrors.compactMap(\.self)
    return errors.reduce(0) { $0 + max(0, 1 - $1 / limit) } / Double(errors.count)
  }
}
