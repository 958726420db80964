import Facemarks
import HTTPTypes
import Hummingbird
import Logging
import NIOCore

/// Answers the requests: finds the path, lets the client in or not, counts.
struct ServiceResponder: HTTPResponder {
  private let state: ServiceState
  private let routes: [Route]

  init(_ state: ServiceState) {
    self.state = state
    routes = Route.all(state)
  }

  func respond(to request: Request, context: ServiceContext) async throws -> Response {
    let start = ContinuousClock.now
    let path = request.uri.path
    let known = routes.filter { $0.path == path }
    var response: Response
    do {
      guard !known.isEmpty else {
        throw RequestFailure(.notFound, "there is nothing at this path; /openapi.json lists all")
      }
      let methods = known.map(\.method) + (known.contains { $0.method == .get } ? [.head] : [])
      guard let route = known.first(where: { $0.method == (request.method == .head ? .get : request.method) }) else {
        let words = methods.map(\.rawValue).joined(separator: ", ")
        throw RequestFailure(.methodNotAllowed, "this path has \(words) only", allowed: words)
      }
      try state.access.check(Caller(request, context.channel), isGuarded: route.isGuarded)
      response = try await route.answer(request, context)
    } catch {
      let failure = RequestFailure(error)
      if let rejection = failure.rejection { state.metrics.rejected(rejection) }
      response = failure.response
    }
    for (name, value) in Self.headers where response.headers[name] == nil { response.headers[name] = value }
    let seconds = start.duration(to: .now) / .seconds(1)
    state.metrics.answered(known.isEmpty ? "other" : path, status: response.status.code, seconds: seconds)
    context.logger.debug(
      "\(request.method) \(known.isEmpty ? "other" : path): \(response.status.code), \(Int(seconds * 1000)) ms")
    return request.method == .head ? response.createHeadResponse() : response
  }

  /// Nothing is kept by anyone, and the page cannot load from, or send to, anywhere else.
  private static let headers: [(HTTPField.Name, String)] = {
    let policy = "Content-Security-Policy"
    let fields = [
      ("Cache-Control", "no-store"), ("X-Content-Type-Options", "nosniff"), ("Referrer-Policy", "no-referrer"),
      ("Cross-Origin-Resource-Policy", "same-origin"), ("X-Frame-Options", "DENY"),
      (
        policy,
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; media-src 'self' blob:; "
          + "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
      ),
    ]
    return fields.compactMap { field in HTTPField.Name(field.0).map { ($0, field.1) } }
  }()
}

/// A path with a method, and what answers it.
struct Route: Sendable {
  var path: String
  var method: HTTPRequest.Method = .get
  /// Whether it needs the token and counts for the rate.
  var isGuarded = false
  var answer: @Sendable (Request, ServiceContext) async throws -> Response

  static func all(_ state: ServiceState) -> [Route] {
    let (photos, clips) = (PhotoRoute(state), ClipRoute(state))
    return [
      Route(path: "/v1/faces", method: .post, isGuarded: true, answer: photos.answer),
      Route(path: "/v1/video", method: .post, isGuarded: true, answer: clips.answer),
      Route(path: LiveProtocol.path) { request, context in
        _ = try LiveAdmission(request.uri, Caller(request, context.channel), state)
        throw RequestFailure(.upgradeRequired, "this path speaks WebSocket", upgrade: "websocket")
      },
      Route(path: "/healthz") { _, _ in .text("ok\n") },
      Route(path: "/readyz") { _, _ in
        guard !state.photos.isFull else { throw RequestFailure.busy }
        return .text("ready\n")
      },
      Route(path: "/metrics", isGuarded: true) { _, _ in
        let text = state.metrics.text(queue: state.photos.count + state.clips.count, sessions: state.sessions.count)
        return .text(text, "text/plain; version=0.0.4; charset=utf-8")
      },
    ] + ServiceFiles.routes
  }
}

extension Response {
  static func text(_ text: String, _ contentType: String = "text/plain; charset=utf-8") -> Response {
    Response(
      status: .ok, headers: [.contentType: contentType], body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
  }
}
