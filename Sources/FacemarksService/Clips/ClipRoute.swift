import HTTPTypes
import Hummingbird
import NIOCore

/// `POST /v1/video`: a clip in, a line per frame out, while the clip is read.
struct ClipRoute: Sendable {
  private let state: ServiceState

  /// The parameters that make sense without a picture.
  static let parameters = ["landmarks", "min-confidence", "format"]

  init(_ state: ServiceState) { self.state = state }

  func answer(_ request: Request, _ context: ServiceContext) async throws -> Response {
    let query = try FaceQuery(request.uri.queryParameters, allowed: Self.parameters)
    if query.format == .picture { throw RequestFailure.badRequest("'format' of a clip is json or csv") }
    if request.headers[.contentType]?.lowercased().hasPrefix("multipart/") == true {
      throw RequestFailure(.unsupportedMediaType, "send the clip itself as the body, not a form")
    }
    let channel = context.channel
    let reader = try BodyReader(
      request, limit: state.settings.clipBytes, seconds: ServiceLimits.clipUploadSeconds, channel: channel)
    guard let place = state.clips.enter() else { throw RequestFailure.busy }
    let file = try ClipFile()
    try await reader.read(file.append)
    let end = ContinuousClock.now.advanced(by: .seconds(ServiceLimits.clipSeconds))
    let isWanted: @Sendable () -> Bool = { channel.isActive && .now < end }
    let work = try await state.pool.run(while: isWanted) { _ in
      try ClipWork(file, query) { !isWanted() }
    }
    let isTable = query.format == .csv
    return Response(
      status: .ok, headers: [.contentType: isTable ? "text/csv; charset=utf-8" : "application/x-ndjson"],
      body: ResponseBody { [state] writer in
        var isOver = false
        while !isOver {
          do {
            let part = try await state.pool.run(while: isWanted) { _ in work.next() }
            state.metrics.found(faces: part.faces, frames: part.frames)
            isOver = part.isLast
            try await writer.write(ByteBuffer(string: part.text))
          } catch let failure as RequestFailure {
            try await writer.write(ByteBuffer(string: failure.json + "\n"))
            isOver = true
          }
        }
        withExtendedLifetime(place) {}
        try await writer.finish(nil)
      })
  }
}
