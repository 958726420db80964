import Files
import Foundation
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

  /// What a search finds: how many boxes, and the sums of their left edges, top edges, widths and scores.
  struct Expected: Sendable, CustomTestStringConvertible {
    var isPart: Bool
    var cascade: String
    var settings: DetectorSettings
    var count: Int
    var sums: [Double]

    init(_ picture: String, _ cascade: String, _ factor: Double, _ neighbors: Int, _ count: Int, _ sums: [Double]) {
      (isPart, self.cascade, self.count, self.sums) = (picture == "part", cascade, count, sums)
      settings = DetectorSettings(scaleFactor: factor, minNeighbors: neighbors, minSize: neighbors == 0 ? 24 : 30)
    }

    var testDescription: String { "\(cascade) \(settings.scaleFactor) \(settings.minNeighbors) part: \(isPart)" }
  }

  /// From `cv2.CascadeClassifier.detectMultiScale3` of opencv-python-headless 4.11 on the photo in gray, and on the 151x149
  /// pixels of it from (150, 40).
  static let expected = [
    Expected("whole", "frontalface_default", 1.1, 0, 47, [8419, 4491, 4287, 12.28825]),
    Expected("whole", "frontalface_default", 1.2, 1, 2, [433, 394, 145, 6.20659]),
    Expected("whole", "frontalface_alt", 1.1, 0, 41, [7821, 4743, 3680, 4379.46623]),
    Expected("whole", "frontalface_alt", 1.2, 1, 1, [173, 63, 103, 108.42132]),
    Expected("whole", "frontalface_alt2", 1.1, 0, 42, [7737, 3476, 3906, 2304.45339]),
    Expected("whole", "frontalface_alt2", 1.2, 1, 3, [505, 951, 194, 166.88117]),
    Expected("whole", "profileface", 1.1, 0, 10, [2316, 1996, 582, -2.64251]),
    Expected("whole", "profileface", 1.2, 1, 2, [369, 139, 107, -0.44862]),
    Expected("part", "frontalface_default", 1.1, 0, 40, [1013, 984, 3836, 27.52320]),
    Expected("part", "frontalface_alt", 1.1, 0, 30, [730, 698, 3017, 3205.98563]),
    Expected("part", "frontalface_alt2", 1.1, 0, 29, [705, 748, 2848, 1598.82159]),
    Expected("part", "profileface", 1.1, 0, 4, [292, 159, 246, -1.33570]),
  ]

  @Test(arguments: expected)
  func findsWhatOpenCVFinds(_ expected: Expected) throws {
    var picture = try Image(contentsOf: asset("astronaut.png")).gray()
    if expected.isPart {
      let rows = (40..<189).flatMap { y in picture.pixels[(y * 512 + 150)..<(y * 512 + 301)] }
      picture = GrayImage(width: 151, height: 149, pixels: rows)
    }
    let path = try #require(CascadeDetector.find("haarcascade_\(expected.cascade).xml"))
    let found = try CascadeDetector(cascade: path, settings: expected.settings).detect(in: picture)
    #expect(found.count == expected.count)
    let sums = [
      found.map(\.box.x), found.map(\.box.y), found.map(\.box.width), found.map(\.score),
    ].map { $0.reduce(0, +) }
    for (sum, expected) in zip(sums, expected.sums) { #expect(abs(sum - expected) < 2e-5) }
  }

  /// A cascade of local binary patterns, which OpenCV itself searches with; the box by opencv-python-headless 4.11.
  @Test func otherFeatures() throws {
    let path = try #require(CascadeDetector.find("../lbpcascades/lbpcascade_frontalface_improved.xml"))
    let detector = try CascadeDetector(cascade: path)
    let found = try detector.detect(in: Image(contentsOf: asset("astronaut.png")).gray())
    #expect(found.map(\.box) == [Box(x: 188, y: 86, width: 73, height: 73)])
  }

  @Test(arguments: [
    ("<width>20</width>", "<width>2000</width>"), ("<width>20</width>", "<width>8</width>"),
    ("<width>20</width>", "<width>-20</width>"), ("0 1 0 4.3272329494357109e-03", "0 1 99999 4.3272329494357109e-03"),
    ("0 1 0 4.3272329494357109e-03", "0 7 0 4.3272329494357109e-03"),
    ("0 1 0 4.3272329494357109e-03", "0 -7 0 4.3272329494357109e-03"), ("-1 -2 1 1.3076160103082657e-02", ""),
    ("2 7 16 4 -1.", "2000000 7 16 4 0."),
  ])
  func numbersThatDoNotFit(_ from: String, _ to: String) throws {
    let folder = try TemporaryFolder()
    let whole = String(
      decoding: try Files.read(try #require(CascadeDetector.find(CascadeDetector.defaultCascade))), as: UTF8.self)
    let range = try #require(whole.range(of: from))
    let path = folder.file("changed.xml")
    try Files.write(Array(whole.replacingCharacters(in: range, with: to).utf8), to: path)
    let error = #expect(throws: ImagingError.self) { try CascadeDetector(cascade: path) }
    #expect("\(try #require(error))".hasPrefix("\(path): not a usable Haar cascade ("))
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
