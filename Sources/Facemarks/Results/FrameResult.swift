/// What is known of one frame of a video: what the frame writers write.
package struct FrameResult: Sendable, Hashable {
  /// The frame's number in its source, from 0.
  package var frame: Int
  /// Its time in the source.
  package var seconds: Double
  /// Ordered by id; empty when there is none.
  package var faces: [TrackedFace]
  /// Where faces are hidden: these faces, the doubtful places, and what is hidden although it was not found in this frame.
  /// Nil where nothing is hidden.
  package var hiding: [HidingRecord]?

  package init(frame: Int, seconds: Double, faces: [TrackedFace], hiding: [HidingRecord]? = nil) {
    self.frame = frame
    self.seconds = seconds
    self.faces = faces
    self.hiding = hiding
  }
}
