import CMediaShim
import COpenCVShim
import Files
import Glibc

/// A video file, pipe or stream through FFmpeg's libraries.
final class MediaReader: FrameReader {
  let info: VideoInfo
  let isLive: Bool
  /// Whether its pixels have transparency, which no frame keeps.
  let hasAlpha: Bool
  let isHighRange: Bool
  private let path: String
  private let isStream: Bool
  let source: OpaquePointer
  private let cancellation: Cancellation
  private var count = 0

  /// How long a stream may keep silent, in seconds.
  private static let patience = 10.0
  /// Streams that end only when something is wrong.
  private static let livePrefixes = ["rtsp:", "rtsps:", "rtmp:", "rtmps:", "rtp:", "srt:", "udp:", "tcp:"]

  /// The wish to stop, as C asks for it.
  private final class Cancellation {
    let isRequested: () -> Bool
    init(_ isRequested: @escaping () -> Bool) { self.isRequested = isRequested }
  }

  /// - Parameters:
  ///   - path: a file, or an address.
  ///   - start: frames before it may be left out, for a quick start.
  ///   - keepsOthers: whether packets of sound and other streams wait for a `VideoFileSink`.
  ///   - isForeign: whether it comes from somebody else, so that no file that it names may be read.
  ///   - isCancelled: asked while it waits for data; true ends the wait and the video.
  init(
    _ path: String, start: Double = 0, keepsOthers: Bool = false, isForeign: Bool = false,
    isCancelled: @escaping () -> Bool = { false }
  ) throws {
    self.path = path
    let isStream = VideoFile.isStream(path)
    self.isStream = isStream
    isLive = isStream && Self.livePrefixes.contains { path.lowercased().hasPrefix($0) }
    if !isStream { try Self.check(path) }
    cancellation = Cancellation(isCancelled)
    var options = media_options()
    options.is_stream = isStream
    options.is_live = isLive
    options.patience = isStream ? Self.patience : 0
    options.start = start
    options.keeps_others = keepsOthers
    options.is_foreign = isForeign
    options.context = Unmanaged.passUnretained(cancellation).toOpaque()
    options.is_cancelled = { context in
      context.map { Unmanaged<Cancellation>.fromOpaque($0).takeUnretainedValue().isRequested() } ?? false
    }
    var error = media_error()
    let address = isStream ? path : PartialVideo.address(path)
    guard let source = PathText.withSystemPath(address, { media_open($0, &options, &error) }) else {
      throw ImagingError(file: PathText.printable(path), message: Self.refusal(error, isStream: isStream))
    }
    self.source = source
    let said = media_source_info(source)
    hasAlpha = said.has_alpha
    isHighRange = said.is_high_range
    do {
      let size = try PixelSize(width: Int(said.width), height: Int(said.height), name: PathText.printable(path))
      info = VideoInfo(
        width: Int(size.width), height: Int(size.height), frameRate: said.frame_rate > 0 ? said.frame_rate : nil,
        frameCount: (1..<1_000_000_000_000).contains(said.frame_count) ? Int(said.frame_count) : nil)
    } catch {
      media_close(source)
      throw error
    }
  }

  deinit { media_close(source) }

  /// - Throws: `FileError` when there is no such file, `ImagingError` when it is empty or a device.
  private static func check(_ path: String) throws {
    var status = stat()
    guard PathText.withSystemPath(path, { stat($0, &status) }) == 0 else {
      throw FileError(path: path, reason: errno == ENOENT || errno == ENOTDIR ? .missing : .unreadable, code: errno)
    }
    let name = PathText.printable(path)
    switch status.st_mode & S_IFMT {
    case S_IFDIR: throw FileError(path: path, reason: .unreadable, detail: "it is a folder")
    case S_IFREG where status.st_size == 0: throw ImagingError(file: name, message: "the file is empty")
    case S_IFREG, S_IFIFO: break
    default: throw ImagingError(file: name, message: "it is a device, not a video file")
    }
    guard PathText.withSystemPath(path, { access($0, R_OK) }) == 0 else {
      throw FileError(path: path, reason: .unreadable, code: errno)
    }
  }

  var notes: [String] {
    var notes: [String] = []
    if media_size_changed(source) {
      notes.append("the size of its frames changes; all were scaled to the first one's, \(info.width)x\(info.height)")
    }
    return notes
  }

  func next() throws(ImagingError) -> FramePosition? {
    var position = media_position()
    var error = media_error()
    switch media_next(source, &position, &error) {
    case MEDIA_FRAME:
      count = Int(position.index) + 1
      return FramePosition(index: Int(position.index), seconds: position.seconds)
    case MEDIA_END where !isLive: return nil
    default:
      if error.failure == MEDIA_CANCELLED { return nil }
      throw ImagingError(file: PathText.printable(path), message: ending(error))
    }
  }

  func decode(into frame: Image) throws(ImagingError) {
    var error = media_error()
    let pixels = ocv_mat_data(frame.mat).assumingMemoryBound(to: UInt8.self)
    guard media_convert(source, pixels, &error) else {
      throw ImagingError(file: PathText.printable(path), message: "a frame cannot be decoded\(Self.words(error))")
    }
  }

  func take(_ frame: OpaquePointer) -> Bool { media_take(source, frame) }

  /// How many packets the stream of pictures has; nothing can be read afterwards.
  func countPackets() -> Int { Int(media_count_packets(source)) }

  // MARK: Words

  /// FFmpeg's words in brackets, behind a blank; empty where it has none.
  static func words(_ error: media_error) -> String {
    let words = withUnsafePointer(to: error) { String(cString: media_error_words($0)) }
    return words.isEmpty ? "" : " (\(words))"
  }

  /// Why a source cannot be opened.
  private static func refusal(_ error: media_error, isStream: Bool) -> String {
    let words = words(error)
    let container = withUnsafePointer(to: error) { String(cString: media_error_container($0)) }
    switch error.failure {
    case MEDIA_NO_LIBRARIES: return String(words.dropFirst(2).dropLast())
    case MEDIA_NO_PICTURES: return "it has sound but no pictures"
    case MEDIA_NO_SIZE:
      return "no size of its pictures can be told: the key frame that says it may be missing; ffmpeg may repair it"
    case MEDIA_TIMED_OUT: return "cannot open the stream: no answer for \(Int(patience)) seconds"
    case MEDIA_CANCELLED: return "stopped before its first frame"
    case MEDIA_NOT_OPENED where isStream: return "cannot open the stream\(words)"
    case MEDIA_NOT_OPENED where container.isEmpty: return "not a video that can be read\(words)"
    case MEDIA_NOT_OPENED:
      return "it begins as \(container), but is cut off or damaged\(words); get a complete copy"
    default: return "it cannot be decoded\(words)"
    }
  }

  /// Why the frames end before their time.
  private func ending(_ error: media_error) -> String {
    let frames = "\(count) frame\(count == 1 ? "" : "s")"
    let advice = isStream && !isLive ? "; if it is a file, fetch it first" : ""
    let reason =
      if error.failure == MEDIA_TIMED_OUT {
        "the stream has sent nothing for \(Int(Self.patience)) seconds"
      } else if isStream {
        "the stream broke off"
      } else {
        "the file is cut off or damaged"
      }
    if count == 0 { return "no frame can be read: \(reason)\(Self.words(error))\(advice)" }
    let promised = error.lost > 0 ? count + Int(error.lost) : isStream ? nil : info.frameCount
    if let promised, promised > count { return "\(reason): \(count) of \(promised) frames could be read" }
    return "\(reason): only \(frames) could be read"
  }
}
