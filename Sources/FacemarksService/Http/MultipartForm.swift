import Glibc

/// A file of a form, as browsers and `curl -F` send it (RFC 7578).
struct MultipartForm {
  /// The name that the sender gave the file; nil for none.
  private(set) var fileName: String?
  private(set) var file: [UInt8]

  /// The longest boundary by RFC 2046.
  private static let longestBoundary = 70

  /// Takes the first part that is a file, else the first.
  /// - Parameter contentType: of the whole body.
  /// - Returns: nil where that is no form.
  /// - Throws: `RequestFailure` for a form that breaks off or has no part.
  init?(contentType: String, body: [UInt8]) throws(RequestFailure) {
    guard contentType.lowercased().hasPrefix("multipart/form-data") else { return nil }
    guard let boundary = Self.parameter("boundary", of: contentType),
      (1...Self.longestBoundary).contains(boundary.utf8.count)
    else { throw .badRequest("the form has no boundary") }
    let parts = try Self.parts(of: body, boundary: Array("--\(boundary)".utf8))
    guard let part = parts.first(where: { $0.fileName != nil }) ?? parts.first else {
      throw .badRequest("the form has no file")
    }
    (fileName, file) = (part.fileName, Array(body[part.range]))
  }

  private static func parts(
    of body: [UInt8], boundary: [UInt8]
  ) throws(RequestFailure) -> [(fileName: String?, range: Range<Int>)] {
    let broken = RequestFailure.badRequest("the form breaks off")
    var parts: [(fileName: String?, range: Range<Int>)] = []
    guard let first = find(boundary, in: body, from: 0) else { throw broken }
    var start = first + boundary.count
    while !body[start...].starts(with: Array("--".utf8)) {
      guard let head = find(Array("\r\n\r\n".utf8), in: body, from: start),
        let end = find(Array("\r\n".utf8) + boundary, in: body, from: head + 2)
      else { throw broken }
      let lines = String(decoding: body[start..<head], as: UTF8.self).split(separator: "\r\n")
      let disposition = lines.first { $0.lowercased().hasPrefix("content-disposition:") }
      parts.append((disposition.flatMap { parameter("filename", of: String($0)) }, min(head + 4, end)..<end))
      start = end + 2 + boundary.count
      // A form has few parts.
      guard parts.count < 64 else { throw .badRequest("the form has too many parts") }
    }
    return parts
  }

  /// The value of `name=value` or `name="value"` in a header.
  private static func parameter(_ name: String, of header: String) -> String? {
    for part in header.split(separator: ";").dropFirst() {
      let text = part.drop { $0 == " " }
      guard text.lowercased().hasPrefix("\(name)=") else { continue }
      let value = text.dropFirst(name.count + 1)
      return value.hasPrefix("\"") ? String(value.dropFirst().prefix { $0 != "\"" }) : String(value)
    }
    return nil
  }

  private static func find(_ wanted: [UInt8], in body: [UInt8], from start: Int) -> Int? {
    body.withUnsafeBytes { bytes in
      guard let base = bytes.baseAddress else { return nil }
      var place = start
      while place + wanted.count <= bytes.count {
        let rest = bytes.count - wanted.count - place + 1
        guard let next = memchr(base + place, Int32(wanted[0]), rest) else { return nil }
        place = base.distance(to: UnsafeRawPointer(next))
        if memcmp(base + place, wanted, wanted.count) == 0 { return place }
        place += 1
      }
      return nil
    }
  }
}
