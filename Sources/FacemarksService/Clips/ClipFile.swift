import Glibc
import Hummingbird
import NIOCore
import NIOPosix

/// A clip that was sent, in a file without a name: it is gone when nobody has it open, also when the program is killed.
final class ClipFile: Sendable {
  private let descriptor: Int32

  /// - Throws: `RequestFailure` where the system has no room for files.
  init() throws(RequestFailure) {
    let folder = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
    var template = Array("\(folder)/facemarks-XXXXXX".utf8CString)
    let made = mkstemp(&template)
    if made >= 0 {
      unlink(template)
      _ = fcntl(made, F_SETFD, FD_CLOEXEC)
    }
    guard made >= 0 else {
      throw RequestFailure.noRoom("no room for the clip: \(String(cString: strerror(errno)))")
    }
    descriptor = made
  }

  deinit { close(descriptor) }

  /// By which the file can be opened while this object lives.
  var path: String { "/proc/self/fd/\(descriptor)" }

  /// Appends a part.
  /// - Throws: `RequestFailure` when the disc is full.
  func append(_ part: ByteBuffer) async throws {
    let descriptor = descriptor
    // A disc may take its time: the threads that carry requests must not wait for it.
    try await NIOThreadPool.singleton.runIfActive {
      try part.withUnsafeReadableBytes { bytes in
        var rest = bytes
        while !rest.isEmpty {
          let count = write(descriptor, rest.baseAddress, rest.count)
          if count < 0, errno == EINTR { continue }
          guard count > 0 else {
            throw RequestFailure.noRoom("no room for the clip: \(String(cString: strerror(errno)))")
          }
          rest = UnsafeRawBufferPointer(rebasing: rest[count...])
        }
      }
    }
  }
}
