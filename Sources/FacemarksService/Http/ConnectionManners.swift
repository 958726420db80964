import NIOCore
import NIOHTTP1

/// Rules of HTTP that the server leaves to us: a client that asks whether it may send a body is told so, and a connection whose request
/// or answer says that it is the last is closed.
final class ConnectionManners: ChannelDuplexHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias InboundOut = HTTPServerRequestPart
  typealias OutboundIn = HTTPServerResponsePart
  typealias OutboundOut = HTTPServerResponsePart

  /// The largest body that is waited for.
  private let bodyLimit: Int
  private var isClosing = false

  /// Time for the client to read the answer before what it still sends makes the system drop it.
  private static let linger = TimeAmount.seconds(2)

  init(bodyLimit: Int) { self.bodyLimit = bodyLimit }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard case .head(var head) = unwrapInboundIn(data) else { return context.fireChannelRead(data) }
    let length = head.headers.first(name: "content-length").flatMap { Int($0) } ?? 0
    if head.headers.first(name: "expect")?.lowercased() == "100-continue", length <= bodyLimit {
      let answer = HTTPResponseHead(version: .http1_1, status: .continue)
      context.writeAndFlush(wrapOutboundOut(.head(answer)), promise: nil)
    }
    // The server knows it by this one word only; HTTP/1.0 says it by saying nothing.
    if !head.isKeepAlive { head.headers.replaceOrAdd(name: "connection", value: "close") }
    context.fireChannelRead(wrapInboundOut(.head(head)))
  }

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    switch unwrapOutboundIn(data) {
    case .head(let head) where head.status.code >= 200:
      isClosing = head.headers.first(name: "connection") == "close"
      context.write(data, promise: promise)
    case .end where isClosing:
      let channel = context.channel
      let promise = promise ?? context.eventLoop.makePromise()
      promise.futureResult.whenComplete { _ in
        channel.close(mode: .output, promise: nil)
        channel.eventLoop.scheduleTask(in: Self.linger) { channel.close(promise: nil) }
      }
      context.write(data, promise: promise)
    default: context.write(data, promise: promise)
    }
  }
}
