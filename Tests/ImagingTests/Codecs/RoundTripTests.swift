import Files
import Imaging
import TestSupport
import Testing

@Suite struct RoundTripTests {
  init() { OpenCV.configure() }

  /// Files written by Pillow 13 and tifffile from values chosen by hand: 2x2 pixels, all alike, so the expectation is the
  /// value itself. Each name says depth and channels.
  static let samples: [(name: String, channels: Int, depth: PixelDepth, pixel: [Double])] = [
    ("g16.png", 1, .uint16, [40000.0 / 65535]),
    ("la.png", 4, .uint8, [200.0 / 255, 200.0 / 255, 200.0 / 255, 77.0 / 255]),
    ("bit1.png", 1, .uint8, [1]),
    ("palette.png", 3, .uint8, [200.0 / 255, 100.0 / 255, 50.0 / 255]),
    ("float32.tif", 1, .float32, [0.5]),
    ("float64.tif", 1, .float32, [0.5]),
    ("rgb16.tif", 3, .uint16, [200.0 / 255, 100.0 / 255, 50.0 / 255]),
    // Pillow stores colours beside their alpha; 8-bit arithmetic through the multiplied form loses up to 3 of 255.
    ("rgba.tif", 4, .uint8, [200.0 / 255, 100.0 / 255, 50.0 / 255, 77.0 / 255]),
    ("cmyk.jpg", 3, .uint8, [200.0 / 255, 100.0 / 255, 50.0 / 255]),
  ]

  @Test(arguments: samples.indices) func otherProgramsFiles(_ index: Int) throws {
    let sample = RoundTripTests.samples[index]
    let image = try Image(decoding: try #require(foreignFiles[sample.name]), name: sample.name)
    #expect(image.channels == sample.channels && image.depth == sample.depth && image.width == 2, "\(sample.name)")
    for (value, expected) in zip(image.pixel(x: 1, y: 1), sample.pixel) {
      #expect(abs(value - expected) <= 3.0 / 255, "\(sample.name): \(value), not \(expected)")
    }
  }

  @Test(arguments: ["png", "tif", "TIFF", "bmp", "webp", "ppm", "pnm", "jpg"])
  func colorSurvives(_ format: String) throws {
    let image = try Image(width: 40, height: 30, color: Color(red: 200, green: 100, blue: 50))
    let back = try Image(decoding: image.encoded(as: format), name: format)
    #expect(back.width == 40 && back.height == 30 && back.channels == 3 && back.depth == .uint8)
    for (value, expected) in zip(back.pixel(x: 20, y: 15), [200.0, 100, 50]) {
      #expect(abs(value * 255 - expected) < 2.5)
    }
  }

  /// Depth, channels and values come back from every format that can hold them.
  @Test(
    arguments: ["g16.png", "la.png", "float32.tif", "rgb16.tif", "rgba.tif"], ["png", "tif", "jpg", "webp", "bmp"])
  func depthsSurvive(_ name: String, _ format: String) throws {
    let image = try Image(decoding: try #require(foreignFiles[name]), name: name)
    let back = try Image(decoding: image.encoded(as: format), name: name)
    let held: [PixelDepth] =
      ["png": [.uint8, .uint16], "tif": [.uint8, .uint16, .float32]][format] ?? [.uint8]
    #expect(back.depth == (held.contains(image.depth) ? image.depth : .uint8))
    switch format {
    case "png", "tif": #expect(back.channels == image.channels)
    case "webp": #expect(back.channels == max(3, image.channels))
    default: #expect(back.channels == min(3, image.channels))
    }
    let tolerance = ["jpg", "webp"].contains(format) ? 6.0 / 255 : held.contains(image.depth) ? 1e-6 : 0.6 / 255
    for (value, expected) in zip(back.pixel(x: 0, y: 1), image.pixel(x: 0, y: 1)) {
      #expect(abs(value - expected) <= tolerance, "\(name) through \(format): \(value), not \(expected)")
    }
  }

  @Test func floatColorThroughTIFF() throws {
    let image = try Image(decoding: try #require(foreignFiles["float32.tif"]), name: "float").colored()
    let back = try Image(decoding: image.encoded(as: "tif"), name: "float")
    #expect(back.channels == 3 && back.depth == .float32 && back.pixel(x: 0, y: 0) == [0.5, 0.5, 0.5])
  }

  @Test func namesOfFormats() throws {
    for name in ["png", "PNG", "jpg", "jpeg", "bmp", "tif", "tiff", "webp"] {
      #expect(Image.canWrite(fileExtension: name))
    }
    for name in ["", "gif", "txt", ".png", "p\0ng"] { #expect(!Image.canWrite(fileExtension: name)) }
    let folder = try TemporaryFolder()
    let image = try Image(GrayImage(width: 1, height: 1, pixels: [9]))
    #expect(throws: ImagingError.self) { try image.write(to: folder.file("picture")) }
    #expect(throws: ImagingError.self) { try image.write(to: folder.file("missing/picture.png")) }
    try image.write(to: folder.file("a.b.PNG"))
    #expect(try Image(contentsOf: folder.file("a.b.PNG")).gray().pixels == [9])
  }
}
