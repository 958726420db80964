import Facemarks
import Imaging

/// The calibration of a network's confidences, on labelled faces and on pictures without one.
package struct ConfidenceStudy: Sendable {
  /// A predicted probability and the outcome.
  package struct Prediction: Sendable, Hashable {
    package var probability: Double
    package var isTrue: Bool
  }

  /// For every labelled point: whether it is less than a tenth of the eye distance off.
  package private(set) var points: [Prediction] = []
  /// For every picture: whether it shows a face.
  package private(set) var faces: [Prediction] = []
  /// For every picture: the confidence that is reported and compared with `--min-confidence`.
  package private(set) var reported: [Prediction] = []
  /// For every face with labels: the expected and the true mean error of its points, both as shares of the eye distance.
  package private(set) var errors: [(expected: Double, actual: Double)] = []

  /// - Parameters:
  ///   - indices: of the samples to read, with and without a face.
  ///   - truth: which points count as right.
  /// - Throws: `TrainingError` when the network does not predict confidences, `ModelError` when it is damaged.
  package init(
    _ model: LandmarkModel, on dataset: LandmarkDataset, indices: [Int], truth: Evaluation.Truth
  ) throws {
    guard model.outputs.predictsConfidence, let eyes = dataset.scheme.eyeCenters else {
      throw TrainingError("\(model.file): does not say how sure it is; train it with --nonfaces")
    }
    let shape = FaceShape(model.scheme)
    let center = CropSample(margin: dataset.margin).map
    for index in indices {
      let picture = dataset.grayPicture(index)
      guard var prediction = try model.predict(picture, maps: [center]).first else { continue }
      let first = RotatedSquare(
        center: center.apply(RotatedSquare.crop.center), side: Double(FaceCrop.side) * center.scale)
      if let crop = model.refinedCrop,
        let place = shape?.refinedSquare(prediction.points, after: first),
        let again = try model.predict(picture, maps: [crop.square(of: place).map]).first
      {
        prediction = again
      }
      guard let uncertainty = prediction.uncertainty else { continue }
      let isFace = dataset.samples[index].isFace
      faces.append(Prediction(probability: uncertainty.face, isTrue: isFace))
      reported.append(Prediction(probability: prediction.faceConfidence(scheme: dataset.scheme) ?? 0, isTrue: isFace))
      let margin = Double(dataset.margin)
      let known = Evaluation.points(of: index, in: dataset, truth: truth).map { point in
        point.map { Point(x: $0.x + margin, y: $0.y + margin) }
      }
      guard let left = known[eyes.left], let right = known[eyes.right], left != right else { continue }
      let unit = left.distance(to: right)
      let confidences = prediction.confidences(scheme: dataset.scheme) ?? []
      var (expected, actual, count) = (0.0, 0.0, 0.0)
      for (landmark, point) in known.enumerated() {
        guard let point else { continue }
        let distance = prediction.points[landmark].distance(to: point) / unit
        points.append(Prediction(probability: confidences[landmark], isTrue: distance < 0.1))
        // The mean distance of the density is twice its scale.
        expected += 2 * uncertainty.scales[landmark] / unit
        actual += distance
        count += 1
      }
      errors.append((expected / count, actual / count))
    }
  }

  /// Predictions of about the same probability together, as many in each group, and how many of a group were true.
  package struct Group: Sendable, Hashable {
    package var count: Int
    package var said: Double
    package var isTrue: Double
  }

  package static func groups(_ predictions: [Prediction], count: Int = 10) -> [Group] {
    let sorted = predictions.sorted { $0.probability < $1.probability }
    return (0..<count).compactMap { number in
      let part = sorted[sorted.count * number / count..<sorted.count * (number + 1) / count]
      guard !part.isEmpty else { return nil }
      return Group(
        count: part.count, said: part.reduce(0) { $0 + $1.probability } / Double(part.count),
        isTrue: Double(part.count(where: \.isTrue)) / Double(part.count))
    }
  }

  /// The mean difference between predicted and true shares, over the groups (the expected calibration error; Guo et al., "On
  /// calibration of modern neural networks", 2017, here over groups of equal size).
  package static func calibrationError(_ groups: [Group]) -> Double {
    let total = groups.reduce(0) { $0 + $1.count }
    return groups.reduce(0) { $0 + abs($1.said - $1.isTrue) * Double($1.count) } / Double(max(total, 1))
  }

  /// Of the pictures with and without a face, the shares that are taken for one from a probability on.
  package func rates(from least: Double) -> (kept: Double, wrong: Double) {
    func share(_ isTrue: Bool) -> Double {
      let all = reported.filter { $0.isTrue == isTrue }
      return Double(all.count { $0.probability >= least }) / Double(max(all.count, 1))
    }
    return (share(true), share(false))
  }
}
