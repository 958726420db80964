import HTTPTypes
import Hummingbird
import NIOCore

/// `POST /v1/faces`: a photo in, its faces as JSON or CSV, or the photo with marks, filters or hidden faces out.
struct PhotoRoute: Sendable {
  private let state: ServiceState

  init(_ state: ServiceState) { self.state = state }

  func answer(_ request: Request, _ context: ServiceContext) async throws -> Response {
    let query = try FaceQuery(request.uri.queryParameters)
    let channel = context.channel
    let reader = try BodyReader(
      request, limit: state.settings.photoBytes, seconds: ServiceLimits.photoSeconds, channel: channel)
    // Before the body, so that the bodies in memory are as many as the queue is long.
    guard let place = state.photos.enter() else { throw RequestFailure.busy }
    let body = try await reader.bytes()
    let form = try MultipartForm(contentType: request.headers[.contentType] ?? "", body: body)
    let work = PhotoWork(
      bytes: form?.file ?? body, name: form?.fileName ?? "picture", query: query, pixelLimit: state.settings.pixelLimit)
    let end = ContinuousClock.now.advanced(by: .seconds(ServiceLimits.waitingSeconds))
    let answer = try await state.pool.run(while: { channel.isActive && .now < end }, work.perform)
    withExtendedLifetime(place) { state.metrics.found(faces: answer.faces) }
    return Response(
      status: .ok, headers: [.contentType: answer.contentType],
      body: ResponseBody(byteBuffer: ByteBuffer(bytes: answer.bytes)))
  }
}
