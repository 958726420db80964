/// The results of one frame of a video, as the frame writers get them.
package struct FrameResult: Sendable, Hashable {
  /// The frame's number in its source, from 0.
  package var frame: Int
  /// Its time in the source.
  package var seconds: Double
  /// Ordered by id; empty when there is none.
  package var faces: [TrackedFace]
  /// Where faces are hidden: these faces, the doubtful places, and faces that were not found in this frame but are hidden. Nil
  /// where nothing is hidden.
  package var hiding: [HidingRecord]?
  /// The blinks that ended with this frame.
  package var blinks: [BlinkEvent] = []

  package init(frame: Int, seconds: Double, faces: [TrackedFace], hiding: [HidingRecord]? = nil) {
    self.frame = frame
    self.seconds = seconds
    self.faces = faces
    self.hiding = hiding
  }
}
