import Glibc
import TestSupport

/// A service that runs, and requests to it.
final class ServiceRun {
  let program: RunningProgram
  let port: Int
  private let folder: TemporaryFolder

  /// Waits until it answers.
  init(_ options: [String] = []) throws {
    folder = try TemporaryFolder()
    program = try RunningProgram(ProgramRun.facemarks, ["serve", "--port", "0"] + options, in: folder.path)
    var line = ""
    for _ in 0..<2000 where !line.hasSuffix("\n") {
      usleep(10_000)
      line = program.output
    }
    let digits = line.split(separator: ":").dropFirst(2).first ?? ""
    guard let port = Int(digits) else {
      program.send(SIGKILL)
      throw ConnectionError(description: "it does not listen: \(try program.wait().errors)")
    }
    self.port = port
  }

  deinit {
    program.send(SIGKILL)
    _ = try? program.wait()
  }

  /// The files in the folder in which it runs.
  func files() throws -> [String] { try folder.files() }

  /// Waits for a line of the metrics; false when it does not come.
  func waits(for line: String) throws -> Bool {
    for _ in 0..<500 {
      if try request("GET", "/metrics").text.contains(line + "\n") { return true }
      usleep(20_000)
    }
    return false
  }

  func connect() throws -> Connection { try Connection(port: port) }

  /// The bytes of a request.
  func bytes(_ method: String, _ path: String, _ body: [UInt8] = [], headers: [String] = []) -> [UInt8] {
    let own = headers.contains { $0.hasPrefix("Host:") } ? [] : ["Host: localhost:\(port)"]
    let length = method == "GET" ? [] : ["Content-Length: \(body.count)"]
    let lines = ["\(method) \(path) HTTP/1.1"] + own + length + headers + ["", ""]
    return Array(lines.joined(separator: "\r\n").utf8) + body
  }

  /// Sends a request with a connection of its own.
  func request(
    _ method: String, _ path: String, _ body: [UInt8] = [], headers: [String] = []
  ) throws -> HTTPAnswer {
    let connection = try connect()
    connection.send(bytes(method, path, body, headers: headers + ["Connection: close"]))
    return try HTTPAnswer(connection.rest())
  }
}

/// The answer to a request.
struct HTTPAnswer {
  let status: Int
  /// The names in lower case.
  let headers: [String: String]
  let body: [UInt8]

  var text: String { String(decoding: body, as: UTF8.self) }

  /// - Parameter bytes: all of it.
  init(_ bytes: [UInt8]) throws {
    let text = String(decoding: bytes, as: UTF8.self)
    guard let end = bytes.firstRange(of: Array("\r\n\r\n".utf8)) else {
      throw ConnectionError(description: "no answer: '\(text)'")
    }
    let lines = String(decoding: bytes[..<end.lowerBound], as: UTF8.self).split(separator: "\r\n")
    status = Int(lines[0].split(separator: " ")[1]) ?? 0
    var headers: [String: String] = [:]
    for line in lines.dropFirst() {
      let parts = line.split(separator: ":", maxSplits: 1)
      headers[parts[0].lowercased()] = String(parts[1].drop { $0 == " " })
    }
    self.headers = headers
    let rest = Array(bytes[end.upperBound...])
    body = headers["transfer-encoding"] == "chunked" ? try Self.joined(rest) : rest
  }

  /// The content of chunks.
  private static func joined(_ chunks: [UInt8]) throws -> [UInt8] {
    var (rest, body): (ArraySlice<UInt8>, [UInt8]) = (chunks[...], [])
    while let end = rest.firstRange(of: Array("\r\n".utf8)),
      let count = Int(String(decoding: rest[..<end.lowerBound], as: UTF8.self), radix: 16)
    {
      if count == 0 { return body }
      body += rest[end.upperBound...].prefix(count)
      rest = rest[end.upperBound...].dropFirst(count + 2)
    }
    throw ConnectionError(description: "the last chunk is missing")
  }
}
