import Glibc

/// Reading and writing of whole files. Writing is atomic: the bytes go to a file beside the target, which is renamed over
/// it when complete, so a full disk or a kill never leaves half a file under the final name.
package enum Files {
  /// The most that is read from a pipe or device, which may have no end.
  private static let streamLimit = 256 << 20
  private static let firstCapacity = 1 << 30

  /// The most that is read from a file: no picture, model or table that anybody has is larger.
  private static let fileLimit = 8 << 30

  /// The whole content of a file.
  /// - Throws: `FileError` when it is missing, a folder, or not readable, and when a signal ends the wait for a pipe.
  package static func read(_ path: String) throws(FileError) -> [UInt8] {
    let descriptor = PathText.withSystemPath(path) { open($0, O_RDONLY | O_CLOEXEC) }
    guard descriptor >= 0 else { throw readError(path) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw readError(path) }
    guard status.st_mode & S_IFMT != S_IFDIR else {
      throw FileError(path: path, reason: .unreadable, detail: "it is a folder")
    }
    var bytes: [UInt8] = []
    let isStream = status.st_mode & S_IFMT != S_IFREG
    guard status.st_size <= fileLimit else {
      throw FileError(path: path, reason: .unreadable, detail: "it has more than \(fileLimit >> 30) GiB")
    }
    // The size may be that of a sparse file, so no more than a part is reserved at once.
    bytes.reserveCapacity(min(Int(status.st_size), firstCapacity) + 1)
    let chunk = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 16)
    defer { chunk.deallocate() }
    while true {
      let count = Glibc.read(descriptor, chunk.baseAddress, chunk.count)
      if count < 0 { throw readError(path) }
      if count == 0 { return bytes }
      bytes.append(contentsOf: chunk[0..<count])
      if isStream, bytes.count > streamLimit {
        throw FileError(path: path, reason: .unreadable, detail: "it has more than 256 MiB and no end in sight")
      }
    }
  }

  /// Writes `bytes` as the whole content of `path`, atomically.
  /// - Throws: `FileError` with the system's words; the target is then as it was.
  package static func write(_ bytes: [UInt8], to path: String) throws(FileError) {
    let file = try AtomicFile(path: path)
    try file.write(bytes)
    try file.commit()
  }

  package static func write(_ text: String, to path: String) throws(FileError) {
    try write(Array(text.utf8), to: path)
  }

  private static func readError(_ path: String) -> FileError {
    FileError(
      path: path, reason: errno == ENOENT || errno == ENOTDIR ? .missing : .unreadable, code: errno)
  }
}
