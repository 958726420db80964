/// The size and length of a source, as it states them before the first frame is read.
public struct VideoInfo: Sendable, Hashable {
  /// The width of the upright frames in pixels.
  public var width: Int
  /// The height of the upright frames in pixels.
  public var height: Int
  /// Frames per second: the average of a file, the nominal rate of a camera; nil when the source does not say.
  public var frameRate: Double?
  /// The number of frames by the container, which need not be true; nil when it does not say.
  public var frameCount: Int?

  package init(width: Int, height: Int, frameRate: Double? = nil, frameCount: Int? = nil) {
    self.width = width
    self.height = height
    self.frameRate = frameRate
    self.frameCount = frameCount
  }
}

/// Where a frame stands in its source.
public struct FramePosition: Sendable, Hashable {
  /// The frame's number in the source, from 0.
  public var index: Int
  /// Its time in the source; a camera's first frame has 0.
  public var seconds: Double

  package init(index: Int, seconds: Double) {
    self.index = index
    self.seconds = seconds
  }
}

/// Frames one after the other: a video file, a stream, numbered pictures, a camera. Used by one thread at a time.
package protocol FrameSource: AnyObject {
  /// The name that the user gave it, for messages.
  var name: String { get }
  var info: VideoInfo { get }
  /// Whether frames come at their own pace, so that a reader who is late must drop some.
  var isLive: Bool { get }

  /// Decodes the next frame, upright, into `frame`: a picture of 8-bit colour of `info`'s size.
  /// - Returns: nil when there are no more frames.
  /// - Throws: when the source breaks off before its end; the frames read before are good.
  func read(into frame: Image) throws(ImagingError) -> FramePosition?

  /// Passes over the next frame, for little time; nil when there are no more.
  func skip() throws(ImagingError) -> FramePosition?
}
