import Glibc

/// A connection to a port of this machine, with bytes sent as they are: what a well-behaved client would not send can be sent, too.
package final class Connection {
  private let socket: Int32
  private var received: [UInt8] = []

  /// Seconds that are waited for an answer.
  private static let patience = 60

  /// - Throws: `ConnectionError` when nobody listens there.
  package init(port: Int) throws {
    socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var patience = timeval(tv_sec: Self.patience, tv_usec: 0)
    setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
    setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(port).bigEndian
    address.sin_addr.s_addr = INADDR_LOOPBACK.bigEndian
    let code = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard code == 0 else {
      close(socket)
      throw ConnectionError(description: "cannot connect to port \(port): \(String(cString: strerror(errno)))")
    }
  }

  deinit { close(socket) }

  /// Sends as much as the other side takes.
  package func send(_ bytes: [UInt8]) {
    var sent = 0
    while sent < bytes.count {
      let count = bytes[sent...].withUnsafeBytes { Glibc.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
      guard count > 0 else { return }
      sent += count
    }
  }

  package func send(_ text: String) { send(Array(text.utf8)) }

  /// Says that nothing more will be sent.
  package func finishSending() { shutdown(socket, Int32(SHUT_WR)) }

  /// Breaks off as a program does that is killed: what still comes is refused.
  package func abort() { shutdown(socket, Int32(SHUT_RDWR)) }

  /// All that comes until the other side closes.
  package func rest() -> [UInt8] {
    while receive() {}
    defer { received = [] }
    return received
  }

  /// The next `count` bytes; fewer where the other side closes before.
  package func next(_ count: Int) -> [UInt8] {
    while received.count < count, receive() {}
    defer { received.removeFirst(min(count, received.count)) }
    return Array(received.prefix(count))
  }

  /// All bytes up to an empty line, with it.
  package func head() -> [UInt8] {
    var head: [UInt8] = []
    while !head.suffix(4).elementsEqual(Array("\r\n\r\n".utf8)) {
      let byte = next(1)
      guard !byte.isEmpty else { break }
      head += byte
    }
    return head
  }

  private func receive() -> Bool {
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    let count = recv(socket, &buffer, buffer.count, 0)
    guard count > 0 else { return false }
    received += buffer.prefix(count)
    return true
  }
}

package struct ConnectionError: Error, CustomStringConvertible {
  package let description: String

  package init(description: String) { self.description = description }
}
