import HTTPTypes
import Hummingbird
import NIOCore

/// The body of a request, within its limits of size and time.
struct BodyReader {
  private let request: Request
  private let limit: Int
  private let seconds: Int
  private let channel: any Channel

  /// - Throws: `RequestFailure` when the request says that its body is too large.
  init(_ request: Request, limit: Int, seconds: Int, channel: any Channel) throws(RequestFailure) {
    (self.request, self.limit, self.seconds, self.channel) = (request, limit, seconds, channel)
    if let length, length > limit { throw .tooLarge(limit) }
  }

  private var length: Int? { request.headers[.contentLength].flatMap { Int($0) } }

  /// Gives every part of the body to `take`.
  /// - Throws: `RequestFailure` for one that is too long, too slow, or not whole; what `take` throws.
  func read(_ take: (ByteBuffer) async throws -> Void) async throws {
    var count = 0
    // Reading does not end by itself when a client sends nothing: closing its side does end it.
    let deadline = channel.eventLoop.scheduleTask(in: .seconds(Int64(seconds))) { [channel] in
      channel.close(mode: .input, promise: nil)
    }
    let end = ContinuousClock.now.advanced(by: .seconds(seconds))
    let tooSlow = RequestFailure(.requestTimeout, "the body did not come within \(seconds) s", rejection: .time)
    defer { deadline.cancel() }
    do {
      for try await part in request.body {
        count += part.readableBytes
        guard count <= limit else { throw RequestFailure.tooLarge(limit) }
        try await take(part)
      }
    } catch let failure as RequestFailure {
      throw failure
    } catch {
      throw ContinuousClock.now < end ? RequestFailure.badRequest("the body breaks off") : tooSlow
    }
    guard ContinuousClock.now < end else { throw tooSlow }
    if let length, count < length { throw RequestFailure.badRequest("the body breaks off") }
    guard count > 0 else { throw RequestFailure.badRequest("the request has no body") }
  }

  /// The whole body.
  func bytes() async throws -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(min(length ?? 0, limit))
    try await read { bytes.append(contentsOf: $0.readableBytesView) }
    return bytes
  }
}
