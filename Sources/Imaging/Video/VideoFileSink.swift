import CMediaShim
import COpenCVShim
import Files
import Glibc

/// A video file being written: under a hidden name beside its own until `finish` has looked at it. Used by one thread at
/// a time.
package final class VideoFileSink {
  package let path: String
  private let fileExtension: String
  private let frameRate: Double
  private let width: Int
  private let height: Int
  private let source: VideoFile?
  private let replaces: Bool
  private let partial: PartialVideo
  private var writer: OpaquePointer?
  private var count = 0
  /// The times of the first frame and of those that a constant rate would have had it at, and how far they are apart.
  private var first = 0.0
  private var last = -Double.infinity
  private var unevenness = 0.0
  /// Why writing has failed.
  private var failure: FileError?

  /// The quality where none is asked for.
  package static let standardQuality = 75

  /// - Parameters:
  ///   - path: its extension says which container.
  ///   - replaces: whether a file that has the name by then is replaced.
  ///   - codec: nil for the usual one of the container and size.
  ///   - quality: 1 to 100.
  ///   - width: of the frames, in pixels.
  ///   - frameRate: frames a second, 0.01 to 1000.
  ///   - source: its sound, subtitles, attachments and chapters are copied if it was opened to keep them.
  ///   - start: where the part of the source begins that is written, in seconds.
  /// - Throws: `FileError` when nothing can be written there, `ImagingError` when the codec is not for that container or
  ///   size.
  package init(
    path: String, replaces: Bool = true, codec: VideoCodec? = nil, quality: Int = standardQuality, width: Int,
    height: Int, frameRate: Double,
    source: VideoFile? = nil, start: Double = 0
  ) throws {
    let name = PathText.printable(path)
    fileExtension = PathText.splitExtension(PathText.split(path).name).fileExtension.lowercased()
    guard
      let codec = codec
        ?? VideoCodec.standard(
          forExtension: fileExtension, width: width, height: height, isHighRange: source?.isHighRange ?? false)
    else { throw ImagingError(file: name, message: "no video can be written into .\(fileExtension)") }
    guard codec.containers.contains(fileExtension) else {
      let names = codec.containers.map { "." + $0 }.joined(separator: ", ")
      throw ImagingError(file: name, message: "\(codec.name) goes into \(names), not .\(fileExtension)")
    }
    guard codec.takesOddSizes || width % 2 == 0 && height % 2 == 0 else {
      let message = "\(codec.name) takes even widths and heights only, not \(width)x\(height); another codec can"
      throw ImagingError(file: name, message: message)
    }
    let size = try PixelSize(width: width, height: height, name: name)
    self.path = path
    self.width = width
    self.height = height
    self.source = source
    self.replaces = replaces
    self.frameRate = min(max(frameRate.isFinite ? frameRate : 25, 0.01), 1000)
    partial = try PartialVideo(beside: path, fileExtension: fileExtension)
    let settings = codec.settings(quality: quality, width: width, height: height, frameRate: self.frameRate)
    var error = media_error()
    writer = VideoCodec.container(fileExtension).withCString { container in
      codec.encoder.withCString { encoder in
        codec.tag(inContainer: fileExtension).withCString { tag in
          settings.withCString { settings in
            var options = media_sink_options(
              container: container, encoder: encoder, tag: tag, settings: settings, width: size.width,
              height: size.height, frame_rate: self.frameRate, has_constant_rate: fileExtension == "avi", start: start)
            return PathText.withSystemPath(partial.address) {
              media_create($0, &options, source?.keptStreams, &error)
            }
          }
        }
      }
    }
    guard writer == nil else { return }
    if let reason = partial.whyNothingCanBeWritten() { throw reason }
    throw ImagingError(
      file: name,
      message: "\(codec.name) of \(width)x\(height) cannot be written into .\(fileExtension)\(MediaReader.words(error))"
    )
  }

  deinit { discard() }

  /// Adds a frame of 8-bit colour.
  /// - Parameter seconds: its time in the source.
  /// - Throws: `FileError` when the disk is full.
  package func write(_ frame: Image, at seconds: Double) throws {
    guard frame.width == width, frame.height == height, frame.channels == 3, frame.depth == .uint8 else {
      throw ImagingError(
        file: PathText.printable(path),
        message: "a frame of \(frame.width)x\(frame.height) in a video of \(width)x\(height)")
    }
    let pixels = ocv_mat_data(frame.mat).assumingMemoryBound(to: UInt8.self)
    try write(at: seconds) { writer, error in media_write(writer, pixels, last, &error) }
  }

  /// Adds a frame at its own time, in the decoder's pixels if it has them.
  /// - Throws: as the other.
  package func write(_ frame: VideoFrame) throws {
    guard let planes = frame.planes else { return try write(frame.colors(), at: frame.position.seconds) }
    try write(at: frame.position.seconds) { writer, error in media_write_frame(writer, planes, last, &error) }
  }

  private func write(at seconds: Double, _ encode: (OpaquePointer, inout media_error) -> Bool) throws {
    guard let writer else {
      throw ImagingError(file: PathText.printable(path), message: "the video is finished already")
    }
    place(seconds)
    var error = media_error()
    guard !encode(writer, &error) || partial.isDiskFull else { return }
    let reason = partial.whyNothingCanBeWritten()
    discard()
    failure = reason
    throw reason
      ?? ImagingError(file: PathText.printable(path), message: "a frame cannot be written\(MediaReader.words(error))")
  }

  /// Takes the time of the next frame, which is later than that of the one before.
  private func place(_ seconds: Double) {
    let soonest = count == 0 ? 0 : last + 1e-6
    let time = seconds.isFinite ? (count == 0 ? seconds : max(seconds, soonest)) : soonest
    if count == 0 { first = time }
    unevenness = max(unevenness, abs(time - first - Double(count) / frameRate))
    last = time
    count += 1
  }

  /// Closes the file, sees that it can be read again and gives it its name.
  ///
  /// - Parameter end: of the source's other streams, in its seconds; nil for all of them.
  /// - Returns: what the user should know, each in one sentence.
  /// - Throws: `FileError` or `ImagingError` when the file is not whole; nothing is left of it then.
  package func finish(end: Double? = nil) throws -> [String] {
    if let failure { throw failure }
    guard let writer, count > 0 else {
      discard()
      throw ImagingError(file: PathText.printable(path), message: "no frame was written, so there is no video")
    }
    do {
      var error = media_error()
      guard media_finish(writer, end ?? .infinity, &error) else {
        throw ImagingError(
          file: PathText.printable(path), message: "the video cannot be finished\(MediaReader.words(error))")
      }
      let notes = notes(writer)
      close()
      // FFmpeg writes animated WebP and does not read it.
      if fileExtension != "webp" { try partial.check(frames: count, width: width, height: height) }
      try partial.commit(replaces: replaces)
      return notes
    } catch {
      let reason = partial.whyNothingCanBeWritten()
      discard()
      throw reason ?? error
    }
  }

  private func notes(_ writer: OpaquePointer) -> [String] {
    var notes: [String] = []
    let leftOut = String(cString: media_left_out(writer))
    if !leftOut.isEmpty {
      let other = fileExtension == "mkv" ? "" : "; .mkv takes most"
      notes.append("left out, as .\(fileExtension) does not take it: \(leftOut)\(other)")
    }
    if source?.hasAlpha ?? false { notes.append("the transparency of its pixels was left out") }
    if media_tones_mapped(writer) {
      notes.append("its high dynamic range was brought to the standard one; --codec hevc and vp9 keep it")
    }
    if media_lost_copies(writer) {
      notes.append("parts of the sound were lost: too much of it is far from its pictures")
    }
    if fileExtension == "avi", unevenness > 0.5 / frameRate {
      notes.append("the frames of the source come at varying times; .avi got a constant rate, .mp4 keeps the times")
    }
    return notes
  }

  /// Removes what was written. Does nothing after `finish`.
  package func discard() {
    close()
    partial.discard()
  }

  private func close() {
    if let writer { media_discard(writer) }
    writer = nil
  }
}
