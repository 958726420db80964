import Files
import Glibc

/// The two standard streams.
enum Console {
  /// Writes text; gives the system's error number, 0 when all went well or nobody listens any more.
  @discardableResult
  static func write(_ text: String, to descriptor: Int32) -> Int32 {
    var text = text
    let code = text.withUTF8 { AtomicFile.write(UnsafeRawBufferPointer($0), to: descriptor) }
    return code == EPIPE ? 0 : code
  }
}
