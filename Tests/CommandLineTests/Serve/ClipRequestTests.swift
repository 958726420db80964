import Files
import Glibc
import TestSupport
import Testing

extension ProgramTests {
  /// `POST /v1/video` of a running service.
  @Suite struct ClipRequestTests {
    /// The service finds what the command line finds, byte for byte.
    @Test func linesAreThoseOfTheCommandLine() throws {
      let folder = try TemporaryFolder()
      try SampleVideo.write(to: folder.file("clip.mp4"), frames: 60, blank: 40..<50)
      let clip = try Files.read(folder.file("clip.mp4"))
      let service = try ServiceRun()
      for (query, options, type) in [
        ("", ["--json", "-"], "application/x-ndjson"), ("?format=csv", ["--csv", "-"], "text/csv; charset=utf-8"),
        (
          "?landmarks=all&min-confidence=0.3", ["--json", "-", "--landmarks", "all", "--min-confidence", "0.3"],
          "application/x-ndjson"
        ),
      ] {
        let answer = try service.request("POST", "/v1/video\(query)", clip)
        #expect(answer.status == 200 && answer.headers["content-type"] == type)
        let run = try ProgramRun.facemarks(["clip.mp4", "--no-annotate"] + options, in: folder)
        #expect(answer.text == run.output, "\(query)")
        #expect(answer.text.split(separator: "\n").count >= 60)
      }
      #expect(try service.files() == [])
    }

    /// Lines come while the clip is read, and a client that goes in between ends the work.
    @Test func linesComeEarly() throws {
      let folder = try TemporaryFolder()
      try SampleVideo.write(to: folder.file("clip.mp4"), frames: 2000)
      let clip = try Files.read(folder.file("clip.mp4"))
      let service = try ServiceRun(["--workers", "1"])
      for _ in 0..<3 {
        let before = try frames(service)
        let connection = try service.connect()
        connection.send(service.bytes("POST", "/v1/video", clip))
        #expect(String(decoding: connection.head(), as: UTF8.self).hasPrefix("HTTP/1.1 200 "))
        #expect(String(decoding: connection.next(100), as: UTF8.self).contains("{\"frame\":0,"))
        #expect(try frames(service) - before < 2000)
        // Photos are not kept waiting by it.
        #expect(try service.request("POST", "/v1/faces", SamplePhoto.encoded("png")).status == 200)
        // One clip for each worker.
        #expect(try service.request("POST", "/v1/video", clip).status == 503)
        connection.abort()
        #expect(try service.waits(for: "facemarks_queue 0"))
      }
    }

    /// How many frames a service has read.
    private func frames(_ service: ServiceRun) throws -> Int {
      let lines = try service.request("GET", "/metrics").text.split(separator: "\n")
      let line = try #require(lines.first { $0.hasPrefix("facemarks_frames_total ") })
      return try #require(line.split(separator: " ").last.flatMap { Int($0) })
    }

    /// Files that name other files (playlists and the like) must not have these read.
    @Test func badClipsAreTold() throws {
      let folder = try TemporaryFolder()
      let path = folder.file("clip.mp4")
      try SampleVideo.write(to: path, frames: 10)
      try SampleVideo.write(to: folder.file("clip.avi"), frames: 40)
      let clip = try Files.read(path)
      let service = try ServiceRun(["--max-clip-megabytes", "1"])
      for (name, body, headers, status, text) in [
        ("/v1/video", Array("hello".utf8), [], 422, "clip: not a video that can be read"),
        ("/v1/video", Array(clip.prefix(clip.count / 4)), [], 422, "clip: "),
        (
          "/v1/video", Array("#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\n\(path)\n#EXT-X-ENDLIST\n".utf8), [], 422,
          ""
        ),
        ("/v1/video", Array("ffconcat version 1.0\nfile '\(path)'\n".utf8), [], 422, ""),
        ("/v1/video", [UInt8](repeating: 1, count: 2 << 20), [], 413, "it has more than 1 MB"),
        ("/v1/video", clip, ["Content-Type: multipart/form-data; boundary=x"], 415, "send the clip itself"),
        ("/v1/video?format=picture", clip, [], 400, "'format' of a clip is json or csv"),
        ("/v1/video?filter=hat", clip, [], 400, "there is no parameter 'filter'"),
        ("/v1/video", [], [], 400, "the request has no body"),
      ] {
        let answer = try service.request("POST", name, body, headers: headers)
        #expect(answer.status == status && answer.text.contains("{\"error\":\"\(text)"), "\(name): \(answer.text)")
      }
      // Of a clip that is cut off the frames before are given, and then why no more come.
      let cut = try Files.read(folder.file("clip.avi"))
      let answer = try service.request("POST", "/v1/video", Array(cut.prefix(cut.count / 2)))
      let lines = answer.text.split(separator: "\n")
      #expect(answer.status == 200 && lines.count > 5)
      #expect(lines.first?.hasPrefix("{\"frame\":0,") == true)
      #expect(lines.last?.hasPrefix("{\"error\":\"clip: the file is cut off or damaged: ") == true)
    }

    @Test func signalsLetAClipBeFinished() throws {
      let folder = try TemporaryFolder()
      try SampleVideo.write(to: folder.file("clip.mp4"), frames: 400)
      let service = try ServiceRun(["--workers", "1"])
      let connection = try service.connect()
      connection.send(service.bytes("POST", "/v1/video", try Files.read(folder.file("clip.mp4"))))
      let head = connection.head() + connection.next(100)
      service.program.send(SIGTERM)
      let answer = try HTTPAnswer(head + connection.rest())
      #expect(answer.text.split(separator: "\n").count == 400)
      #expect(try service.program.wait().status == 0)
    }
  }
}
