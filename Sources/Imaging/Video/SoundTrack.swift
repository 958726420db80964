/// The sound of a source, carried over unchanged into a video made from it.
public struct SoundTrack: Sendable {
  let source: String
  let start: Double
  let end: Double?

  /// - Parameters:
  ///   - source: a video file, as `VideoFile` takes it.
  ///   - start: the part of the source that is carried over, in seconds.
  public init(source: String, start: Double = 0, end: Double? = nil) {
    self.source = source
    self.start = start
    self.end = end
  }
}
