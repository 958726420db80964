import Facemarks
import Files
import Glibc
import Imaging
import TestSupport
import Testing

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

extension ProgramTests {
  /// The page, and the description of the service for other programs.
  @Suite struct PageTests {
    private static let files = ["/", "/page.css", "/page.js", "/api.js", "/draw.js", "/files.js", "/live.js"]

    @Test func nothingIsLoadedFromElsewhere() throws {
      let service = try ServiceRun(["--token", "secret-0123"])
      for path in Self.files {
        let answer = try service.request("GET", path)
        #expect(answer.status == 200 && answer.body.count > 100, "\(path)")
        #expect(!answer.text.contains("http://") && !answer.text.contains("https://"), "\(path)")
        #expect(answer.headers["cache-control"] == "no-store")
        #expect(answer.headers["x-content-type-options"] == "nosniff")
        let policy = answer.headers["content-security-policy"] ?? ""
        #expect(policy.hasPrefix("default-src 'none';") && !policy.contains("unsafe") && !policy.contains("*"))
      }
      let types = try Self.files.map { try service.request("GET", $0).headers["content-type"] }
      let script = "text/javascript; charset=utf-8"
      #expect(types == ["text/html; charset=utf-8", "text/css; charset=utf-8"] + Array(repeating: script, count: 5))
    }

    /// What can be chosen is what there is.
    @Test func choicesAreThoseOfTheProgram() throws {
      let service = try ServiceRun()
      let page = try service.request("GET", "/").text
      func options(_ id: String) -> [String] {
        let part = page.split(separator: "id=\"\(id)\"").last?.split(separator: "</select>").first ?? ""
        return part.split(separator: "<option").dropFirst().map { option in
          guard let value = option.split(separator: "value=\"").dropFirst().first else {
            return String(option.drop { $0 != ">" }.dropFirst().prefix { $0 != "<" })
          }
          return String(value.prefix { $0 != "\"" })
        }
      }
      #expect(options("filter") == [""] + FaceFilters.names)
      #expect(options("anonymise") == [""] + Anonymiser.Mode.allCases.map(\.rawValue))
      #expect(Set(options("landmarks")) == Set(LandmarkScheme.all.map(\.name)))
      let description = try service.request("GET", "/openapi.json").text
      func list(_ names: [String]) -> String { "[" + names.map { "\"\($0)\"" }.joined(separator: ", ") + "]" }
      #expect(
        description.contains(list(FaceFilters.names))
          && description.contains("\"maxItems\": \(FaceFilters.names.count)"))
      #expect(description.contains(list(Anonymiser.Mode.allCases.map(\.rawValue))))
      #expect(description.contains(list(LandmarkScheme.all.map(\.name))))
    }

    private struct Description: Decodable {
      struct Operation: Decodable {}
      var openapi: String
      var paths: [String: [String: Operation]]
    }

    @Test func everyPathIsDescribed() throws {
      let service = try ServiceRun()
      let answer = try service.request("GET", "/openapi.json")
      #expect(answer.headers["content-type"] == "application/json")
      let description = try JSONDecoder().decode(Description.self, from: Data(answer.body))
      #expect(description.openapi == "3.1.0")
      let schema = try String(decoding: Files.read(repositoryFile("docs/schema/faces.schema.json")), as: UTF8.self)
      #expect(answer.text.contains(schema))
      for (path, operations) in description.paths {
        for method in operations.keys {
          let status = try service.request(method.uppercased(), path).status
          #expect(![404, 405].contains(status), "\(method) \(path)")
        }
      }
      let described = Set(description.paths.keys)
      #expect(
        described == ["/v1/faces", "/v1/video", "/v1/live", "/healthz", "/readyz", "/metrics", "/openapi.json"])
    }

    /// The webcam shows a face that does not move, 400x400 pixels; its eyes are near (163, 151) and (228, 153) in it: those that are
    /// read off by eye in the photo, (203, 101) and (246, 102), less where the frame begins, and 1.5 times as large.
    @Test func theWebcamIsMarkedInABrowser() throws {
      try #require(FileStatus(of: Browser.path) != nil, "script/test installs chromium")
      let folder = try TemporaryFolder()
      let photo = try Image(decoding: SamplePhoto.bytes, name: "astronaut.png")
      let frame = try photo.cropped(to: Box(x: 94, y: 0, width: 267, height: 267)).resized(width: 400, height: 400)
      try folder.add("camera.mjpeg", Array(repeating: try frame.encoded(as: "jpg"), count: 30).flatMap { $0 })
      let service = try ServiceRun()
      let browser = try Browser("http://localhost:\(service.port)/", camera: folder.file("camera.mjpeg"))
      try browser.wait(until: "document.readyState == 'complete' && privacy.textContent != ''")
      #expect(try browser.text("privacy.textContent").hasPrefix("Nothing leaves this machine"))
      try browser.wait(until: "(camera.click(), camera.textContent == 'Stop camera')")
      try browser.wait(until: "faces.children.length == 1 && rate.textContent != ''")
      #expect(try browser.text("faces.textContent").contains("right eye"))
      #expect(try browser.text("[canvas.width, canvas.height]") == "400,400")
      // Alone the outlines of the eyes are blue (#00d2ff).
      _ = try browser.text("(points.checked = pose.checked = false)")
      let blue = """
        (() => { const d = canvas.getContext('2d').getImageData(0, 0, 400, 400).data; let x = 0, y = 0, n = 0;
          for (let i = 0; i < d.length; i += 4) if (d[i] < 60 && d[i + 1] > 170 && d[i + 2] > 220) {
            x += i / 4 % 400; y += Math.floor(i / 1600); n += 1; }
          return [n > 20, Math.round(x / n), Math.round(y / n)]; })()
        """
      try browser.wait(until: "\(blue)[0] && !points.checked")
      usleep(500_000)
      let values = try browser.text(blue).split(separator: ",")
      let middle = values.dropFirst().compactMap { Double($0) }
      #expect(middle.count == 2 && abs(middle[0] - 196) < 12 && abs(middle[1] - 152) < 12, "\(values)")
      // Hidden, the place between the eyes is what the service sends: gray.
      _ = try browser.text("(eyes.checked = false, anonymise.value = 'solid', anonymise.onchange())")
      let pixel = "Array.from(canvas.getContext('2d').getImageData(196, 190, 1, 1).data.slice(0, 3))"
      try browser.wait(until: "\(pixel).every((value) => Math.abs(value - 128) < 6)")
      _ = try browser.text("camera.click()")
      #expect(try browser.text("camera.textContent") == "Start camera")
      #expect(try service.files() == [])
    }
  }
}
