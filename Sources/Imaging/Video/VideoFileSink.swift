import COpenCVShim
import Files
import Glibc

/// A video file being written: under a hidden name beside its own until `finish` has looked at it. Used by one thread at
/// a time.
public final class VideoFileSink {
  public let path: String
  private let codec: VideoCodec
  private let frameRate: Double
  private let width: Int
  private let height: Int
  private let partial: PartialVideo
  private var writer: OpaquePointer?
  private var times: [Double] = []

  /// - Parameters:
  ///   - path: its extension says which container.
  ///   - width: of the frames, in pixels.
  ///   - frameRate: frames a second, 0.01 to 1000.
  /// - Throws: `FileError` when nothing can be written there, `ImagingError` when the codec is not for that container or
  ///   size.
  public init(path: String, codec: VideoCodec, width: Int, height: Int, frameRate: Double) throws {
    let name = PathText.printable(path)
    let fileExtension = PathText.splitExtension(PathText.split(path).name).fileExtension.lowercased()
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
    self.codec = codec
    self.width = width
    self.height = height
    self.frameRate = min(max(frameRate.isFinite ? frameRate : 25, 0.01), 1000)
    partial = try PartialVideo(beside: path, fileExtension: fileExtension)
    let code = codec.code(inContainer: fileExtension)
    do {
      writer = try OpenCV.call(for: name) { error in
        PathText.withSystemPath(partial.address) {
          ocv_writer_open($0, code, self.frameRate, size.width + size.width % 2, size.height + size.height % 2, error)
        }
      }
    } catch {
      if let reason = partial.whyNothingCanBeWritten() { throw reason }
      let words = error.message.isEmpty ? "" : " (\(error.message))"
      throw ImagingError(
        file: name, message: "OpenCV cannot write \(codec.name) of \(width)x\(height) into .\(fileExtension)\(words)")
    }
  }

  deinit { discard() }

  /// Adds a frame of 8-bit colour.
  /// - Parameter seconds: its time in the source.
  /// - Throws: `FileError` when the disk is full.
  public func write(_ frame: Image, at seconds: Double) throws {
    guard let writer else {
      throw ImagingError(file: PathText.printable(path), message: "the video is finished already")
    }
    guard frame.width == width, frame.height == height, frame.channels == 3, frame.depth == .uint8 else {
      throw ImagingError(
        file: PathText.printable(path),
        message: "a frame of \(frame.width)x\(frame.height) in a video of \(width)x\(height)")
    }
    var error = ocv_error()
    let written = ocv_writer_write(writer, frame.mat, &error)
    times.append(seconds)
    if !written || partial.isDiskFull, let reason = partial.whyNothingCanBeWritten() {
      discard()
      throw reason
    }
  }

  /// Closes the file, sees that it can be read again and gives it its name.
  ///
  /// - Parameter sound: carried over from the source.
  /// - Returns: what the user should know, each in one sentence.
  /// - Throws: `FileError` or `ImagingError` when the file is not whole; nothing is left of it then.
  public func finish(sound: SoundTrack?) throws -> [String] {
    close()
    guard !times.isEmpty else {
      discard()
      throw ImagingError(file: PathText.printable(path), message: "no frame was written, so there is no video")
    }
    let notes: [String] = []
    do {
      try partial.check(frames: times.count, width: width, height: height)
      try partial.commit()
    } catch {
      let reason = partial.whyNothingCanBeWritten()
      discard()
      throw reason ?? error
    }
    return notes
  }

  /// Removes what was written. Does nothing after `finish`.
  public func discard() {
    close()
    partial.discard()
  }

  private func close() {
    guard let writer else { return }
    var error = ocv_error()
    _ = ocv_writer_close(writer, &error)
    ocv_writer_destroy(writer)
    self.writer = nil
  }
}
