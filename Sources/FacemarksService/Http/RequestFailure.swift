import Facemarks
import HTTPTypes
import Hummingbird
import Imaging

/// Why a request is not answered as asked: a status of HTTP and a sentence.
struct RequestFailure: Error {
  /// What is counted of requests that were refused although they may be right.
  enum Rejection: String, CaseIterable {
    case queue, rate, size, time, token
  }

  var status: HTTPResponse.Status
  var message: String
  var rejection: Rejection?
  /// Seconds after which it is worth while to ask again.
  var retryAfter: Int?
  /// The methods that the path has, where it was asked with another one.
  var allowed: String?
  /// The protocol that the path speaks.
  var upgrade: String?

  init(
    _ status: HTTPResponse.Status, _ message: String, rejection: Rejection? = nil, retryAfter: Int? = nil,
    allowed: String? = nil, upgrade: String? = nil
  ) {
    (self.status, self.message, self.rejection) = (status, message, rejection)
    (self.retryAfter, self.allowed, self.upgrade) = (retryAfter, allowed, upgrade)
  }

  /// For any error of the work on a request.
  init(_ error: any Error) {
    switch error {
    case let failure as RequestFailure: self = failure
    case let error as ImagingError where error.isTooLarge:
      self.init(.contentTooLarge, "\(error)", rejection: .size)
    case is ImagingError: self.init(.unprocessableContent, "\(error)")
    default: self.init(.internalServerError, "the service failed: \(error)")
    }
  }

  static func badRequest(_ message: String) -> RequestFailure { RequestFailure(.badRequest, message) }

  static func tooLarge(_ bytes: Int) -> RequestFailure {
    RequestFailure(
      .contentTooLarge, "it has more than \(bytes >> 20) MB, the largest that is taken", rejection: .size)
  }

  static func noRoom(_ message: String) -> RequestFailure {
    RequestFailure(HTTPResponse.Status(code: 507, reasonPhrase: "Insufficient Storage"), message)
  }

  static let busy = RequestFailure(
    .serviceUnavailable, "all workers are busy and the queue is full", rejection: .queue, retryAfter: 2)

  static let tooLate = RequestFailure(
    .serviceUnavailable, "no worker was free in time", rejection: .time, retryAfter: 5)

  static let ending = RequestFailure(.serviceUnavailable, "the service is ending", rejection: .queue, retryAfter: 10)

  /// The answer; the connection is closed behind it, since the rest of the request is not read.
  var response: Response {
    var headers: HTTPFields = [.contentType: "application/json", .connection: "close"]
    if let retryAfter { headers[.retryAfter] = "\(retryAfter)" }
    if let allowed { headers[.allow] = allowed }
    if let upgrade { headers[.upgrade] = upgrade }
    if status == .unauthorized { headers[.wwwAuthenticate] = "Bearer" }
    return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(string: json + "\n")))
  }

  /// One line.
  var json: String { "{\"error\":\(JSONText.string(message))}" }
}
