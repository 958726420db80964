import Files
import Glibc
import TestSupport

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Chromium without a window, spoken to by its debugging protocol. Its webcam shows a file.
final class Browser {
  private let program: RunningProgram
  private let folder: TemporaryFolder
  private let page: WebSocketClient
  private var count = 0

  static let path = "/usr/bin/chromium"

  /// - Parameter camera: a file of JPEGs one after the other; its name ends with .mjpeg.
  init(_ address: String, camera: String, width: Int = 1000, height: Int = 800) throws {
    let folder = try TemporaryFolder()
    self.folder = folder
    program = try RunningProgram(
      Self.path,
      [
        "--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--use-fake-ui-for-media-stream",
        "--use-fake-device-for-media-stream", "--use-file-for-fake-video-capture=\(camera)",
        "--remote-debugging-port=0", "--user-data-dir=\(folder.path)", "--window-size=\(width),\(height)", address,
      ], in: folder.path)
    let port = try Self.waitFor("the browser's port") { () -> Int? in
      let text = (try? Files.read(folder.file("DevToolsActivePort"))).map { String(decoding: $0, as: UTF8.self) }
      return text?.split(separator: "\n").first.flatMap { Int($0) }
    }
    let target = try Self.waitFor("the page") { () -> Target? in
      let connection = try? Connection(port: port)
      connection?.send("GET /json HTTP/1.1\r\nHost: localhost:\(port)\r\n\r\n")
      // It keeps connections open.
      guard let connection, let head = try? HTTPAnswer(connection.head()) else { return nil }
      let body = connection.next(head.headers["content-length"].flatMap { Int($0) } ?? 0)
      let targets = (try? JSONDecoder().decode([Target].self, from: Data(body))) ?? []
      return targets.first { $0.type == "page" && $0.url.hasPrefix(address) }
    }
    // ws://localhost:PORT/devtools/page/ID
    let path = target.webSocketDebuggerUrl.split(separator: "/", maxSplits: 2).last ?? ""
    page = try WebSocketClient(port: port, "/devtools/page/" + (path.split(separator: "/").last ?? ""))
  }

  deinit {
    program.send(SIGTERM)
    _ = try? program.wait(timeout: 20)
  }

  private struct Target: Decodable {
    var type: String
    var url: String
    var webSocketDebuggerUrl: String
  }

  private struct Answer: Decodable {
    struct Outcome: Decodable {
      struct Value: Decodable { var value: String? }
      var result: Value?
    }
    var id: Int?
    var result: Outcome?
  }

  /// The text that an expression gives.
  func text(_ expression: String) throws -> String {
    count += 1
    let quoted = String(decoding: try JSONEncoder().encode("String(\(expression))"), as: UTF8.self)
    page.send(
      1,
      Array(
        #"{"id":\#(count),"method":"Runtime.evaluate","params":{"expression":\#(quoted),"returnByValue":true}}"#.utf8))
    while let message = page.next() {
      let answer = try? JSONDecoder().decode(Answer.self, from: Data(message.bytes))
      if answer?.id == count { return answer?.result?.result?.value ?? "" }
    }
    throw ConnectionError(description: "the browser is gone")
  }

  /// Waits for up to half a minute until an expression gives true.
  func wait(until expression: String) throws {
    _ = try Self.waitFor(expression) { try? text(expression) == "true" ? true : nil }
  }

  private static func waitFor<Result>(_ what: String, _ get: () -> Result?) throws -> Result {
    for _ in 0..<300 {
      if let result = get() { return result }
      usleep(100_000)
    }
    throw ConnectionError(description: "waited in vain for \(what)")
  }
}
