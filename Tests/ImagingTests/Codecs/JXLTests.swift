import Imaging
import TestSupport
import Testing

/// Files of jxl_files.py: four rectangles of 64x48 pixels whose colours were chosen there, coded without loss but for the last two.
@Suite struct JXLTests {
  init() { OpenCV.configure() }

  private static let red = [200.0, 60, 40]
  private static let green = [40.0, 180, 60]
  private static let blue = [50.0, 80, 210]
  private static let yellow = [230.0, 220, 40]

  private func picture(_ name: String) throws -> Image {
    try Image(decoding: try #require(jxlFiles[name]), name: name)
  }

  /// By rows from the upper left.
  private func expect(_ picture: Image, _ quadrants: [[Double]], within tolerance: Double) {
    for (index, color) in quadrants.enumerated() {
      let (x, y) = (picture.width / 4 * (index % 2 * 2 + 1), picture.height / 4 * (index / 2 * 2 + 1))
      for (value, expected) in zip(picture.pixel(x: x, y: y), color) {
        #expect(abs(value * 255 - expected) <= tolerance)
      }
    }
  }

  @Test(arguments: ["plain", "deep", "moves", "lossy"]) func colors(_ name: String) throws {
    let picture = try picture(name)
    #expect(picture.width == 64 && picture.height == 48 && picture.profile != nil)
    // cjxl gives a GIF alpha.
    #expect(picture.channels == (name == "moves" ? 4 : 3))
    #expect(picture.depth == (name == "deep" ? .uint16 : .uint8))
    #expect(picture.note == (name == "moves" ? "it moves; the first picture of it was read" : nil))
    expect(picture, [Self.red, Self.green, Self.blue, Self.yellow], within: name == "lossy" ? 6 : 0.01)
  }

  @Test func alphaStays() throws {
    let picture = try picture("alpha")
    #expect(picture.channels == 4)
    expect(picture, [Self.red + [255], Self.green + [128], Self.blue + [64], Self.yellow + [0]], within: 0.01)
  }

  @Test func grayStays() throws {
    let picture = try picture("gray")
    #expect(picture.channels == 1 && picture.note == nil && abs(picture.pixel(x: 9, y: 9)[0] * 255 - 90) <= 1)
  }

  /// Orientation 6 asks for a quarter turn clockwise.
  @Test func orientationAndDate() throws {
    let picture = try picture("turned")
    #expect(picture.width == 48 && picture.height == 64)
    expect(picture, [Self.blue, Self.red, Self.yellow, Self.green], within: 3)
    #expect(picture.metadata != nil)
  }

  @Test func largePicturesAreRefused() throws {
    let bytes = try #require(jxlFiles["plain"])
    let error = #expect(throws: ImagingError.self) { try Image(decoding: bytes, name: "file", pixelLimit: 3071) }
    #expect(error?.message == "it has more than 0 million pixels; --max-megapixels allows more")
  }

  /// A picture or a line, never a crash: every beginning of a file, and files with a few bytes changed.
  @Test(arguments: ["alpha", "turned"]) func hostileBytes(_ name: String) throws {
    let whole = try #require(jxlFiles[name])
    for count in 2..<whole.count - 1 {
      if let error = #expect(
        throws: ImagingError.self, performing: { try Image(decoding: Array(whole[..<count]), name: name) })
      {
        #expect(!error.message.contains("\n"))
      }
    }
    var state: UInt64 = 7
    func random(_ limit: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % limit
    }
    for _ in 0..<500 {
      var bytes = whole
      for _ in 0...random(4) { bytes[random(bytes.count)] = UInt8(random(256)) }
      _ = try? Image(decoding: bytes, name: name, pixelLimit: 1_000_000)
    }
  }
}
