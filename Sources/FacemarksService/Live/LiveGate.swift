import HummingbirdCore
import NIOCore
import NIOHTTP1
import Synchronization

/// Decides by the first request of a connection whether it becomes a live session, and goes. From any other request it takes the wish for
/// another protocol, so that it is answered as one of HTTP, which says what is wrong: the handler of upgrades behind it drops what it
/// refuses without an answer.
final class LiveGate: ChannelInboundHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias InboundOut = HTTPServerRequestPart

  /// What the upgrade of one connection was let in with.
  final class Admitted: Sendable {
    let admission = Mutex<LiveAdmission?>(nil)
  }

  private let state: ServiceState
  private let admitted: Admitted

  init(_ state: ServiceState, _ admitted: Admitted) { (self.state, self.admitted) = (state, admitted) }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard case .head(var head) = unwrapInboundIn(data) else { return context.fireChannelRead(data) }
    let uri = URI(head.uri)
    if Self.isHandshake(head), uri.path == LiveProtocol.path,
      let admission = try? LiveAdmission(uri, Caller(head, context.channel), state)
    {
      admitted.admission.withLock { $0 = admission }
    } else {
      head.headers.remove(name: "upgrade")
    }
    context.fireChannelRead(wrapInboundOut(.head(head)))
    context.pipeline.syncOperations.removeHandler(context: context, promise: nil)
  }

  /// Whether it is one that a server must accept (RFC 6455, section 4.2.1).
  private static func isHandshake(_ head: HTTPRequestHead) -> Bool {
    func words(_ name: String) -> [String] { head.headers[canonicalForm: name].map { $0.lowercased() } }
    return head.method == .GET && words("upgrade") == ["websocket"] && words("connection").contains("upgrade")
      && words("sec-websocket-version") == ["13"] && words("sec-websocket-key").count == 1
      && !head.headers.contains(name: "transfer-encoding")
      && ["0", nil].contains(head.headers.first(name: "content-length"))
  }
}
