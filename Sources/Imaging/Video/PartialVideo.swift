import Files
import Glibc

/// A video file under a hidden name beside its final one.
final class PartialVideo {
  /// The final name.
  private let path: String
  /// The hidden name; nil once it is renamed or removed.
  private(set) var name: String?

  /// Takes a name that nothing has.
  /// - Throws: `FileError` when the folder is missing or not writable, or the final name cannot be a file's.
  init(beside path: String, fileExtension: String) throws(FileError) {
    self.path = path
    let parts = PathText.split(path)
    guard !parts.name.isEmpty else { throw FileError(path: path, reason: .unwritable, detail: "it names a folder") }
    if let status = FileStatus(of: path), status.kind != .file {
      throw FileError(
        path: path, reason: .unwritable,
        detail: status.kind == .folder ? "it is a folder" : "a video needs a file it can go back in")
    }
    let stem = parts.folder + "." + PathText.text(PathText.bytes(parts.name).prefix(100))
    var descriptor: Int32
    var attempt = 0
    var candidate: String
    repeat {
      candidate = "\(stem).\(getpid())-\(attempt).part.\(fileExtension == "m4v" ? "mp4" : fileExtension)"
      descriptor = PathText.withSystemPath(candidate) { open($0, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666) }
      attempt += 1
    } while descriptor < 0 && errno == EEXIST && attempt < 1000
    guard descriptor >= 0 else { throw FileError(path: path, reason: .unwritable, code: errno) }
    close(descriptor)
    name = candidate
  }

  deinit { discard() }

  /// The hidden name as FFmpeg takes it: without a slash, it takes what stands before a colon for a protocol.
  var address: String { Self.address(name ?? path) }

  static func address(_ path: String) -> String { path.utf8.first == UInt8(ascii: "/") ? path : "./" + path }

  /// Whether the disk says that it has no room.
  var isDiskFull: Bool {
    var status = statvfs()
    guard let name, PathText.withSystemPath(name, { statvfs($0, &status) }) == 0, status.f_blocks > 0 else {
      return false
    }
    return (geteuid() == 0 ? status.f_bfree : status.f_bavail) == 0
  }

  /// Tries to make the file longer, which spoils it: the system's reason when that fails.
  func whyNothingCanBeWritten() -> FileError? {
    guard let name else { return nil }
    do throws(FileError) {
      let file = try SeekableFile(name, writable: true)
      try file.write([UInt8](repeating: 0, count: 1 << 18), at: file.size)
      try file.flush()
      return nil
    } catch {
      return FileError(path: path, reason: .unwritable, detail: error.detail)
    }
  }

  /// Sees that the file opens, has as many frames and that the first can be decoded.
  func check(frames: Int, width: Int, height: Int) throws {
    guard let name else { return }
    let failure = ImagingError(
      file: PathText.printable(path), message: "the video that was written cannot be read again, so it is left out")
    do {
      let reader = try MediaReader(name)
      guard try reader.next() != nil, reader.info.width == width, reader.info.height == height else { throw failure }
      try reader.decode(into: Image(frameOf: reader.info))
      guard reader.countPackets() == frames else { throw failure }
    } catch {
      throw failure
    }
  }

  /// Flushes to the disk and gives the file its final name.
  func commit() throws(FileError) {
    guard let name else { return }
    do throws(FileError) {
      try SeekableFile(name, writable: true).flush()
    } catch {
      throw FileError(path: path, reason: .unwritable, detail: error.detail)
    }
    guard PathText.withSystemPath(name, { from in PathText.withSystemPath(path) { rename(from, $0) } }) == 0 else {
      throw FileError(path: path, reason: .unwritable, code: errno)
    }
    self.name = nil
  }

  func discard() {
    if let name { _ = PathText.withSystemPath(name) { unlink($0) } }
    name = nil
  }
}
