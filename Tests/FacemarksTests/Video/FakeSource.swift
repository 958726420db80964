import Imaging

/// Frames from memory, 25 a second.
final class FakeSource: FrameSource {
  let name = "frames"
  let info: VideoInfo
  let isLive = false
  private let frames: [Image]
  private let breaksOff: Bool
  private var next = 0

  init(_ frames: [Image], breaksOff: Bool = false) {
    self.frames = frames
    self.breaksOff = breaksOff
    info = VideoInfo(width: frames[0].width, height: frames[0].height, frameRate: 25, frameCount: frames.count)
  }

  func read(into frame: Image) throws(ImagingError) -> FramePosition? {
    guard let position = try skip() else { return nil }
    frame.paste(frames[position.index], x: 0, y: 0)
    return position
  }

  func skip() throws(ImagingError) -> FramePosition? {
    guard next < frames.count else {
      if breaksOff { throw ImagingError(file: name, message: "broken off") }
      return nil
    }
    defer { next += 1 }
    return FramePosition(index: next, seconds: Double(next) / 25)
  }
}
