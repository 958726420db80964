import Facemarks
import Files
import Imaging
import TestSupport
import Testing

extension ProgramTests {
  /// `POST /v1/faces` of a running service.
  @Suite struct PhotoRequestTests {
    private static func schema() throws -> JSONSchema {
      try JSONSchema(String(decoding: Files.read(repositoryFile("docs/schema/faces.schema.json")), as: UTF8.self))
    }

    /// A form with a field before the file, as browsers send it (RFC 7578).
    private static func form(_ file: [UInt8], name: String) -> (header: String, body: [UInt8]) {
      let start =
        "--limit\r\nContent-Disposition: form-data; name=\"note\"\r\n\r\nhello\r\n--limit\r\n"
        + "Content-Disposition: form-data; name=\"file\"; filename=\"\(name)\"\r\nContent-Type: image/png\r\n\r\n"
      return ("Content-Type: multipart/form-data; boundary=limit", start.utf8 + file + "\r\n--limit--\r\n".utf8)
    }

    /// The service finds what the command line finds, byte for byte.
    @Test func jsonAndTableAreThoseOfTheCommandLine() throws {
      let folder = try TemporaryFolder()
      try folder.add("face.png", SamplePhoto.encoded("png"))
      try folder.add("none.png", SamplePhoto.plain(width: 40, height: 30))
      let service = try ServiceRun()
      for (file, query, options) in [
        ("face.png", "", []), ("none.png", "", []), ("face.png", "?landmarks=ibug68", ["--landmarks", "ibug68"]),
        ("face.png", "?landmarks=all&min-confidence=0.5", ["--landmarks", "all", "--min-confidence", "0.5"]),
        ("face.png", "?min-confidence=1", ["--min-confidence", "1"]),
        ("face.png", "?anonymise=solid", ["--anonymise", "solid", "-o", "x.png", "--force"]),
      ] {
        let form = try Self.form(Files.read(folder.file(file)), name: file)
        let json = try service.request("POST", "/v1/faces\(query)", form.body, headers: [form.header])
        #expect(json.status == 200 && json.headers["content-type"] == "application/json")
        let place = options.contains("--anonymise") ? options : options + ["--no-annotate"]
        let run = try ProgramRun.facemarks([file, "--json", "-"] + place, in: folder)
        #expect(json.text == run.output, "\(file)\(query)")
        #expect(try Self.schema().problems(in: json.text) == [])
        let mark = query.isEmpty ? "?" : query + "&"
        let table = try service.request("POST", "/v1/faces\(mark)format=csv", form.body, headers: [form.header])
        #expect(table.headers["content-type"] == "text/csv; charset=utf-8")
        #expect(try table.text == ProgramRun.facemarks([file, "--csv", "-"] + place, in: folder).output)
      }
    }

    @Test func picturesAreThoseOfTheCommandLine() throws {
      let folder = try TemporaryFolder()
      let bytes = try SamplePhoto.encoded("png")
      try folder.add("face.png", bytes)
      try folder.add("face.jpg", SamplePhoto.encoded("jpg"))
      let service = try ServiceRun()
      for (query, options) in [
        ("", []), ("&filter=sunglasses,hat", ["--filter", "sunglasses,hat"]),
        ("&anonymise=pixelate", ["--anonymise", "pixelate"]), ("&landmarks=ibug68", ["--landmarks", "ibug68"]),
      ] {
        let answer = try service.request("POST", "/v1/faces?format=picture\(query)", bytes)
        #expect(answer.status == 200 && answer.headers["content-type"] == "image/png")
        _ = try ProgramRun.facemarks(["face.png", "-o", "out.png", "--force"] + options, in: folder)
        #expect(try answer.body == Files.read(folder.file("out.png")), "\(query)")
        #expect(answer.body != bytes)
      }
      let photo = try service.request("POST", "/v1/faces?format=picture", Files.read(folder.file("face.jpg")))
      #expect(photo.headers["content-type"] == "image/jpeg" && photo.body.starts(with: [0xFF, 0xD8]))
      #expect(try service.files() == [])
    }

    @Test func errorsAreTold() throws {
      let service = try ServiceRun(["--max-megabytes", "1", "--max-megapixels", "1"])
      let photo = try SamplePhoto.encoded("png")
      let large = try SamplePhoto.plain(width: 1200, height: 900)
      let header = "Content-Type: multipart/form-data; boundary=limit"
      for (path, body, headers, status, text) in [
        ("/v1/faces?landmarks=9", photo, [], 400, "'9' is nothing for 'landmarks'; known are kaggle15, ibug68, all"),
        ("/v1/faces?min-confidence=2", photo, [], 400, "'min-confidence' must be 0 to 1, not '2'"),
        ("/v1/faces?min-confidence=nan", photo, [], 400, "'min-confidence' must be 0 to 1, not 'nan'"),
        ("/v1/faces?filter=image:/etc/passwd", photo, [], 400, "'image:/etc/passwd' is nothing for 'filter'"),
        ("/v1/faces?filter=image%3A/etc/passwd", photo, [], 400, "'image:/etc/passwd' is nothing for 'filter'"),
        ("/v1/faces?anonymise=", photo, [], 400, "'' is nothing for 'anonymise'; known are blur, pixelate,"),
        ("/v1/faces?format=gif", photo, [], 400, "'gif' is nothing for 'format'; known are json, csv, picture"),
        ("/v1/faces?format=csv&format=csv", photo, [], 400, "'format' is there twice"),
        ("/v1/faces?colour=red", photo, [], 400, "there is no parameter 'colour'; known are landmarks,"),
        ("/v1/faces", [], [], 400, "the request has no body"),
        ("/v1/faces", Array("hello".utf8), [], 422, "picture: not a picture OpenCV can read"),
        ("/v1/faces", Array(photo.prefix(photo.count / 2)), [], 422, "picture: the PNG is truncated"),
        ("/v1/faces", large, [], 413, "picture: it has more than 1 million pixels; --max-megapixels allows more"),
        ("/v1/faces", Array(repeating: 7, count: 1 << 20 + 1), [], 413, "it has more than 1 MB"),
        ("/v1/faces", photo, ["Content-Type: multipart/form-data"], 400, "the form has no boundary"),
        ("/v1/faces", photo, [header], 400, "the form breaks off"),
        ("/v1/faces", Array("--limit--\r\n".utf8), [header], 400, "the form has no file"),
        ("/v1/faces", Array("--limit\r\n\r\n\r\nabc".utf8), [header], 400, "the form breaks off"),
        ("/v1/faces/", photo, [], 404, "there is nothing at this path"),
        ("/../etc/passwd", photo, [], 404, "there is nothing at this path"),
        ("/healthz", photo, [], 405, "this path has GET, HEAD only"),
      ] {
        let answer = try service.request("POST", path, body, headers: headers)
        #expect(answer.status == status, "\(path): \(answer.text)")
        #expect(answer.text.hasPrefix("{\"error\":\"") && answer.text.contains(text), "\(path): \(answer.text)")
        #expect(answer.headers["content-type"] == "application/json")
      }
      #expect(try service.request("GET", "/v1/faces").headers["allow"] == "POST")
      // It goes on.
      #expect(try service.request("POST", "/v1/faces", photo).status == 200)
    }
  }
}
