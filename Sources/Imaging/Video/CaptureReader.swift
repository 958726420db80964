import COpenCVShim
import Files
import Glibc

/// A video file or stream through FFmpeg.
final class CaptureReader: FrameReader {
  let info: VideoInfo
  let isLive: Bool
  private let name: String
  private let isStream: Bool
  private let capture: Capture
  private let clockwise: Int32
  private let structure: VideoStructure
  private let clock: FrameClock
  private var index = -1

  /// How long a stream may keep silent.
  private static let patience = 10.0
  /// How many packets in a row may be broken, or of sound, before the source counts as ended.
  private static let attempts = 1000

  /// - Parameter start: the frames before the last few seconds ahead of it may be left out.
  init(_ path: String, start: Double) throws {
    name = PathText.printable(path)
    isStream = VideoFile.isStream(path)
    structure = isStream ? VideoStructure() : try VideoStructure(contentsOf: path)
    let capture = try Capture(path, structure: structure, patience: isStream ? Self.patience : nil)
    let rate = capture[OCV_CAPTURE_FRAME_RATE]
    let count = capture[OCV_CAPTURE_FRAME_COUNT]
    clockwise = Int32(capture[OCV_CAPTURE_ORIENTATION])
    let (width, height) = (Int(capture[OCV_CAPTURE_WIDTH]), Int(capture[OCV_CAPTURE_HEIGHT]))
    let size = try PixelSize(width: width, height: height, name: name)
    let isTurned = clockwise == 90 || clockwise == 270
    info = VideoInfo(
      width: Int(isTurned ? size.height : size.width), height: Int(isTurned ? size.width : size.height),
      frameRate: rate.isFinite && rate > 0 ? rate : nil,
      frameCount: count >= 1 && count < 1e12 ? Int(count) : nil)
    isLive = isStream && info.frameCount == nil
    clock = FrameClock(
      frameRate: info.frameRate, isConstant: try structure.container == .avi && Self.reordersFrames(path))
    self.capture = capture
    if start > 0, !isStream { try seek(to: start) }
  }

  func next() throws(ImagingError) -> FramePosition? {
    var words = ""
    for _ in 0..<Self.attempts {
      let began = ContinuousClock.now
      if capture.grab(&words) {
        index += 1
        return FramePosition(index: index, seconds: clock.time(index: index, reported: capture.milliseconds / 1000))
      }
      if isStream, ContinuousClock.now - began > .seconds(Self.patience * 0.9) {
        throw brokenOff("the stream has sent nothing for \(Int(Self.patience)) seconds")
      }
    }
    if isStream, isLive || !words.isEmpty {
      throw brokenOff("the stream broke off" + (words.isEmpty ? "" : " (\(words))"))
    }
    if structure.isCutOff { throw brokenOff("the file is cut off") }
    return nil
  }

  func decode(into frame: Image) throws(ImagingError) {
    _ = try OpenCV.call(for: name) { error in
      ocv_capture_retrieve(capture.pointer, clockwise, frame.mat, error) ? true : nil
    }
  }

  private func brokenOff(_ reason: String) -> ImagingError {
    ImagingError(file: name, message: "\(reason) after \(index + 1) frame\(index == 0 ? "" : "s")")
  }

  /// Goes to some frame before `start`, so that reading from there on is short; stays at the first frame when the index
  /// and time of none are certain.
  private func seek(to start: Double) throws {}

  /// Whether the file stores frames in another order than they are shown in. AVI has no times for those: OpenCV gives
  /// them in the order of storage.
  private static func reordersFrames(_ path: String) throws -> Bool {
    let capture = try Capture(path, structure: VideoStructure(), patience: nil)
    var words = ""
    var last = -1.0
    for _ in 0..<64 where capture.grab(&words) {
      if capture.milliseconds <= last { return true }
      last = capture.milliseconds
    }
    return false
  }
}

/// Times of frames: what the container says, or, where that is not to be trusted, a constant rate.
final class FrameClock {
  private let interval: Double
  private let isConstant: Bool
  private var last = -Double.infinity

  init(frameRate: Double?, isConstant: Bool) {
    interval = 1 / (frameRate ?? 25)
    self.isConstant = isConstant
  }

  /// Seconds, more for every frame.
  func time(index: Int, reported: Double) -> Double {
    let time = isConstant ? Double(index) * interval : reported
    // OpenCV gives a decoding time for a frame whose time is 0, and 0 for one that has none.
    last = last == -.infinity ? max(time, 0) : time > last ? time : last + interval
    return last
  }
}
