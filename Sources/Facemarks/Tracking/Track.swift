import Glibc
import Imaging

/// A face that is followed.
struct Track {
  /// Given when the track is confirmed.
  var id: Int?
  /// The place by the last landmarks, not smoothed.
  var place: RotatedSquare
  /// The place that the network's crop was last cut from.
  var crop: RotatedSquare
  /// Pixels per second.
  var velocity = Point(x: 0, y: 0)
  /// Its appearance, a slow moving average.
  var patch: FacePatch
  /// The similarity of the last prediction to `patch`, -1...1.
  var similarity = 1.0
  var evidence: TrackConfidence
  /// Seconds since the evidence was last added to.
  var sinceCheck = 0.0
  var nextCheck = ShiftDirection.lowerRight
  /// Seconds since it was last seen; 0 when it is.
  var missing = 0.0
  /// Whether it goes on being shown for a moment while it is not seen.
  var isCoasting = false
  private var smoother: any LandmarkSmoother
  private let freshSmoother: any LandmarkSmoother
  private(set) var smoothed: [Point]
  /// As the network gave them for the last frame.
  private(set) var landmarks: [Point]
  lazy var headShape = HeadShape()
  var leftEye = EyeTracker()
  var rightEye = EyeTracker()
  /// Of the last prediction; see `Face`.
  private(set) var landmarkConfidences: [Double]?
  /// Its place and velocity when it was last similar to `patch`.
  private var anchor: (place: RotatedSquare, velocity: Point)

  init(_ prediction: FacePredictor.Prediction, evidence: TrackConfidence, smoother: any LandmarkSmoother) {
    place = prediction.place
    crop = prediction.crop
    patch = prediction.patch
    self.evidence = evidence
    self.smoother = smoother
    freshSmoother = smoother
    landmarks = prediction.landmarks
    smoothed = self.smoother.smooth(prediction.landmarks, unit: prediction.place.side, step: 1)
    landmarkConfidences = prediction.landmarkConfidences
    anchor = (prediction.place, Point(x: 0, y: 0))
  }

  var isSeen: Bool { missing == 0 }

  /// Whether it can be resumed: only confirmed tracks can, for 1.5 seconds.
  var isRemembered: Bool { id != nil && missing <= 1.5 }

  mutating func forget() { missing = .infinity }

  /// Whether it should be drawn: a frame or two without it do not make it flicker.
  var isShown: Bool { id != nil && (isSeen || isCoasting && missing <= 0.1) }

  /// The next crop: the last one, moved just so far that it is within a tolerance of where the face should be by its motion. A
  /// still face thus keeps its crop, so that the crop's own small effect on the landmarks cannot feed back into it, and a
  /// moving one stands still in it.
  func nextCrop(after step: Double) -> RotatedSquare {
    var next = crop
    let target = Point(x: place.center.x + velocity.x * step, y: place.center.y + velocity.y * step)
    let (x, y) = (target.x - crop.center.x, target.y - crop.center.y)
    let distance = (x * x + y * y).squareRoot()
    let excess = Self.excess(distance, beyond: Self.tolerance * place.side)
    if excess > 0 {
      next.center.x += x / distance * excess
      next.center.y += y / distance * excess
    }
    next.side *= exp(Self.excess(log(place.side / crop.side), beyond: Self.tolerance))
    next.roll += Self.excess(remainder(place.roll - crop.roll, 2 * Double.pi), beyond: Self.tolerance)
    return next
  }

  /// The tolerance of the crop's place: as a share of the side, of the size, and in radians.
  private static let tolerance = 0.03

  private static func excess(_ value: Double, beyond limit: Double) -> Double {
    value > limit ? value - limit : value < -limit ? value + limit : 0
  }

  /// The place where the lost face is expected: it goes on for a moment as it did before, and comes back into the frame where
  /// it left it.
  func expectedPlace(in frame: Image) -> RotatedSquare {
    var place = anchor.place
    let time = min(missing, 0.6)
    place.center.x = min(max(place.center.x + anchor.velocity.x * time, 0), Double(frame.width - 1))
    place.center.y = min(max(place.center.y + anchor.velocity.y * time, 0), Double(frame.height - 1))
    return place
  }

  /// Takes over the prediction for a frame `step` seconds after the last.
  mutating func update(_ prediction: FacePredictor.Prediction, similarity: Double, step: Double) {
    let time = isSeen ? step : missing
    if isSeen || missing <= Self.gap {
      velocity.x = (prediction.place.center.x - place.center.x) / time
      velocity.y = (prediction.place.center.y - place.center.y) / time
    } else {
      // Nothing is known of how it came here.
      velocity = Point(x: 0, y: 0)
      anchor.velocity = velocity
      smoother = freshSmoother
    }
    self.similarity = similarity
    place = prediction.place
    crop = prediction.crop
    landmarks = prediction.landmarks
    smoothed = smoother.smooth(prediction.landmarks, unit: prediction.place.side, step: time)
    landmarkConfidences = prediction.landmarkConfidences
    missing = 0
    // A face that was checked although it looks different has changed: it is learned quickly.
    patch.approach(prediction.patch, by: 1 - exp(-step / (similarity >= Self.similarityLimit ? 1 : 0.3)))
    if similarity >= Self.similarityLimit {
      let weight = 1 - exp(-step / 0.2)
      anchor.velocity.x += weight * (velocity.x - anchor.velocity.x)
      anchor.velocity.y += weight * (velocity.y - anchor.velocity.y)
      anchor.place = prediction.place
    }
  }

  /// Seconds without the face after which motion and smoothing start anew.
  private static let gap = 0.2

  /// From this similarity on its appearance is unchanged.
  static let similarityLimit = 0.8
}
