import HTTPTypes
import Hummingbird
import NIOCore
import NIOHTTP1

/// Who asks, as the head of a request says it.
struct Caller: Sendable {
  /// The name and port that the client believes to speak to.
  var authority: String?
  /// The web site that a browser asks for.
  var origin: String?
  var token: String?
  /// The client's address.
  var address: String

  init(_ request: Request, _ channel: any Channel) {
    authority = request.head.authority
    origin = request.headers[.origin]
    let words = request.headers[.authorization]?.split(separator: " ") ?? []
    token = words.count == 2 && words[0].lowercased() == "bearer" ? String(words[1]) : nil
    address = channel.remoteAddress?.ipAddress ?? ""
  }

  /// Of a request for a WebSocket. Browsers cannot send a header with it, so the token may be the name of a subprotocol.
  init(_ head: HTTPRequestHead, _ channel: any Channel) {
    authority = head.headers.first(name: "host")
    origin = head.headers.first(name: "origin")
    let words = head.headers.first(name: "authorization")?.split(separator: " ") ?? []
    let protocols = head.headers[canonicalForm: "sec-websocket-protocol"]
    token =
      words.count == 2 && words[0].lowercased() == "bearer"
      ? String(words[1])
      : protocols.first { $0.hasPrefix(LiveProtocol.tokenPrefix) }.map {
        String($0.dropFirst(LiveProtocol.tokenPrefix.count))
      }
    address = channel.remoteAddress?.ipAddress ?? ""
  }
}

/// Who is let in.
struct Access: Sendable {
  private let isLoopback: Bool
  private let token: String?
  private let limiter: RateLimiter?

  init(_ settings: ServiceSettings) {
    isLoopback = settings.isLoopback
    token = settings.token
    limiter = settings.rate.map { RateLimiter(rate: $0) }
  }

  /// - Parameter isGuarded: whether it needs the token and counts for the rate.
  /// - Throws: `RequestFailure` that says why not.
  func check(_ caller: Caller, isGuarded: Bool) throws(RequestFailure) {
    // A web site whose name was made to lead here (DNS rebinding) must not speak for the people before this machine.
    if isLoopback, let authority = caller.authority, !HostName.isLoopback(HostName.host(ofAuthority: authority)) {
      throw RequestFailure(.misdirectedRequest, "this service is for this machine alone: ask localhost")
    }
    guard isGuarded else { return }
    if let origin = caller.origin, HostName.authority(ofOrigin: origin) != caller.authority {
      throw RequestFailure(.forbidden, "other web sites may not use this service")
    }
    if let token, !Self.isSame(token, caller.token ?? "") {
      throw RequestFailure(.unauthorized, "it needs the header 'Authorization: Bearer TOKEN'", rejection: .token)
    }
    if let limiter, !limiter.admits(caller.address) {
      throw RequestFailure(.tooManyRequests, "too many requests in a second", rejection: .rate, retryAfter: 1)
    }
  }

  /// Compares in a time that says nothing about where they differ.
  private static func isSame(_ one: String, _ other: String) -> Bool {
    let (one, other) = (Array(one.utf8), Array(other.utf8))
    guard one.count == other.count else { return false }
    return zip(one, other).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
  }
}
