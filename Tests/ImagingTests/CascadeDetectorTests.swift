import Files
import Imaging
import TestSupport
import Testing

@Suite struct CascadeDetectorTests {
  init() { OpenCV.configure() }

  private func detector() throws -> CascadeDetector {
    try CascadeDetector(cascade: try #require(CascadeDetector.find(CascadeDetector.defaultCascade)))
  }

  /// In the photo the eyes are at about (199, 105) and (249, 100) and the mouth at (228, 152), read off by hand.
  @Test func findsTheFace() throws {
    let detections = try detector().detect(in: Image(contentsOf: asset("astronaut.png")).gray())
    let best = try #require(detections.first)
    let box = best.box
    #expect(box.x < 199 && box.x + box.width > 249 && box.y < 100 && box.y + box.height > 152)
    #expect(box.width > 60 && box.width < 200 && best.score > 0)
    #expect(detections.map(\.score) == detections.map(\.score).sorted(by: >))
  }

  @Test func nothingToFind() throws {
    let detector = try detector()
    #expect(try detector.detect(in: GrayImage(width: 1, height: 1, pixels: [7])).isEmpty)
    let flat = GrayImage(width: 200, height: 200, pixels: [UInt8](repeating: 128, count: 40_000))
    #expect(try detector.detect(in: flat).isEmpty)
  }

  @Test func unusableCascades() throws {
    let folder = try TemporaryFolder()
    let whole = try Files.read(try #require(CascadeDetector.find(CascadeDetector.defaultCascade)))
    let files: [(String, [UInt8])] = [
      ("empty.xml", []), ("text.xml", Array("hello".utf8)), ("cut.xml", Array(whole.prefix(whole.count / 2))),
      ("binary.xml", (0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 13) }),
      ("other.xml", Array("<?xml version=\"1.0\"?><opencv_storage><a>1</a></opencv_storage>".utf8)),
      ("photo.xml", try Files.read(asset("astronaut.png"))),
    ]
    for (name, bytes) in files {
      let path = folder.file(name)
      try Files.write(bytes, to: path)
      do {
        _ = try CascadeDetector(cascade: path)
        Issue.record("\(name) was taken for a cascade")
      } catch {
        let words = "\(error)"
        #expect(words.hasPrefix("\(path): not a usable Haar cascade") && !words.contains("\n"))
      }
    }
    #expect(throws: ImagingError.self) { try CascadeDetector(cascade: folder.path) }
    #expect(throws: FileError.self) { try CascadeDetector(cascade: folder.file("missing.xml")) }
    #expect(CascadeDetector.find("missing.xml") == nil)
  }

  @Test(arguments: [
    DetectorSettings(scaleFactor: 1), DetectorSettings(scaleFactor: .nan), DetectorSettings(minNeighbors: -1),
    DetectorSettings(minSize: 50, maxSize: 40),
  ])
  func settingsOutOfRange(_ settings: DetectorSettings) throws {
    let path = try #require(CascadeDetector.find(CascadeDetector.defaultCascade))
    #expect(throws: ImagingError.self) { try CascadeDetector(cascade: path, settings: settings) }
  }
}
