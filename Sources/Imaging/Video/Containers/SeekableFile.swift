import Files
import Glibc

/// A file of which parts are read and written in place.
final class SeekableFile {
  let path: String
  private(set) var size: Int
  private let descriptor: Int32

  /// - Throws: `FileError` when it cannot be opened or is a folder.
  init(_ path: String, writable: Bool = false) throws(FileError) {
    self.path = path
    descriptor = PathText.withSystemPath(path) { open($0, (writable ? O_RDWR : O_RDONLY) | O_CLOEXEC) }
    var status = stat()
    guard descriptor >= 0, fstat(descriptor, &status) == 0 else {
      throw FileError(path: path, reason: errno == ENOENT || errno == ENOTDIR ? .missing : .unreadable, code: errno)
    }
    guard status.st_mode & S_IFMT != S_IFDIR else {
      throw FileError(path: path, reason: .unreadable, detail: "it is a folder")
    }
    size = Int(status.st_size)
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  /// The bytes from an offset on, fewer where the file ends or cannot be read.
  func read(_ count: Int, at offset: Int) -> [UInt8] {
    guard count > 0, offset >= 0, offset < size else { return [] }
    return [UInt8](unsafeUninitializedCapacity: min(count, size - offset)) { buffer, length in
      while length < buffer.count {
        let part = pread(descriptor, buffer.baseAddress.map { $0 + length }, buffer.count - length, offset + length)
        if part < 0, errno == EINTR { continue }
        if part <= 0 { break }
        length += part
      }
    }
  }

  /// Writes over what is there or beyond the end.
  func write(_ bytes: [UInt8], at offset: Int) throws(FileError) {
    var done = 0
    while done < bytes.count {
      let part = bytes.withUnsafeBytes {
        pwrite(descriptor, $0.baseAddress.map { $0 + done }, $0.count - done, offset + done)
      }
      if part < 0, errno == EINTR { continue }
      guard part > 0 else { throw FileError(path: path, reason: .unwritable, code: part == 0 ? ENOSPC : errno) }
      done += part
    }
    size = max(size, offset + done)
  }

  func truncate(to length: Int) throws(FileError) {
    guard ftruncate(descriptor, length) == 0 else { throw FileError(path: path, reason: .unwritable, code: errno) }
    size = length
  }

  /// Waits until all is on the disk.
  func flush() throws(FileError) {
    while fsync(descriptor) != 0 && errno != EINVAL {
      guard errno == EINTR else { throw FileError(path: path, reason: .unwritable, code: errno) }
    }
  }
}
