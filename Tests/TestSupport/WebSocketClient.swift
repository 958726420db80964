/// The client's side of a WebSocket (RFC 6455).
package final class WebSocketClient {
  package struct Message: Hashable, Sendable {
    /// 1 text, 2 binary, 8 close, 9 ping, 10 pong.
    package var kind: UInt8
    package var bytes: [UInt8]

    package init(kind: UInt8, bytes: [UInt8]) { (self.kind, self.bytes) = (kind, bytes) }

    package var text: String { String(decoding: bytes, as: UTF8.self) }
    /// Of a close message.
    package var code: Int? { kind == 8 && bytes.count >= 2 ? Int(bytes[0]) << 8 | Int(bytes[1]) : nil }
  }

  package let connection: Connection
  /// The answer to the request for it.
  package let answer: String

  /// Asks for a WebSocket.
  /// - Parameters:
  ///   - path: with what stands behind the question mark.
  ///   - headers: further ones, as they are sent.
  package init(port: Int, _ path: String, headers: [String] = []) throws {
    connection = try Connection(port: port)
    // The key and its answer are those of RFC 6455, section 1.3.
    let lines = [
      "GET \(path) HTTP/1.1", "Host: localhost:\(port)", "Connection: Upgrade", "Upgrade: websocket",
      "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    ]
    connection.send((lines + headers + ["", ""]).joined(separator: "\r\n"))
    answer = String(decoding: connection.head(), as: UTF8.self)
  }

  package var isOpen: Bool {
    answer.hasPrefix("HTTP/1.1 101 ") && answer.lowercased().contains("s3pplmbitxaq9kygzzhzrbk+xoo=")
  }

  /// - Parameter isLast: false for a part that another one follows.
  package func send(_ kind: UInt8, _ bytes: [UInt8], isLast: Bool = true) {
    var frame: [UInt8] = [(isLast ? 0x80 : 0) | kind]
    switch bytes.count {
    case ..<126: frame.append(0x80 | UInt8(bytes.count))
    case ..<65536: frame += [0x80 | 126, UInt8(bytes.count >> 8), UInt8(bytes.count & 0xFF)]
    default: frame += [0x80 | 127] + (0..<8).reversed().map { UInt8(bytes.count >> (8 * $0) & 0xFF) }
    }
    let mask: [UInt8] = [0x37, 0xFA, 0x21, 0x3D]
    connection.send(frame + mask + bytes.enumerated().map { $1 ^ mask[$0 & 3] })
  }

  /// The next message; nil where the other side is gone.
  package func next() -> Message? {
    let head = connection.next(2)
    guard head.count == 2 else { return nil }
    var count = Int(head[1] & 0x7F)
    if count >= 126 { count = connection.next(count == 126 ? 2 : 8).reduce(0) { $0 << 8 | Int($1) } }
    return Message(kind: head[0] & 0x0F, bytes: connection.next(count))
  }
}
