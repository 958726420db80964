import Files
import Glibc
import TestSupport
import Testing

extension ProgramTests {
  /// Who is let in, how much is taken, and how the service ends.
  @Suite struct ServiceLimitTests {
    @Test func onlyWhoKnowsTheTokenIsLetIn() throws {
      let service = try ServiceRun(["--token", "secret-0123"])
      let photo = try SamplePhoto.encoded("png")
      for (headers, status) in [
        ([], 401), (["Authorization: Bearer secret-0124"], 401), (["Authorization: Bearer secret-01234"], 401),
        (["Authorization: Basic secret-0123"], 401), (["Authorization: Bearer secret-0123"], 200),
        (["Authorization: bearer secret-0123"], 200),
      ] {
        let answer = try service.request("POST", "/v1/faces", photo, headers: headers)
        #expect(answer.status == status, "\(headers)")
        if status == 401 { #expect(answer.headers["www-authenticate"] == "Bearer") }
      }
      #expect(try service.request("GET", "/metrics").status == 401)
      #expect(try service.request("GET", "/healthz").text == "ok\n")
    }

    /// A web site must not use the service through the browser of someone before this machine.
    @Test func otherWebSitesAreRefused() throws {
      let service = try ServiceRun()
      let photo = try SamplePhoto.encoded("png")
      for (headers, status) in [
        (["Host: evil.example"], 421), (["Host: 127.0.0.1.evil.example"], 421), (["Host: 10.0.0.1"], 421),
        (["Host: [::1]:80"], 200), (["Host: 127.8.8.8"], 200), (["Host: LOCALHOST:1"], 200),
        (["Origin: http://evil.example"], 403), (["Origin: null"], 403),
        (["Origin: http://localhost:\(service.port)"], 200), (["Origin: http://localhost:1"], 403),
      ] {
        #expect(try service.request("POST", "/v1/faces", photo, headers: headers).status == status, "\(headers)")
      }
      let headers = try service.request("GET", "/healthz").headers
      #expect(headers["access-control-allow-origin"] == nil)
      #expect(headers["content-security-policy"]?.contains("default-src 'none'") == true)
    }

    @Test func moreRequestsInASecondThanTheRateAreRefused() throws {
      let service = try ServiceRun(["--rate", "3"])
      let answers = try (0..<12).map { _ in try service.request("POST", "/v1/faces", [1]) }
      #expect(answers.prefix(3).map(\.status) == [422, 422, 422])
      let refused = answers.filter { $0.status == 429 }
      #expect(refused.count >= 1 && refused.allSatisfy { $0.headers["retry-after"] == "1" })
      // The page and the state are not counted.
      #expect(try service.request("GET", "/healthz").status == 200)
      #expect(try service.request("GET", "/metrics", headers: []).status == 429 || refused.count < 9)
    }

    /// Two whose bodies do not come have the only worker and the only place in the queue.
    @Test func moreThanTheQueueHoldsIsRefused() throws {
      let service = try ServiceRun(["--workers", "1", "--queue", "1"])
      let photo = try SamplePhoto.encoded("png")
      let request = service.bytes("POST", "/v1/faces", photo)
      let waiting = try (0..<2).map { _ in try service.connect() }
      for connection in waiting { connection.send(Array(request.dropLast(100))) }
      #expect(try service.waits(for: "facemarks_queue 2"))
      let refused = try service.request("POST", "/v1/faces", photo)
      #expect(refused.status == 503 && refused.headers["retry-after"] == "2")
      #expect(try service.request("GET", "/readyz").status == 503)
      let metrics = try service.request("GET", "/metrics").text
      #expect(
        metrics.contains("facemarks_queue 2\n") && metrics.contains("facemarks_rejected_total{limit=\"queue\"} 2\n"))
      for connection in waiting {
        connection.send(Array(request.suffix(100)))
        #expect(try HTTPAnswer(Array(connection.head() + [0])).status == 200)
      }
      #expect(try service.request("GET", "/readyz").status == 200)
      #expect(try service.request("POST", "/v1/faces", photo).status == 200)
    }

    @Test func brokenClientsHarmNobody() throws {
      let service = try ServiceRun(["--workers", "1", "--queue", "1"])
      let photo = try SamplePhoto.encoded("png")
      let request = service.bytes("POST", "/v1/faces", photo)
      for _ in 0..<5 {
        // Half a body, and gone.
        try service.connect().send(Array(request.dropLast(1000)))
        // A whole one, and gone before the answer.
        try service.connect().send(request)
        for text in [
          "\u{0}\u{1}\u{2}\r\n\r\n", "GET\r\n\r\n", "POST /v1/faces HTTP/1.1\r\nContent-Length: x\r\n\r\n",
          "GET / HTTP/9.9\r\n\r\n", "POST /v1/faces HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
          "GET /" + String(repeating: "a", count: 200_000) + " HTTP/1.1\r\n\r\n",
        ] {
          let connection = try service.connect()
          connection.send(text)
          connection.finishSending()
          #expect(!String(decoding: connection.rest(), as: UTF8.self).contains(" 200 "))
        }
      }
      // Nobody has kept a place.
      #expect(try service.waits(for: "facemarks_queue 0"))
      #expect(try service.request("POST", "/v1/faces", photo).status == 200)
      let half = try service.connect()
      half.send(Array(request.dropLast(1000)))
      half.finishSending()
      let answer = String(decoding: half.rest(), as: UTF8.self)
      #expect(answer.isEmpty || answer.contains("the body breaks off"))
    }

    /// As `curl` asks before it sends a large file.
    @Test func whoAsksMaySendItsBody() throws {
      let service = try ServiceRun(["--max-megabytes", "1"])
      let photo = try SamplePhoto.encoded("png")
      let headers = ["Expect: 100-continue", "Connection: close"]
      let request = service.bytes("POST", "/v1/faces", photo, headers: headers)
      let connection = try service.connect()
      connection.send(Array(request.prefix(request.count - photo.count)))
      #expect(String(decoding: connection.head(), as: UTF8.self).hasPrefix("HTTP/1.1 100 Continue\r\n"))
      connection.send(photo)
      #expect(try HTTPAnswer(connection.rest()).status == 200)
    }

    /// As `curl --http2` asks; a server may go on as before (RFC 9110, section 7.8).
    @Test func otherProtocolsAreNotSpoken() throws {
      let service = try ServiceRun()
      let photo = try SamplePhoto.encoded("png")
      for (method, path, body) in [("GET", "/healthz", []), ("POST", "/v1/faces", photo)] {
        for headers in [["Upgrade: h2c", "Connection: Upgrade, HTTP2-Settings"], ["Upgrade: websocket"]] {
          #expect(try service.request(method, path, body, headers: headers).status == 200, "\(path) \(headers)")
        }
      }
    }

    /// Several requests with one connection, and several at a time.
    @Test func connectionsAreKept() throws {
      let service = try ServiceRun()
      let connection = try service.connect()
      for _ in 0..<3 { connection.send(service.bytes("GET", "/healthz")) }
      for _ in 0..<3 {
        #expect(String(decoding: connection.head(), as: UTF8.self).hasPrefix("HTTP/1.1 200 OK\r\n"))
        #expect(connection.next(3) == Array("ok\n".utf8))
      }
      let many = try (0..<300).map { _ in try service.connect() }
      for connection in many { connection.send(service.bytes("GET", "/healthz")) }
      #expect(many.allSatisfy { String(decoding: $0.head(), as: UTF8.self).hasPrefix("HTTP/1.1 200 OK\r\n") })
      // Who speaks HTTP/1.0 waits for the end of the connection.
      let old = try service.connect()
      old.send("GET /healthz HTTP/1.0\r\n\r\n")
      #expect(try HTTPAnswer(old.rest()).text == "ok\n")
      let head = try service.request("HEAD", "/healthz")
      #expect(head.status == 200 && head.headers["content-length"] == "3" && head.body.isEmpty)
    }

    /// What was begun is finished, nothing new is taken.
    @Test func signalsEndItWhenItsWorkIsDone() throws {
      for signal in [SIGTERM, SIGINT] {
        let service = try ServiceRun()
        let photo = try SamplePhoto.encoded("png")
        let request = service.bytes("POST", "/v1/faces", photo)
        let connection = try service.connect()
        connection.send(Array(request.dropLast(100)))
        let idle = try service.connect()
        idle.send(service.bytes("GET", "/healthz"))
        _ = idle.head()
        service.program.send(signal)
        #expect(idle.rest() == Array("ok\n".utf8))
        #expect(throws: ConnectionError.self) { _ = try service.request("GET", "/healthz") }
        connection.send(Array(request.suffix(100)))
        let answer = try HTTPAnswer(connection.rest())
        #expect(try answer.status == 200 && JSONResult(answer.text).images[0].faces.count == 1)
        let run = try service.program.wait()
        #expect(run.status == 0 && run.errors.isEmpty)
      }
    }

    @Test func whoCanReachItIsTold() throws {
      let folder = try TemporaryFolder()
      let service = try ServiceRun(["--host", "0.0.0.0"])
      #expect(try service.request("GET", "/healthz", headers: ["Host: any.example"]).status == 200)
      service.program.send(SIGTERM)
      let run = try service.program.wait()
      #expect(run.output.hasPrefix("http://0.0.0.0:\(service.port): "))
      #expect(run.errors.hasPrefix("0.0.0.0: other machines can reach this address, and whoever does may use"))
      let first = try ServiceRun(["--workers", "1"])
      #expect(first.program.output == "http://127.0.0.1:\(first.port): 1 worker\n")
      let second = try ProgramRun.facemarks(["serve", "--port", "\(first.port)"], in: folder)
      #expect(second.status == 1 && second.output.isEmpty)
      #expect(second.errors == "127.0.0.1:\(first.port): cannot listen there: the address is in use\n")
    }
  }
}
