import Imaging

/// One face as it is followed.
struct Track {
  /// Given when the face is confirmed.
  var id: Int?
  /// As last read, not smoothed.
  var place: FacePlace
  var landmarks: [Point]
  /// The place that the network's crop was last taken from.
  var crop: FacePlace
  /// Pixels per second.
  var velocity = Point(x: 0, y: 0)
  /// What it looks like, changing slowly.
  var patch: FacePatch
  var confidence: Double
  /// Seconds since it was last seen; 0 when it is.
  var missing = 0.0
  var smoother: any LandmarkSmoother
  var smoothed: [Point]

  /// Where to cut the next crop: the last place moved on, but just where it was as long as that is close enough. A still face
  /// thus keeps its crop, and the crop's own small effect on the landmarks cannot feed back into it.
  func nextCrop(after step: Double) -> FacePlace {
    var next = place
    next.center.x += velocity.x * step
    next.center.y += velocity.y * step
    guard crop.shift(to: next) > 0.03 || crop.ratio(to: next) > 1.03 || crop.turn(to: next) > 0.04 else { return crop }
    return next
  }
}
