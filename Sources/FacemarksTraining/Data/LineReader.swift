import Files
import Glibc

/// Reads a text file line by line through one buffer, whatever the size of the file. Takes Unix and Windows line ends, a
/// missing last one, and drops a UTF-8 byte order mark.
final class LineReader {
  let path: String
  /// The number of the line last returned, counted from 1.
  private(set) var lineNumber = 0
  /// The size of the file in bytes, 0 when it is not known (a pipe).
  let fileSize: Int

  private static let longestLine = 16 << 20
  private let descriptor: Int32
  private var buffer: UnsafeMutableRawBufferPointer
  private var start = 0
  private var end = 0
  private var isAtEnd = false

  /// - Throws: `FileError` when the file is missing, a folder or not readable.
  init(path: String, chunkSize: Int = 1 << 20) throws(FileError) {
    self.path = path
    let file = PathText.withSystemPath(path) { open($0, O_RDONLY | O_CLOEXEC) }
    guard file >= 0 else { throw Self.failure(path) }
    var status = stat()
    guard fstat(file, &status) == 0, status.st_mode & S_IFMT != S_IFDIR else {
      close(file)
      throw FileError(path: path, reason: .unreadable, detail: "it is a folder")
    }
    descriptor = file
    fileSize = Int(status.st_size)
    buffer = .allocate(byteCount: chunkSize, alignment: 16)
  }

  deinit {
    close(descriptor)
    buffer.deallocate()
  }

  /// The next line without its end, valid until the next call; nil at the end of the file.
  /// - Throws: `FileError`, or `DataError` when a line has more than 16 MiB.
  func next() throws -> UnsafeRawBufferPointer? {
    var searched = start
    while true {
      if let base = buffer.baseAddress, searched < end, let found = memchr(base + searched, 10, end - searched) {
        let stop = UnsafeRawPointer(found) - UnsafeRawPointer(base)
        defer { start = stop + 1 }
        return line(start..<stop)
      }
      if isAtEnd {
        guard start < end else { return nil }
        defer { start = end }
        return line(start..<end)
      }
      searched = end - start
      try fill()
    }
  }

  private func line(_ range: Range<Int>) -> UnsafeRawBufferPointer {
    lineNumber += 1
    var bytes = UnsafeRawBufferPointer(rebasing: buffer[range])
    if bytes.last == 13 { bytes = UnsafeRawBufferPointer(rebasing: bytes.dropLast()) }
    if lineNumber == 1, bytes.starts(with: [0xEF, 0xBB, 0xBF]) {
      bytes = UnsafeRawBufferPointer(rebasing: bytes.dropFirst(3))
    }
    return bytes
  }

  /// Moves the unread bytes to the front and reads more behind them.
  private func fill() throws {
    let rest = end - start
    if rest == buffer.count {
      guard buffer.count < Self.longestLine else {
        throw DataError(
          file: path, line: lineNumber + 1, message: "a line of more than 16 MiB; is this a csv file?")
      }
      let larger = UnsafeMutableRawBufferPointer.allocate(byteCount: 2 * buffer.count, alignment: 16)
      larger.copyMemory(from: UnsafeRawBufferPointer(rebasing: buffer[start..<end]))
      buffer.deallocate()
      buffer = larger
    } else if rest > 0, start > 0, let base = buffer.baseAddress {
      memmove(base, base + start, rest)
    }
    start = 0
    end = rest
    while true {
      let count = read(descriptor, buffer.baseAddress.map { $0 + end }, buffer.count - end)
      if count >= 0 {
        end += count
        isAtEnd = count == 0
        return
      }
      guard errno == EINTR else { throw Self.failure(path) }
    }
  }

  private static func failure(_ path: String) -> FileError {
    let isMissing = errno == ENOENT || errno == ENOTDIR
    return FileError(path: path, reason: isMissing ? .missing : .unreadable, detail: String(cString: strerror(errno)))
  }
}
