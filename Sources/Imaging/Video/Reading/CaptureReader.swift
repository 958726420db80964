import COpenCVShim
import Files

/// A video file or stream through FFmpeg.
final class CaptureReader: FrameReader {
  let info: VideoInfo
  let isLive: Bool
  private let path: String
  private let isStream: Bool
  private let structure: VideoStructure
  private let times: FrameTimes?
  private let clockwise: Int32
  private let watch: SizeWatch?
  private var capture: Capture
  private var clock: FrameClock
  private var index = -1
  /// Whether the network said that the end is missing, or nothing at all.
  private var isBrokenOff = false
  private var isSilent = false
  /// A frame that was grabbed while the place for it was looked for.
  private var grabbed: FramePosition?

  /// How long a stream may keep silent, in seconds.
  private static let patience = 10.0
  /// Streams that end only when something is wrong.
  private static let livePrefixes = ["rtsp:", "rtsps:", "rtmp:", "rtmps:", "rtp:", "srt:", "udp:", "tcp:"]
  /// How many packets in a row may be broken, or how many hundreds may be of sound, before the source counts as ended.
  private static let attempts = 1000
  /// How far ahead of a wanted time reading begins, in seconds.
  private static let lead = 2.0

  /// - Parameter start: frames before it may be left out, for a quick start.
  init(_ path: String, start: Double) throws {
    self.path = path
    isStream = VideoFile.isStream(path)
    structure = isStream ? VideoStructure() : try VideoStructure(contentsOf: path)
    capture = try Self.open(path, structure)
    times = isStream ? nil : FrameTimes(path, container: structure.container)
    let said = capture[OCV_CAPTURE_FRAME_RATE]
    let nominal = said.isFinite && said > 0 ? said : nil
    let count = times.map { Double($0.seconds.count) } ?? capture[OCV_CAPTURE_FRAME_COUNT]
    clockwise = ocv_capture_clockwise(capture.pointer)
    let (width, height) = (capture[OCV_CAPTURE_WIDTH], capture[OCV_CAPTURE_HEIGHT])
    guard (1...0x1p20).contains(width), (1...0x1p20).contains(height) else {
      throw ImagingError(
        file: PathText.printable(path),
        message: "no size of its pictures can be told: the key frame that says it may be missing; ffmpeg may repair it")
    }
    let size = try PixelSize(width: Int(width), height: Int(height), name: PathText.printable(path))
    let isTurned = clockwise == 90 || clockwise == 270
    info = VideoInfo(
      width: Int(isTurned ? size.height : size.width), height: Int(isTurned ? size.width : size.height),
      frameRate: times.map { $0.frameRate(nominal: nominal) } ?? nominal,
      frameCount: count >= 1 && count < 1e12 ? Int(count) : nil)
    isLive = isStream && Self.livePrefixes.contains { path.lowercased().hasPrefix($0) }
    // MP4 and AVI have one size for all.
    watch = isStream || structure.container == .mp4 || structure.container == .avi ? nil : SizeWatch(path)
    clock = FrameClock(times: times, frameRate: info.frameRate)
    if start > 2 * Self.lead, !isStream, !goAhead(of: start) {
      capture = try Self.open(path, structure)
      clock = FrameClock(times: times, frameRate: info.frameRate)
      index = -1
    }
  }

  func next() throws(ImagingError) -> FramePosition? {
    if let grabbed {
      self.grabbed = nil
      return grabbed
    }
    var last = ""
    for _ in 0..<Self.attempts {
      let began = ContinuousClock.now
      let (isFrame, words) = capture.grab()
      // Frames that the decoder still has come after the words.
      if isStream, words.contains("prematurely") || words.contains("partial file") { isBrokenOff = true }
      if isStream, ContinuousClock.now - began > .seconds(Self.patience * 0.9) { isSilent = true }
      if isFrame {
        if let watch, watch.hasChanged(at: index + 1) {
          throw brokenOff(
            "the size of the pictures changes, which OpenCV cannot follow; ffmpeg can make them equal", last)
        }
        index += 1
        return FramePosition(index: index, seconds: clock.time(reported: capture.seconds))
      }
      if !words.isEmpty { last = words }
      if isSilent { throw brokenOff("the stream has sent nothing for \(Int(Self.patience)) seconds", last) }
    }
    if isBrokenOff || isLive { throw brokenOff("the stream broke off", last) }
    if structure.isCutOff { throw brokenOff("the \(structure.container?.rawValue ?? "") file is cut off", last) }
    return nil
  }

  func decode(into frame: Image) throws(ImagingError) {
    _ = try OpenCV.call(for: PathText.printable(path)) { error in
      ocv_capture_retrieve(capture.pointer, clockwise, frame.mat, error) ? true : nil
    }
  }

  private func brokenOff(_ reason: String, _ words: String) -> ImagingError {
    let advice = isStream && !isLive ? "; if it is a file, fetch it first" : ""
    let message =
      index < 0
      ? "no frame can be read\(words.isEmpty ? ": \(reason)" : " (\(words))")\(advice)"
      : "\(reason): only \(index + 1) frame\(index == 0 ? "" : "s") could be read"
    return ImagingError(file: PathText.printable(path), message: message)
  }

  private static func open(_ path: String, _ structure: VideoStructure) throws(ImagingError) -> Capture {
    try Capture(path, structure: structure, patience: VideoFile.isStream(path) ? patience : nil)
  }

  /// Goes to a frame shortly before `start`; false when the number of that frame is not certain: then all frames have to
  /// be read from the first on.
  private func goAhead(of start: Double) -> Bool {
    guard capture.skip() else { return false }
    let first = capture.seconds
    guard ocv_capture_set(capture.pointer, Int32(OCV_CAPTURE_MILLISECONDS.rawValue), (start - Self.lead) * 1000),
      capture.skip()
    else { return false }
    var time = capture.seconds
    guard first.isFinite, time > first, time < start else { return false }
    if let times {
      // AVI has no times for frames that are stored in another order: OpenCV says those of storage.
      guard let place = times.index(near: time) else { return false }
      index = place - (times.index(near: first) ?? 0)
    } else {
      // The frames must keep to a grid, the first one and some behind the jump.
      guard let rate = info.frameRate else { return false }
      index = Int(((time - first) * rate).rounded())
      for _ in 0..<8 {
        guard abs((time - first) * rate - Double(index)) < 0.25, capture.skip() else { return false }
        time = capture.seconds
        index += 1
      }
      guard time < start else { return false }
    }
    // OpenCV stops when its own count, which is an estimate after a jump, is over the container's.
    guard capture[OCV_CAPTURE_FRAME_NUMBER] <= Double(index + 1) else { return false }
    grabbed = FramePosition(index: index, seconds: clock.time(reported: time))
    return true
  }
}
