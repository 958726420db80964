import NIOCore

/// Closes connections that would be held for nothing: those that send no whole first request in time, and those that do not read
/// their answer. It stands before all other handlers.
final class ConnectionWatch: ChannelDuplexHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundIn = ByteBuffer

  /// Goes through the channel when its first request has come.
  struct Begun {}

  private var isBegun = false
  private var greeting: Scheduled<Void>?
  private var stall: Scheduled<Void>?

  func handlerAdded(context: ChannelHandlerContext) {
    greeting = closing(context, after: ServiceLimits.idleSeconds)
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    greeting?.cancel()
    stall?.cancel()
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if event is Begun { isBegun = true }
    if isBegun { greeting?.cancel() }
    // What has asked for nothing yet does not hold up the end of the service.
    if event is ChannelShouldQuiesceEvent, !isBegun { return context.close(promise: nil) }
    context.fireUserInboundEventTriggered(event)
  }

  /// A connection stays unwritable while its client reads less than the system and the channel hold.
  func channelWritabilityChanged(context: ChannelHandlerContext) {
    stall?.cancel()
    stall = context.channel.isWritable ? nil : closing(context, after: ServiceLimits.stalledSeconds)
    context.fireChannelWritabilityChanged()
  }

  private func closing(_ context: ChannelHandlerContext, after seconds: Int) -> Scheduled<Void> {
    let channel = context.channel
    return context.eventLoop.scheduleTask(in: .seconds(Int64(seconds))) { channel.close(promise: nil) }
  }
}
