import COpenCVShim
import Files
import Glibc

/// A video file being written: under a hidden name beside its own until `finish` has looked at it. Used by one thread at
/// a time.
package final class VideoFileSink {
  package let path: String
  private let codec: VideoCodec
  private let frameRate: Double
  private let fileExtension: String
  private let width: Int
  private let height: Int
  private let partial: PartialVideo
  private var writer: OpaquePointer?
  private var times: [Double] = []
  /// Why writing has failed.
  private var failure: FileError?

  /// - Parameters:
  ///   - path: its extension says which container.
  ///   - width: of the frames, in pixels.
  ///   - frameRate: frames a second, 0.01 to 1000.
  /// - Throws: `FileError` when nothing can be written there, `ImagingError` when the codec is not for that container or
  ///   size.
  package init(path: String, codec: VideoCodec, width: Int, height: Int, frameRate: Double) throws {
    let name = PathText.printable(path)
    fileExtension = PathText.splitExtension(PathText.split(path).name).fileExtension.lowercased()
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
    self.frameRate = Self.possible(frameRate)
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
  package func write(_ frame: Image, at seconds: Double) throws {
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
    let soonest = times.last.map { $0 + 1e-4 } ?? -.infinity
    times.append(seconds.isFinite ? max(seconds, soonest) : soonest.isFinite ? soonest : 0)
    if !written || partial.isDiskFull, let reason = partial.whyNothingCanBeWritten() {
      failure = reason
      discard()
      throw reason
    }
  }

  /// Closes the file, sees that it can be read again, adds the sound and gives the file its name.
  ///
  /// - Parameter sound: carried over from the source, if it has any and the program `ffmpeg` is there.
  /// - Returns: what the user should know, each in one sentence.
  /// - Throws: `FileError` or `ImagingError` when the file is not whole; nothing is left of it then.
  package func finish(sound: SoundTrack?) throws -> [String] {
    close()
    if let failure { throw failure }
    guard let first = times.first else {
      discard()
      throw ImagingError(file: PathText.printable(path), message: "no frame was written, so there is no video")
    }
    do {
      var notes = try complete()
      try partial.check(frames: times.count, width: width, height: height)
      if let note = try commit(with: sound, firstFrame: first) { notes.append(note) }
      return notes
    } catch {
      let reason = partial.whyNothingCanBeWritten()
      discard()
      throw reason ?? error
    }
  }

  /// Puts into the closed file what OpenCV cannot: an odd size, and times that are not those of a constant rate.
  private func complete() throws -> [String] {
    guard let name = partial.name else { return [] }
    let file = try SeekableFile(name, writable: true)
    let damaged = ImagingError(file: PathText.printable(path), message: "the video that was written is not whole")
    let isOdd = width % 2 == 1 || height % 2 == 1
    let patch = isOdd ? FrameSizeField(codec).map { FrameSizePatch(field: $0, width: width, height: height) } : nil
    if ["mp4", "m4v", "mov"].contains(fileExtension) {
      guard let box = MP4Box.list(in: file).last, box.type == "moov", var movie = MP4Tree(movieOf: file),
        let written = movie.pictureTrack.flatMap({ MP4Timing(track: movie.children[$0])?.seconds })
      else { throw damaged }
      let isVariable = Self.difference(times, written) > 1.5e-3
      guard isVariable || isOdd else { return [] }
      guard !isVariable || movie.setTimes(times, lastInterval: lastInterval) else { throw damaged }
      if let patch, !patch.apply(to: &movie) { throw damaged }
      let bytes = movie.bytes
      try file.write(bytes, at: box.start)
      try file.truncate(to: box.start + bytes.count)
      return []
    }
    if let patch, try !patch.apply(to: file, fileExtension: fileExtension) { throw damaged }
    let even = times.indices.map { Double($0) / frameRate }
    guard Self.difference(times, even) > 0.5 / frameRate else { return [] }
    return [
      "the frames of the source come at varying times; .\(fileExtension) got a constant rate, .mp4 keeps the times"
    ]
  }

  /// A rate that MPEG-4 can hold: the denominator of its unit of time has 16 bits.
  private static func possible(_ frameRate: Double) -> Double {
    let rate = min(max(frameRate.isFinite ? frameRate : 25, 0.01), 1000)
    let parts = rate < 65 ? 1000.0 : rate < 655 ? 100 : 1
    return (rate * parts).rounded() / parts
  }

  /// How long the last frame is shown.
  private var lastInterval: Double {
    times.count > 1 ? times[times.count - 1] - times[times.count - 2] : 1 / frameRate
  }

  /// The greatest difference between times, each from its first; infinite when there are not equally many.
  private static func difference(_ times: [Double], _ others: [Double]) -> Double {
    guard let first = times.first, let other = others.first, times.count == others.count else { return .infinity }
    return zip(times, others).map { abs(($0 - first) - ($1 - other)) }.max() ?? 0
  }

  /// Gives the file its name, or a second one that also has the sound.
  /// - Returns: why the sound is missing, if it is.
  private func commit(with sound: SoundTrack?, firstFrame: Double) throws -> String? {
    var note: String?
    if let sound, let silent = partial.name {
      let complete = try PartialVideo(beside: path, fileExtension: fileExtension)
      switch sound.add(to: silent, firstFrame: firstFrame, into: complete.address, container: fileExtension) {
      case .none: break
      case .leftOut(let reason):
        note = complete.whyNothingCanBeWritten().map { "the sound was left out: \($0.detail)" } ?? reason
      case .added:
        do {
          try complete.check(frames: times.count, width: width, height: height)
          try complete.commit()
          partial.discard()
          return nil
        } catch {
          let reason = complete.whyNothingCanBeWritten().map { ": \($0.detail)" } ?? ""
          note = "the sound was left out: the video with it is not whole\(reason)"
        }
      }
    }
    try partial.commit()
    return note
  }

  /// Removes what was written. Does nothing after `finish`.
  package func discard() {
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
