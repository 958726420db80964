import Glibc

/// A file being written piece by piece beside its final name; `commit` renames it there, `discard` removes it.
///
/// A target that exists and is no regular file (`/dev/null`, a pipe) is never replaced: it is written to directly.
package final class AtomicFile {
  package let path: String
  /// The name written under until `commit`; nil where the target is written to directly.
  private let partial: String?
  private var descriptor: Int32

  /// - Throws: `FileError` when the folder is missing or not writable.
  package init(path: String) throws(FileError) {
    self.path = path
    let (folder, name) = PathText.split(path)
    guard !name.isEmpty else { throw FileError(path: path, reason: .unwritable, detail: "it names a folder") }
    var status = stat()
    let exists = PathText.withSystemPath(path) { stat($0, &status) } == 0
    if exists, status.st_mode & S_IFMT == S_IFDIR {
      throw FileError(path: path, reason: .unwritable, code: EISDIR)
    }
    if exists, status.st_mode & S_IFMT != S_IFREG {
      partial = nil
      descriptor = PathText.withSystemPath(path) { open($0, O_WRONLY | O_CLOEXEC) }
    } else {
      // Another thread, or a killed run with our process number, may use a name: then the next one is taken.
      let stem = folder + "." + PathText.text(PathText.bytes(name).prefix(100))
      var attempt = 0
      var candidate: String
      repeat {
        candidate = "\(stem).\(getpid())-\(attempt).part"
        descriptor = PathText.withSystemPath(candidate) { open($0, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666) }
        attempt += 1
      } while descriptor < 0 && errno == EEXIST && attempt < 1000
      partial = candidate
    }
    guard descriptor >= 0 else {
      throw FileError(path: path, reason: .unwritable, code: errno)
    }
  }

  deinit { discard() }

  package func write(_ bytes: [UInt8]) throws(FileError) {
    let code = bytes.withUnsafeBytes { Self.write($0, to: descriptor) }
    if code != 0 { throw failure(code) }
  }

  /// Flushes to the disk and gives the file its final name.
  package func commit() throws(FileError) {
    guard let partial else {
      discard()
      return
    }
    while fsync(descriptor) != 0 && errno != EINVAL {
      guard errno == EINTR else { throw failure(errno) }
    }
    let closed = close(descriptor)
    descriptor = -1
    let renamed = PathText.withSystemPath(partial) { from in PathText.withSystemPath(path) { rename(from, $0) } }
    guard closed == 0, renamed == 0 else {
      let code = errno
      _ = PathText.withSystemPath(partial) { unlink($0) }
      throw failure(code)
    }
  }

  /// Removes what was written. Does nothing after `commit`.
  package func discard() {
    guard descriptor >= 0 else { return }
    close(descriptor)
    descriptor = -1
    if let partial { _ = PathText.withSystemPath(partial) { unlink($0) } }
  }

  /// Writes everything to an open file; gives the system's error number, 0 when all went well.
  package static func write(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) -> Int32 {
    var rest = bytes
    while !rest.isEmpty {
      let count = Glibc.write(descriptor, rest.baseAddress, rest.count)
      if count >= 0 {
        rest = UnsafeRawBufferPointer(rebasing: rest[count...])
      } else if errno != EINTR {
        return errno
      }
    }
    return 0
  }

  private func failure(_ code: Int32) -> FileError {
    FileError(path: path, reason: .unwritable, code: code)
  }
}
