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

  /// The hidden name as FFmpeg takes it.
  var address: String { Self.address(name ?? path) }

  /// A path as FFmpeg takes it: without a slash, it takes what stands before a colon for a protocol.
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
    withFile(O_WRONLY | O_APPEND) { file in
      let zeros = [UInt8](repeating: 0, count: 1 << 18)
      var done = 0
      while done < zeros.count {
        let part = zeros.withUnsafeBytes { Glibc.write(file, $0.baseAddress.map { $0 + done }, $0.count - done) }
        if part < 0, errno == EINTR { continue }
        guard part > 0 else { return part == 0 ? ENOSPC : errno }
        done += part
      }
      return Self.flush(file)
    }
  }

  /// Opens the file for `use`, which gives an error number or 0.
  private func withFile(_ flags: Int32, _ use: (Int32) -> Int32) -> FileError? {
    guard let name else { return nil }
    let file = PathText.withSystemPath(name) { open($0, flags | O_CLOEXEC) }
    let code = file < 0 ? errno : use(file)
    if file >= 0 { close(file) }
    return code == 0 ? nil : FileError(path: path, reason: .unwritable, code: code)
  }

  /// Waits until all is on the disk; an error number or 0.
  private static func flush(_ file: Int32) -> Int32 {
    while fsync(file) != 0 && errno != EINVAL { guard errno == EINTR else { return errno } }
    return 0
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
  /// - Throws: `FileError` also when something has that name and is not to be replaced.
  func commit(replaces: Bool) throws(FileError) {
    guard let name else { return }
    if let reason = withFile(O_RDONLY, Self.flush) { throw reason }
    let isRenamed = PathText.withSystemPath(name) { from in
      PathText.withSystemPath(path) { to in
        if replaces { return rename(from, to) == 0 }
        // A second name is refused where there is a file; not every file system has them.
        if link(from, to) == 0 { return unlink(from) == 0 }
        return errno != EEXIST && access(to, F_OK) != 0 && rename(from, to) == 0
      }
    }
    guard isRenamed else {
      let detail = "it has come to exist meanwhile; --force replaces it"
      if !replaces, FileStatus(of: path) != nil { throw FileError(path: path, reason: .unwritable, detail: detail) }
      throw FileError(path: path, reason: .unwritable, code: errno)
    }
    self.name = nil
  }

  func discard() {
    if let name { _ = PathText.withSystemPath(name) { unlink($0) } }
    name = nil
  }
}
