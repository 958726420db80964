/// Paths as text. File names on Linux are bytes; inside the program every path is a `String` from which they come back byte for byte:
/// a byte that is no part of valid UTF-8 is written as the private character U+10F700 + byte. So are the bytes of those private
/// characters themselves.
package enum PathText {
  private static let first: UInt32 = 0x10F700

  /// The path as text, for any bytes.
  package static func text(_ bytes: some Sequence<UInt8>) -> String {
    let bytes = Array(bytes)
    var scalars = String.UnicodeScalarView()
    var source = bytes.makeIterator()
    var parser = Unicode.UTF8.ForwardParser()
    var index = 0
    while true {
      switch parser.parseScalar(from: &source) {
      case .valid(let encoded):
        let scalar = Unicode.UTF8.decode(encoded)
        if escapedByte(scalar) == nil {
          scalars.append(scalar)
        } else {
          scalars.append(contentsOf: encoded.map(escape))
        }
        index += encoded.count
      case .error(let length):
        scalars.append(contentsOf: bytes[index..<index + length].map(escape))
        index += length
      case .emptyInput:
        return String(scalars)
      }
    }
  }

  /// The bytes of the path, as the system wants them, without the closing zero.
  package static func bytes(_ path: String) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(path.utf8.count)
    for scalar in path.unicodeScalars {
      if let byte = escapedByte(scalar) {
        bytes.append(byte)
      } else {
        bytes.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
      }
    }
    return bytes
  }

  /// Calls `body` with the path as the system wants it.
  package static func withSystemPath<Result>(_ path: String, _ body: (UnsafePointer<CChar>) -> Result) -> Result {
    (bytes(path) + [0]).withUnsafeBufferPointer { buffer in
      buffer.withMemoryRebound(to: CChar.self) { body($0.baseAddress.unsafelyUnwrapped) }
    }
  }

  /// The path for a message or a report: one line, control characters and stray bytes written as `\n`, `\t`, `\xNN` or `\u{NNNN}`.
  package static func printable(_ path: String) -> String {
    var text = ""
    for scalar in path.unicodeScalars {
      if let byte = escapedByte(scalar) {
        text += hexadecimal(byte)
      } else if scalar == "\n" {
        text += "\\n"
      } else if scalar == "\t" {
        text += "\\t"
      } else if scalar.value < 0x20 || (0x7F..<0xA0).contains(scalar.value) {
        text += hexadecimal(UInt8(scalar.value))
      } else if turnsText(scalar) {
        text += "\\u{" + String(scalar.value, radix: 16) + "}"
      } else {
        text.unicodeScalars.append(scalar)
      }
    }
    return text
  }

  /// The path as valid Unicode for result files: stray bytes become the replacement character U+FFFD.
  package static func unicode(_ path: String) -> String {
    var text = String.UnicodeScalarView()
    for scalar in path.unicodeScalars { text.append(escapedByte(scalar) == nil ? scalar : "\u{FFFD}") }
    return String(text)
  }

  private static func escape(_ byte: UInt8) -> Unicode.Scalar {
    Unicode.Scalar(first + UInt32(byte)) ?? "\u{FFFD}"
  }

  /// Ends of lines and what turns the direction of the text around it, by which a name can seem to be another one.
  private static func turnsText(_ scalar: Unicode.Scalar) -> Bool {
    [0x200E...0x200F, 0x2028...0x202E, 0x2066...0x2069].contains { $0.contains(scalar.value) }
  }

  private static func escapedByte(_ scalar: Unicode.Scalar) -> UInt8? {
    scalar.value >= first ? UInt8(exactly: scalar.value - first) : nil
  }

  private static func hexadecimal(_ byte: UInt8) -> String {
    let digits = String(byte, radix: 16)
    return "\\x" + (digits.count < 2 ? "0" : "") + digits
  }
}
