import Imaging

/// A face found in a picture, in pixels of the upright picture.
public struct Face: Sendable, Hashable {
  /// The square that the network's crop was taken from.
  public var box: Box
  /// The confidence that this is a face, 0...1.
  public var confidence: Double
  /// One point per landmark of the model's scheme, in its order.
  public var landmarks: [Point]
  /// For each landmark the probability, 0...1, that it is less than a tenth of the distance of the eye centres off; nil when
  /// the network does not say.
  public var landmarkConfidences: [Double]?
  /// Nil when the network does not give the 68 points.
  public var pose: HeadPose?
  /// The subject's left eye; nil as `pose`.
  public var leftEye: EyeState?
  /// The subject's right eye; nil as `pose`.
  public var rightEye: EyeState?
  /// Nil as `pose`.
  public var mouth: MouthShape?

  package init(box: Box, confidence: Double, landmarks: [Point], landmarkConfidences: [Double]? = nil) {
    self.box = box
    self.confidence = confidence
    self.landmarks = landmarks
    self.landmarkConfidences = landmarkConfidences
  }
}

/// The results of one photo, as the result writers get them.
package struct PhotoResult: Sendable, Hashable {
  /// The file as the user named it.
  package var file: String
  /// The name, without extension, for files written about this photo: a path relative to the writer's folder.
  package var stem: String
  /// Width and height of the upright picture in pixels.
  package var width: Int
  package var height: Int
  /// The largest face first; empty when there is none.
  package var faces: [Face]
  /// Where faces are hidden: the faces in their order and the doubtful places. Nil where nothing is hidden.
  package var hiding: [HidingRecord]?

  package init(
    file: String, stem: String, width: Int, height: Int, faces: [Face], hiding: [HidingRecord]? = nil
  ) {
    self.file = file
    self.stem = stem
    self.width = width
    self.height = height
    self.faces = faces
    self.hiding = hiding
  }
}
