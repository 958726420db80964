import Facemarks
import Files
import Glibc
import Synchronization

/// A result file of a video, written frame by frame: under its final name when the video is done.
final class FrameResultFile {
  private let writer: any FrameWriter
  private let scheme: LandmarkScheme
  /// Nil for standard output.
  private let file: AtomicFile?
  /// Lines not yet written.
  private var pending: [UInt8] = []
  private let flushEveryFrame: Bool
  private let abandoned = Atomic<Bool>(false)

  private static let bufferSize = 1 << 16

  /// - Parameters:
  ///   - isHiding: see `FrameWriter`.
  ///   - flushEveryFrame: whether a reader of standard output wants each line at once.
  /// - Throws: `FileError` when the file cannot be made.
  init(
    _ results: VideoJob.Results, scheme: LandmarkScheme, isHiding: Bool, flushEveryFrame: Bool
  ) throws(FileError) {
    writer = results.writer.init()
    self.scheme = scheme
    file = results.target == "-" ? nil : try AtomicFile(path: results.target)
    self.flushEveryFrame = flushEveryFrame && file == nil
    pending = Array(writer.header(scheme: scheme, isHiding: isHiding).utf8)
  }

  /// Whether nobody reads standard output any more. May be asked by any thread.
  var isAbandoned: Bool { abandoned.load(ordering: .relaxed) }

  func write(_ result: FrameResult) throws(FileError) {
    pending += writer.lines(for: result, scheme: scheme).utf8
    if flushEveryFrame || pending.count >= Self.bufferSize { try flush() }
  }

  /// Writes what is left and gives the file its final name.
  func finish() throws(FileError) {
    try flush()
    try file?.commit()
  }

  private func flush() throws(FileError) {
    defer { pending.removeAll(keepingCapacity: true) }
    if let file { return try file.write(pending) }
    let code = pending.withUnsafeBytes { AtomicFile.write($0, to: STDOUT_FILENO) }
    if code == EPIPE {
      abandoned.store(true, ordering: .relaxed)
    } else if code != 0 {
      throw FileError(path: "standard output", reason: .unwritable, code: code)
    }
  }
}
