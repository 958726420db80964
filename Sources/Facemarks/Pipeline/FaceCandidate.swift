import Glibc
import Imaging

/// A box that may hold a face, and the landmark network's prediction for it.
struct FaceCandidate {
  let detection: Detection
  /// The confidence, 0...1, that the detector's score stands for where no network predicts confidences.
  private let detectorConfidence: Double
  /// The place of the crop: at first the detector's box, then the place by its points.
  var place: RotatedSquare
  /// Whether `place` follows from points.
  var isRefined = false
  /// Whether `place` was changed and needs a new prediction.
  var isMoved = false
  private(set) var prediction = LandmarkPrediction(points: [])
  /// The probability, 0...1, that the landmark network gives the crop to show a face; nil when it predicts none.
  private(set) var networkConfidence: Double?
  /// The candidate that this is another box of, by its index.
  var original = 0
  /// The confidence by the detector's score and the prediction in its own box (`FaceCalibration`); nil where only the last
  /// prediction counts.
  var calibrated: Double?

  init(_ detection: Detection, profile: CascadeProfile) {
    self.detection = detection
    detectorConfidence = profile.confidence(of: detection.score)
    place = RotatedSquare(detection.box, roll: detection.roll)
  }

  /// The confidence that this is a face, 0...1.
  var confidence: Double { calibrated ?? networkConfidence ?? detectorConfidence }

  /// Whether the detector's score is that of a likely face.
  var isLikely: Bool { detectorConfidence >= 0.5 }

  mutating func take(_ prediction: LandmarkPrediction, scheme: LandmarkScheme) {
    self.prediction = prediction
    networkConfidence = prediction.faceConfidence(scheme: scheme)
  }

  /// Takes over the prediction for the same face in another box.
  mutating func take(over other: FaceCandidate) {
    (prediction, networkConfidence) = (other.prediction, other.networkConfidence)
    (place, isRefined) = (other.place, other.isRefined)
  }

  /// The map of the network's crop, to pixels of the picture.
  /// - Parameter refinedCrop: see `CropPredictor`.
  func map(_ refinedCrop: RefinedCrop?) -> Affine {
    (isRefined ? refinedCrop?.square(of: place) ?? place : place).map
  }

  /// The same detection in other sizes, upright, and its left and right part: the front of a turned head.
  func variants(profile: CascadeProfile) -> [FaceCandidate] {
    let sizes = Self.otherSizes.map { (factor: $0, shift: 0.0, roll: detection.roll) }
    let parts = [-1.0, 1].map { (factor: 0.8, shift: 0.2 * $0, roll: detection.roll) }
    let upright = abs(detection.roll) > 0.1 ? [(factor: 1.1, shift: 0.0, roll: 0.0)] : []
    return (sizes + parts + upright).map { factor, shift, roll in
      var other = FaceCandidate(detection, profile: profile)
      let side = other.place.side
      other.place.center.x += shift * side * cos(detection.roll)
      other.place.center.y += shift * side * sin(detection.roll)
      (other.place.side, other.place.roll) = (side * factor, roll)
      return other
    }
  }

  private static let otherSizes = [0.8, 1.15, 1.35]
}
