import Files
import Glibc
import Synchronization

/// A result file of a video, written frame by frame: under its final name when the video is done.
package final class FrameResultFile {
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
  ///   - path: nil for standard output.
  ///   - isHiding: see `FrameWriter`.
  ///   - flushEveryFrame: whether a reader of standard output wants each line at once.
  /// - Throws: `FileError` when the file cannot be made.
  package init(
    _ writer: any FrameWriter.Type, to path: String?, scheme: LandmarkScheme, isHiding: Bool, flushEveryFrame: Bool
  ) throws(FileError) {
    self.writer = writer.init()
    self.scheme = scheme
    file = try path.map { path throws(FileError) in try AtomicFile(path: path) }
    self.flushEveryFrame = flushEveryFrame && file == nil
    pending = Array(self.writer.header(scheme: scheme, isHiding: isHiding).utf8)
  }

  /// Whether nobody reads standard output any more. May be asked by any thread.
  package var isAbandoned: Bool { abandoned.load(ordering: .relaxed) }

  package func write(_ result: FrameResult) throws(FileError) {
    pending += writer.lines(for: result, scheme: scheme).utf8
    if flushEveryFrame || pending.count >= Self.bufferSize { try flush() }
  }

  /// Writes what is left and gives the file its final name.
  package func finish() throws(FileError) {
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
