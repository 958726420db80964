import Files
import Glibc

/// The two standard streams.
enum Console {
  /// Takes the places of standard streams that the caller closed (`>&-`), so that no file we open gets a stream's number and
  /// our lines with it. The files in these places refuse to be read and written, as a closed stream would.
  static func fillClosedStreams() {
    for stream in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO] where fcntl(stream, F_GETFD) < 0 {
      // `open` takes the lowest free number, and those below are taken.
      _ = open("/dev/null", stream == STDIN_FILENO ? O_WRONLY : O_RDONLY)
    }
  }

  /// Clears the terminal's line, to write it anew.
  static let clearedLine = "\r\u{1B}[K"

  /// Writes lines for people with control characters made printable; the text may begin with `clearedLine`. Gives the system's
  /// error number, 0 when all went well or nobody listens any more.
  @discardableResult
  static func write(_ text: String, to descriptor: Int32) -> Int32 {
    let start = text.hasPrefix(clearedLine) ? clearedLine : ""
    let lines = text.dropFirst(start.count).unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false)
    return write(document: start + lines.map { PathText.printable(String($0)) }.joined(separator: "\n"), to: descriptor)
  }

  /// As `write(_:to:)`, with the text as it is.
  @discardableResult
  static func write(document text: String, to descriptor: Int32) -> Int32 {
    var text = text
    let code = text.withUTF8 { AtomicFile.write(UnsafeRawBufferPointer($0), to: descriptor) }
    return code == EPIPE ? 0 : code
  }
}
