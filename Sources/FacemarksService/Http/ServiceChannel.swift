import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1
import NIOHTTPTypes
import NIOHTTPTypesHTTP1
import NIOWebSocket

/// A connection, which its first request makes one of HTTP or a live session.
struct ServiceConnection: ServerChildChannelValue {
  enum Kind: Sendable {
    case http(NIOAsyncChannel<HTTPRequestPart, HTTPResponsePart>)
    case live(LiveConnection)
  }

  let channel: any Channel
  let kind: EventLoopFuture<Kind>
}

/// Sets a connection up and serves it.
struct ServiceChannel: HTTPChannelHandler {
  let responder: Responder
  let state: ServiceState

  func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<ServiceConnection> {
    channel.eventLoop.makeCompletedFuture {
      let pipeline = channel.pipeline.syncOperations
      try pipeline.addHandler(ConnectionWatch())
      let admitted = LiveGate.Admitted()
      var configuration = NIOUpgradableHTTPServerPipelineConfiguration(
        upgradeConfiguration: NIOTypedHTTPServerUpgradeConfiguration(upgraders: [upgrader(admitted)]) { channel in
          channel.eventLoop.makeCompletedFuture { .http(try http(channel, logger)) }
        })
      // The server itself sees to these.
      configuration.enablePipelining = false
      configuration.enableErrorHandling = false
      let kind = try pipeline.configureUpgradableHTTPServerPipeline(configuration: configuration)
      let upgrade = try pipeline.handler(type: NIOTypedHTTPServerUpgradeHandler<ServiceConnection.Kind>.self)
      try pipeline.addHandler(LiveGate(state, admitted), position: .before(upgrade))
      return ServiceConnection(channel: channel, kind: kind)
    }
  }

  private func upgrader(_ admitted: LiveGate.Admitted) -> NIOTypedWebSocketServerUpgrader<ServiceConnection.Kind> {
    NIOTypedWebSocketServerUpgrader(
      maxFrameSize: ServiceLimits.frameBytes,
      shouldUpgrade: { channel, head in
        let names = head.headers[canonicalForm: "sec-websocket-protocol"]
        return channel.eventLoop.makeSucceededFuture(
          names.contains { $0 == LiveProtocol.name } ? ["Sec-WebSocket-Protocol": LiveProtocol.name] : [:])
      },
      upgradePipelineHandler: { channel, _ in
        channel.eventLoop.makeCompletedFuture {
          channel.pipeline.fireUserInboundEventTriggered(ConnectionWatch.Begun())
          guard let admission = admitted.admission.withLock({ $0.take() }) else {
            throw ChannelError.inappropriateOperationForState
          }
          return .live(try LiveConnection(channel, admission))
        }
      })
  }

  private func http(
    _ channel: any Channel, _ logger: Logger
  ) throws -> NIOAsyncChannel<HTTPRequestPart, HTTPResponsePart> {
    let pipeline = channel.pipeline.syncOperations
    channel.pipeline.fireUserInboundEventTriggered(ConnectionWatch.Begun())
    try pipeline.addHandler(ConnectionManners(bodyLimit: state.settings.clipBytes))
    try pipeline.addHandler(HTTP1ToHTTPServerCodec(secure: false))
    try pipeline.addHandler(
      HTTPConnectionStateHandler(idleTimeout: .seconds(ServiceLimits.idleSeconds), logger: logger))
    return try NIOAsyncChannel(
      wrappingChannelSynchronously: channel, configuration: .init(isOutboundHalfClosureEnabled: true))
  }

  func handle(value: ServiceConnection, logger: Logger) async {
    do {
      switch try await value.kind.get() {
      case .http(let channel): await handleHTTP(asyncChannel: channel, logger: logger)
      case .live(let connection): await connection.run(state, logger)
      }
    } catch {
      logger.debug("a connection broke off before its first request: \(error)")
      value.channel.close(promise: nil)
    }
  }
}
