/// A face that is followed through a video.
public struct TrackedFace: Sendable, Hashable {
  /// From 1; a face keeps it as long as it is followed, and no other face of the video gets it.
  public var id: Int
  /// Its smoothed landmarks, box and confidence in this frame. The box is the upright square around the face's place; the
  /// network's crop may be turned within it.
  public var face: Face

  package init(id: Int, face: Face) {
    self.id = id
    self.face = face
  }
}
