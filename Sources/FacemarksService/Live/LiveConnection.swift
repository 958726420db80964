import Logging
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOWebSocket

/// Serves one live session.
struct LiveConnection: Sendable {
  let channel: NIOAsyncChannel<WebSocketFrame, WebSocketFrame>
  private let admission: LiveAdmission

  /// Sets the channel up behind the upgrade.
  init(_ channel: any Channel, _ admission: LiveAdmission) throws {
    self.admission = admission
    let pipeline = channel.pipeline.syncOperations
    try pipeline.addHandler(
      NIOWebSocketFrameAggregator(
        minNonFinalFragmentSize: 0, maxAccumulatedFrameCount: 64, maxAccumulatedFrameSize: ServiceLimits.frameBytes))
    try pipeline.addHandler(IdleStateHandler(readTimeout: .seconds(Int64(ServiceLimits.silentSeconds))))
    try pipeline.addHandler(LiveEnding())
    self.channel = try NIOAsyncChannel(wrappingChannelSynchronously: channel)
  }

  /// Answers frames until the client goes.
  func run(_ state: ServiceState, _ logger: Logger) async {
    do {
      let query = admission.query
      let session = try await state.pool.run(while: isOpen) { _ in try LiveSession(query) }
      try await channel.executeThenClose { inbound, outbound in
        for try await message in inbound {
          switch message.opcode {
          case .binary: try await answer(message, session, state, outbound)
          case .ping:
            try await outbound.write(WebSocketFrame(fin: true, opcode: .pong, data: message.unmaskedData))
          case .connectionClose:
            return try await outbound.write(Self.close(.normalClosure))
          case .text: return try await outbound.write(Self.close(.unacceptableData))
          default: break
          }
        }
      }
    } catch {
      logger.debug("a live session broke off: \(error)")
      channel.channel.close(promise: nil)
    }
    withExtendedLifetime(admission) {}
  }

  private func isOpen() -> Bool { channel.channel.isActive }

  private func answer(
    _ message: WebSocketFrame, _ session: LiveSession, _ state: ServiceState,
    _ outbound: NIOAsyncChannelOutboundWriter<WebSocketFrame>
  ) async throws {
    let (time, jpeg) = (ContinuousClock.now, Array(message.unmaskedData.readableBytesView))
    let answer: LiveSession.Answer
    do {
      answer = try await state.pool.run(while: isOpen) { _ in try session.answer(jpeg, at: time) }
      state.metrics.found(faces: answer.faces, frames: 1)
    } catch {
      answer = LiveSession.Answer(json: RequestFailure(error).json)
    }
    try await outbound.write(WebSocketFrame(fin: true, opcode: .text, data: ByteBuffer(string: answer.json)))
    if let picture = answer.picture {
      try await outbound.write(WebSocketFrame(fin: true, opcode: .binary, data: ByteBuffer(bytes: picture)))
    }
  }

  static func close(_ code: WebSocketErrorCode) -> WebSocketFrame {
    var data = ByteBuffer()
    data.write(webSocketErrorCode: code)
    return WebSocketFrame(fin: true, opcode: .connectionClose, data: data)
  }
}

/// Closes a session when the service ends, and one that is silent.
private final class LiveEnding: ChannelInboundHandler {
  typealias InboundIn = WebSocketFrame
  typealias InboundOut = WebSocketFrame
  typealias OutboundOut = WebSocketFrame

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    switch event {
    case is ChannelShouldQuiesceEvent: close(context, .goingAway)
    case is IdleStateHandler.IdleStateEvent: close(context, .policyViolation)
    default: context.fireUserInboundEventTriggered(event)
    }
  }

  private func close(_ context: ChannelHandlerContext, _ code: WebSocketErrorCode) {
    let channel = context.channel
    let promise = context.eventLoop.makePromise(of: Void.self)
    promise.futureResult.whenComplete { _ in channel.close(promise: nil) }
    context.writeAndFlush(wrapOutboundOut(LiveConnection.close(code)), promise: promise)
  }
}
