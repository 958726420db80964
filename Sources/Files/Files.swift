import Glibc

/// Reading and writing of whole files. Writing is atomic: the bytes go to a file beside the target, which is renamed over
/// it when complete, so a full disk or a kill never leaves half a file under the final name.
public enum Files {
  /// The whole content of a file.
  /// - Throws: `FileError` when it is missing, a folder, or not readable.
  public static func read(_ path: String) throws(FileError) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw readError(path) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw readError(path) }
    guard status.st_mode & S_IFMT != S_IFDIR else {
      throw FileError(path: path, reason: .unreadable, detail: "it is a folder")
    }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(Int(status.st_size) + 1)
    let chunk = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 16)
    defer { chunk.deallocate() }
    while true {
      let count = Glibc.read(descriptor, chunk.baseAddress, chunk.count)
      if count < 0 {
        if errno == EINTR { continue }
        throw readError(path)
      }
      if count == 0 { return bytes }
      bytes.append(contentsOf: chunk[0..<count])
    }
  }

  /// Writes `bytes` as the whole content of `path`, atomically.
  /// - Throws: `FileError` with the system's words; the target is then as it was.
  public static func write(_ bytes: [UInt8], to path: String) throws(FileError) {
    let file = try AtomicFile(path: path)
    try file.write(bytes)
    try file.commit()
  }

  public static func write(_ text: String, to path: String) throws(FileError) {
    try write(Array(text.utf8), to: path)
  }

  private static func readError(_ path: String) -> FileError {
    FileError(
      path: path, reason: errno == ENOENT || errno == ENOTDIR ? .missing : .unreadable, detail: String(cString: strerror(errno)))
  }
}

/// A file being written piece by piece beside its final name; `commit` renames it there, `discard` removes it.
public final class AtomicFile {
  public let path: String
  private let partial: String
  private var descriptor: Int32

  /// - Throws: `FileError` when the folder is missing or not writable.
  public init(path: String) throws(FileError) {
    self.path = path
    let folder = path.lastIndex(of: "/").map { path[...$0] } ?? ""
    let name = path.lastIndex(of: "/").map { path[path.index(after: $0)...] } ?? path[...]
    guard !name.isEmpty else { throw FileError(path: path, reason: .unwritable, detail: "it names a folder") }
    partial = "\(folder).\(name.prefix(80)).\(getpid()).part"
    descriptor = open(partial, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else {
      throw FileError(path: path, reason: .unwritable, detail: String(cString: strerror(errno)))
    }
  }

  deinit { discard() }

  public func write(_ bytes: [UInt8]) throws(FileError) {
    var code: Int32 = 0
    bytes.withUnsafeBytes { buffer in
      var rest = buffer
      while !rest.isEmpty, code == 0 {
        let count = Glibc.write(descriptor, rest.baseAddress, rest.count)
        if count >= 0 {
          rest = UnsafeRawBufferPointer(rebasing: rest[count...])
        } else if errno != EINTR {
          code = errno
        }
      }
    }
    if code != 0 { throw failure(code) }
  }

  /// Flushes to the disk and gives the file its final name.
  public func commit() throws(FileError) {
    guard fsync(descriptor) == 0 || errno == EINVAL else { throw failure(errno) }
    let closed = close(descriptor)
    descriptor = -1
    guard closed == 0, rename(partial, path) == 0 else {
      let code = errno
      unlink(partial)
      throw failure(code)
    }
  }

  /// Removes what was written. Does nothing after `commit`.
  public func discard() {
    guard descriptor >= 0 else { return }
    close(descriptor)
    descriptor = -1
    unlink(partial)
  }

  private func failure(_ code: Int32) -> FileError {
    FileError(path: path, reason: .unwritable, detail: String(cString: strerror(code)))
  }
}
