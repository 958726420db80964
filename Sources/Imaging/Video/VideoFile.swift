import CMediaShim
import Files
import Glibc

/// Frames of a video file, of a network stream (`rtsp://`, `http://` ...) or of numbered pictures (`frames/%04d.png`).
///
/// Every frame of the source comes once and in order, turned upright as the file says. Times are those that the file
/// has for its frames, also when their rate varies. A frame of another size than the first is scaled to it.
public final class VideoFile: FrameSource {
  package let name: String
  private let reader: any FrameReader
  private let end: Double
  /// The frame that the reader stands at, not yet given.
  private var pending: FramePosition?
  private var isOver = false

  /// - Parameters:
  ///   - name: a path, an address, or a pattern for numbered pictures.
  ///   - start: the first frame is the first one whose time is `start` seconds or later.
  ///   - end: the last frame is the last one before `end` seconds.
  /// - Throws: `ImagingError` when there is no such file or it cannot be read, when it has no video that can be decoded, or no
  ///   frame in that time.
  public convenience init(_ name: String, start: Double = 0, end: Double? = nil) throws(ImagingError) {
    try self.init(name, start: start, end: end) { false }
  }

  /// - Parameters:
  ///   - keepsOthers: whether a `VideoFileSink` will take its sound and other streams.
  ///   - isCancelled: asked while it waits for data, by the thread that reads; true ends the video there.
  package convenience init(
    _ name: String, start: Double = 0, end: Double? = nil, keepsOthers: Bool = false, isCancelled: @escaping () -> Bool
  ) throws(ImagingError) {
    try self.init(
      name, Self.reader(name, start: start, keepsOthers, isCancelled), start: start, end: end)
  }

  /// A file that came from somebody else: where it names other files, as playlists do, it is refused.
  /// - Parameters:
  ///   - path: of the file; it is no pattern.
  ///   - isCancelled: asked while it is read; true ends the video there.
  /// - Throws: as the others.
  package convenience init(
    foreign path: String, isCancelled: @escaping () -> Bool
  ) throws(ImagingError) {
    let reader: any FrameReader
    do {
      reader = try MediaReader(path, isForeign: true, isCancelled: isCancelled)
    } catch {
      throw error as? ImagingError ?? ImagingError(file: PathText.printable(path), message: "\(error)")
    }
    try self.init(path, reader, start: 0, end: nil)
  }

  private init(_ name: String, _ reader: any FrameReader, start: Double, end: Double?) throws(ImagingError) {
    self.name = name
    self.end = end ?? .infinity
    self.reader = reader
    pending = try reader.next()
    guard let first = pending else {
      throw ImagingError(file: PathText.printable(name), message: "the video has no frames")
    }
    var last = first
    while let position = pending, position.seconds < start {
      last = position
      pending = try reader.next()
    }
    guard let begin = pending, begin.seconds < self.end else {
      let reason = pending == nil ? "its last frame is at \(Self.text(last.seconds)) s" : "no frame is in it"
      let range = "\(Self.text(start)) s" + (end.map { " to \(Self.text($0)) s" } ?? "")
      throw ImagingError(file: PathText.printable(name), message: "nothing to read from \(range) on: \(reason)")
    }
  }

  private static func reader(
    _ name: String, start: Double, _ keepsOthers: Bool, _ isCancelled: @escaping () -> Bool
  ) throws(ImagingError) -> any FrameReader {
    do {
      if isSequence(name) { return try PictureSequence(name) }
      return try MediaReader(name, start: start, keepsOthers: keepsOthers, isCancelled: isCancelled)
    } catch let error as FileError {
      throw ImagingError(error)
    } catch let error as ImagingError {
      throw error
    } catch {
      throw ImagingError(file: PathText.printable(name), message: "\(error)")
    }
  }

  /// The size of the frames, their rate and number as far as the file states them.
  public var info: VideoInfo { reader.info }
  /// What the user should know of the frames read so far, each in one sentence.
  package var notes: [String] { reader.notes }
  package var isLive: Bool { reader.isLive }
  /// What a `VideoFileSink` copies from.
  var keptStreams: OpaquePointer? { (reader as? MediaReader)?.source }
  var hasAlpha: Bool { (reader as? MediaReader)?.hasAlpha ?? false }
  /// Whether its frames have a high dynamic range (HLG or PQ).
  var isHighRange: Bool { (reader as? MediaReader)?.isHighRange ?? false }

  /// Decodes the next frame, upright, into a picture made with `Image(frameOf: info)`.
  /// - Returns: Its number and time; nil when there are no more frames.
  /// - Throws: `ImagingError` when the file breaks off before its end; the frames read before are good.
  public func read(into frame: Image) throws(ImagingError) -> FramePosition? {
    guard let position = try skip() else { return nil }
    try decode(into: frame)
    return position
  }

  /// Converts the frame that `skip` went to.
  func decode(into frame: Image) throws(ImagingError) { try reader.decode(into: frame) }

  /// Takes the frame that `skip` went to as the decoder has it; false where it must be converted.
  func take(_ frame: OpaquePointer) -> Bool { reader.take(frame) }

  package func skip() throws(ImagingError) -> FramePosition? {
    guard !isOver else { return nil }
    let position = if let pending { pending } else { try reader.next() }
    pending = nil
    guard let position, position.seconds < end else {
      isOver = true
      return nil
    }
    return position
  }

  /// Whether a name is an address such as `rtsp://host/path`.
  package static func isStream(_ name: String) -> Bool {
    guard let range = name.utf8.firstRange(of: "://".utf8), range.lowerBound > name.utf8.startIndex else {
      return false
    }
    return name.utf8[..<range.lowerBound].allSatisfy { letter in
      (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(letter | 0x20)
        || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(letter) || letter == UInt8(ascii: "+")
    }
  }

  /// Whether a name is a pattern for numbered pictures, such as `frames/%04d.png`, and not the name of a file.
  package static func isSequence(_ name: String) -> Bool {
    !isStream(name) && PicturePattern(name) != nil && FileStatus(of: name) == nil
  }

  /// The file extensions, in lower case, of files that are taken for videos.
  package static let extensions: Set<String> = [
    "264", "265", "3g2", "3gp", "asf", "avi", "divx", "dv", "f4v", "flv", "gif", "h264", "h265", "hevc", "m2ts", "m2v",
    "m4v", "mjpeg", "mjpg", "mkv", "mov",
    "mp4", "mpeg", "mpg", "mts", "mxf", "nut", "ogm", "ogv", "ts", "vob", "webm", "wmv", "y4m",
  ]

  /// Whether a container takes the sound and subtitles of a file; true also where that cannot be told.
  package static func fits(_ path: String, intoExtension fileExtension: String) -> Bool {
    guard let reader = try? MediaReader(path) else { return true }
    return VideoCodec.container(fileExtension).withCString { media_fits(reader.source, $0) }
  }

  private static func text(_ seconds: Double) -> String {
    let hundredths = Int((min(max(seconds, 0), 1e9) * 100).rounded())
    let rest = hundredths % 100
    return "\(hundredths / 100).\(rest < 10 ? "0" : "")\(rest)"
  }
}

/// What `VideoFile` reads from: finding frames is apart from decoding them.
protocol FrameReader: AnyObject {
  var info: VideoInfo { get }
  var isLive: Bool { get }
  /// What was done to the frames so far that the user should know, each in one sentence.
  var notes: [String] { get }
  /// Goes on to the next frame; nil at the end.
  func next() throws(ImagingError) -> FramePosition?
  /// The frame that `next` went to.
  func decode(into frame: Image) throws(ImagingError)
  /// Puts the frame that `next` went to into a `media_frame`, if its pixels may be used as they are.
  func take(_ frame: OpaquePointer) -> Bool
}
