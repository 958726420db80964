import HummingbirdCore
import NIOCore
import NIOHTTP1

/// The WebSocket at `/v1/live`: binary messages are frames, JPEGs of one size; each is answered with a text message of one line, as of
/// `--json` for videos, and where filters or hiding were asked for with a binary one, the frame with them. A frame that is none is answered
/// with an object that has `error` only.
enum LiveProtocol {
  static let path = "/v1/live"
  /// The name of the subprotocol; browsers need one where they also name the token.
  static let name = "facemarks"
  /// Before the token, as the name of another subprotocol.
  static let tokenPrefix = "token."
  /// The parameters.
  static let parameters = ["landmarks", "min-confidence", "filter", "anonymise"]
}

/// What a session was let in with.
struct LiveAdmission: Sendable {
  var query: FaceQuery
  var place: Admissions.Place

  /// - Throws: `RequestFailure` that says why it is not let in.
  init(_ uri: URI, _ caller: Caller, _ state: ServiceState) throws(RequestFailure) {
    query = try FaceQuery(uri.queryParameters, allowed: LiveProtocol.parameters)
    try state.access.check(caller, isGuarded: true)
    guard let place = state.sessions.enter() else {
      throw RequestFailure(
        .serviceUnavailable, "as many live sessions are open as the workers can serve", rejection: .queue, retryAfter: 5
      )
    }
    self.place = place
  }
}
