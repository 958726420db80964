import Facemarks
import Files
import Glibc
import Imaging
import TestSupport
import Testing

extension ProgramTests {
  /// The WebSocket at `/v1/live`.
  @Suite struct LiveSessionTests {
    /// Frames of one face that moves a pixel to the left with each, as JPEGs.
    private static func frames(_ count: Int) throws -> [[UInt8]] {
      let photo = try Image(decoding: SamplePhoto.bytes, name: "astronaut.png")
      return try (0..<count).map { index in
        try photo.cropped(to: Box(x: 90 + Double(index), y: 0, width: 256, height: 256)).encoded(as: "jpg")
      }
    }

    private func open(_ service: ServiceRun, _ query: String = "") throws -> WebSocketClient {
      let client = try WebSocketClient(port: service.port, "/v1/live" + query)
      try #require(client.isOpen, "\(client.answer)")
      return client
    }

    /// The middle of the face is near (224, 114) in the photo, read off by eye; frames are cut from it at (90 + index, 0).
    @Test func facesAreFollowed() throws {
      let schema = try JSONSchema(
        String(decoding: Files.read(repositoryFile("docs/schema/frames.schema.json")), as: UTF8.self))
      let service = try ServiceRun()
      let client = try open(service, "?landmarks=all")
      for (index, frame) in try Self.frames(20).enumerated() {
        client.send(2, frame)
        let message = try #require(client.next())
        #expect(message.kind == 1)
        #expect(try schema.problems(in: message.text) == [])
        let result = try FrameLine.all(message.text)[0]
        #expect(result.frame == index && result.faces.map(\.id) == [1], "frame \(index)")
        let box = try #require(result.faces.first).box
        #expect(abs(box.x + box.width / 2 - Double(224 - 90 - index)) < 12 && abs(box.y + box.height / 2 - 114) < 12)
      }
      client.send(9, Array("hello".utf8))
      #expect(client.next() == WebSocketClient.Message(kind: 10, bytes: Array("hello".utf8)))
      let metrics = try service.request("GET", "/metrics").text
      #expect(metrics.contains("facemarks_frames_total 20\n") && metrics.contains("facemarks_live_sessions 1\n"))
      client.send(8, [0x03, 0xE8])
      #expect(client.next()?.code == 1000 && client.next() == nil)
      #expect(try service.waits(for: "facemarks_live_sessions 0"))
    }

    /// A frame in parts, and with filters and hidden faces the picture behind the line.
    @Test func picturesComeWhereTheyAreChanged() throws {
      let service = try ServiceRun()
      let frame = try Self.frames(1)[0]
      let original = try Image(decoding: frame, name: "frame")
      for query in ["?anonymise=solid", "?filter=sunglasses"] {
        let client = try open(service, query)
        client.send(2, Array(frame.prefix(1000)), isLast: false)
        client.send(0, Array(frame.dropFirst(1000)))
        let line = try #require(client.next())
        #expect(line.kind == 1 && line.text.contains("\"hidden\":true") == (query == "?anonymise=solid"))
        let message = try #require(client.next())
        let picture = try Image(decoding: message.bytes, name: "answer")
        #expect(message.kind == 2 && picture.width == 256 && picture.height == 256)
        // Below an eye, and in a corner far from the face.
        #expect(abs(picture.pixel(x: 156, y: 112)[0] - original.pixel(x: 156, y: 112)[0]) > 0.1, "\(query)")
        #expect(abs(picture.pixel(x: 5, y: 250)[0] - original.pixel(x: 5, y: 250)[0]) < 0.05)
        if query == "?anonymise=solid" { #expect(picture.pixel(x: 134, y: 114).allSatisfy { abs($0 - 0.5) < 0.02 }) }
      }
    }

    @Test func badFramesAreTold() throws {
      let service = try ServiceRun()
      let client = try open(service)
      let good = try Self.frames(1)[0]
      for (frame, text) in [
        (Array("hello".utf8), "a frame must be a JPEG"), (try SamplePhoto.encoded("png"), "a frame must be a JPEG"),
        (Array(good.prefix(good.count / 2)), "frame: the JPEG is truncated"),
        (good, "\"faces\":["),
        (try Image(SamplePhoto.face).resized(width: 128, height: 128).encoded(as: "jpg"), "have one size"),
        (good, "\"faces\":["), ([], "a frame must be a JPEG"),
      ] {
        client.send(2, frame)
        #expect(client.next()?.text.contains(text) == true, "\(text)")
      }
      // One message that is too large, and text, end a session.
      client.send(2, [UInt8](repeating: 0, count: 5 << 20))
      #expect(client.next()?.code ?? 1009 == 1009)
      let other = try open(service)
      other.send(1, Array("hello".utf8))
      #expect(other.next()?.code == 1003)
    }

    @Test func notEveryoneIsLetIn() throws {
      let service = try ServiceRun(["--token", "secret-0123", "--workers", "1"])
      let token = "Authorization: Bearer secret-0123"
      for (path, headers, status) in [
        ("/v1/live", [], 401), ("/v1/live", ["Sec-WebSocket-Protocol: facemarks, token.secret-9"], 401),
        ("/v1/live?landmarks=3", [token], 400), ("/v1/live?format=json", [token], 400),
        ("/v1/live", [token, "Origin: http://evil.example"], 403), ("/healthz", [token], 200),
      ] {
        let client = try WebSocketClient(port: service.port, path, headers: headers)
        #expect(client.answer.hasPrefix("HTTP/1.1 \(status) "), "\(path) \(headers): \(client.answer)")
      }
      let answer = try service.request("GET", "/v1/live", headers: [token])
      #expect(answer.status == 426 && answer.headers["upgrade"] == "websocket")
      let named = try WebSocketClient(
        port: service.port, "/v1/live", headers: ["Sec-WebSocket-Protocol: facemarks, token.secret-0123"])
      #expect(named.isOpen && named.answer.lowercased().contains("sec-websocket-protocol: facemarks\r\n"))
      // Four for a worker.
      let others = try (0..<3).map { _ in try WebSocketClient(port: service.port, "/v1/live", headers: [token]) }
      #expect(others.filter(\.isOpen).count == 3)
      let fifth = try WebSocketClient(port: service.port, "/v1/live", headers: [token])
      #expect(fifth.answer.hasPrefix("HTTP/1.1 503 ") && fifth.answer.lowercased().contains("retry-after: 5\r\n"))
      service.program.send(SIGTERM)
      #expect(named.next()?.code == 1001 && named.next() == nil)
      #expect(try service.program.wait().status == 0)
    }
  }
}
