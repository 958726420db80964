import Glibc
import Imaging

/// The meaning of the numbers that a landmark network gives for a crop:
///
/// - x and y of each landmark, (px - 48) / 48 in crop pixels;
/// - of a network that predicts confidences, then for each landmark the logarithm of the scale of its error in crop pixels, and
///   last the logit of the crop showing a face.
///
/// The error's density is taken for `exp(-r / scale) / (2 pi scale^2)` at the distance r: the Laplace density of the plane
/// (as in Kumar et al., "LUVLi Face Alignment", 2020, but round). Its mean distance is twice the scale.
package struct NetworkOutputs: Hashable, Sendable {
  package let landmarks: Int
  /// Whether the scales and the face's logit follow the points.
  package let predictsConfidence: Bool

  package init(landmarks: Int, predictsConfidence: Bool) {
    (self.landmarks, self.predictsConfidence) = (landmarks, predictsConfidence)
  }

  /// The outputs of a network that gives `count` numbers; nil when that fits neither kind.
  package init?(count: Int, landmarks: Int) {
    self.init(landmarks: landmarks, predictsConfidence: count != 2 * landmarks)
    guard count == self.count else { return nil }
  }

  package var count: Int { predictsConfidence ? 3 * landmarks + 1 : 2 * landmarks }
  /// The index of the first scale.
  package var firstScale: Int { 2 * landmarks }
  package var faceLogit: Int { 3 * landmarks }

  /// The range of the logarithm of a scale: from a fiftieth of a pixel to more than a crop.
  package static let logScales: ClosedRange<Float> = -4...5

  /// The chance that a point with this scale is less than `distance` off; both in the same unit.
  package static func probability(within distance: Double, scale: Double) -> Double {
    let ratio = distance / scale
    return 1 - (1 + ratio) * exp(-ratio)
  }
}

extension LandmarkScheme {
  /// The mean of the confidences, one for each landmark, over the scheme's `core`.
  func meanConfidence(_ confidences: [Double]) -> Double {
    let some = confidences.prefix(core.count)
    return some.reduce(0, +) / Double(max(some.count, 1))
  }
}

/// The prediction of a network for a crop.
package struct LandmarkPrediction: Sendable, Hashable {
  /// The outputs of a network that predicts confidences beside the points.
  package struct Uncertainty: Sendable, Hashable {
    /// The probability that the crop shows a face, 0...1.
    package var face: Double
    /// The scale of each landmark's error in pixels of the picture; see `NetworkOutputs`.
    package var scales: [Double]

    package init(face: Double, scales: [Double]) { (self.face, self.scales) = (face, scales) }
  }

  /// One for each landmark of the scheme, in its order, in pixels of the picture; all finite.
  package var points: [Point]
  /// Nil when the network does not predict confidences.
  package var uncertainty: Uncertainty?

  package init(points: [Point], uncertainty: Uncertainty? = nil) {
    (self.points, self.uncertainty) = (points, uncertainty)
  }

  /// In the pixels that a map takes these to.
  func mapped(by map: Affine) -> LandmarkPrediction {
    let scale = map.scale
    var result = self
    result.points = points.map(map.apply)
    if let uncertainty {
      result.uncertainty = Uncertainty(face: uncertainty.face, scales: uncertainty.scales.map { $0 * scale })
    }
    return result
  }

  /// The mean of this and of the prediction for the mirrored crop, where left is right.
  func mean(withMirrorImage other: LandmarkPrediction, scheme: LandmarkScheme) -> LandmarkPrediction {
    var result = self
    for (index, partner) in scheme.mirrored.enumerated() {
      result.points[index].x = (points[index].x + other.points[partner].x) / 2
      result.points[index].y = (points[index].y + other.points[partner].y) / 2
    }
    if let uncertainty, let second = other.uncertainty {
      result.uncertainty = Uncertainty(
        face: (uncertainty.face + second.face) / 2,
        scales: scheme.mirrored.enumerated().map { (uncertainty.scales[$0] + second.scales[$1]) / 2 })
    }
    return result
  }

  /// For each landmark the probability that it is less than a tenth of the distance of the eye centres off, 0...1; nil when
  /// the network does not predict them.
  package func confidences(scheme: LandmarkScheme) -> [Double]? {
    guard let uncertainty, let eyes = scheme.eyeCenters else { return nil }
    let limit = points[eyes.left].distance(to: points[eyes.right]) / 10
    return uncertainty.scales.map { NetworkOutputs.probability(within: limit, scale: $0) }
  }

  /// The mean of `confidences` over the scheme's `core`, 0...1; nil when the network does not predict them.
  package func meanConfidence(scheme: LandmarkScheme) -> Double? {
    confidences(scheme: scheme).map(scheme.meanConfidence)
  }

  /// The network's confidence that there is a face and that its points are right: the probability of a face times the mean of
  /// `confidences`, 0...1; nil when it does not predict them. What looks like a face but is none, such as a dog's, has points
  /// of lower confidence.
  package func faceConfidence(scheme: LandmarkScheme) -> Double? {
    guard let uncertainty, let mean = meanConfidence(scheme: scheme) else { return nil }
    return uncertainty.face * mean
  }
}
