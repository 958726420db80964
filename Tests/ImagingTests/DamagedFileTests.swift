import Files
import Imaging
import TestSupport
import Testing

@Suite struct DamagedFileTests {
  init() { OpenCV.configure() }

  private static func message(_ bytes: [UInt8]) -> String? {
    do {
      _ = try Image(decoding: bytes, name: "file")
      return nil
    } catch {
      return "\(error)"
    }
  }

  private static func noise(_ format: String) throws -> [UInt8] {
    var state: UInt32 = 1
    let pixels = (0..<64 * 48).map { _ -> UInt8 in
      state = state &* 1_664_525 &+ 1_013_904_223
      return UInt8(state >> 24)
    }
    return try Image(GrayImage(width: 64, height: 48, pixels: pixels)).encoded(as: format)
  }

  @Test func words() throws {
    #expect(DamagedFileTests.message([]) == "file: the file is empty")
    #expect(DamagedFileTests.message(Array("hello".utf8)) == "file: not a picture OpenCV can read")
    #expect(throws: FileError.self) { try Image(contentsOf: "/nonexistent/photo.jpg") }
    #expect(throws: FileError.self) { try Image(contentsOf: "/tmp") }
  }

  @Test(arguments: ["jpg", "png", "webp", "bmp", "tif", "ppm"], [0.3, 0.9]) func cutOff(
    _ format: String, at part: Double
  )
    throws
  {
    let bytes = try DamagedFileTests.noise(format)
    let message = try #require(DamagedFileTests.message(Array(bytes.prefix(Int(Double(bytes.count) * part)))))
    #expect(!message.contains("\n") && message.hasPrefix("file: "))
    switch format {
    case "jpg":
      #expect(
        message == "file: the JPEG is truncated: it ends before its end marker; get a complete copy")
    case "png", "webp": #expect(message.contains("is truncated"))
    default: #expect(message.contains("OpenCV can read"))
    }
  }

  /// TIFF is not among them: what OpenCV writes ends with its directory, the last byte of which is no part of the picture.
  @Test func withoutItsLastByte() throws {
    for format in ["jpg", "png", "webp", "bmp", "ppm"] {
      #expect(DamagedFileTests.message(try DamagedFileTests.noise(format).dropLast()) != nil, "\(format)")
    }
  }

  /// libpng prints its words to stderr; here they become part of the error instead.
  @Test func decodersWordsAreInTheError() throws {
    var bytes = try DamagedFileTests.noise("png")
    bytes[bytes.count / 2] ^= 0xFF
    let message = try #require(DamagedFileTests.message(bytes))
    #expect(message.contains("not a whole PNG of a kind OpenCV can read (libpng ") && !message.contains("\n"))
  }

  /// 40000 x 40000 pixels are over OpenCV's limit of 2^30; the header says so, and only the header is read.
  @Test func tooManyPixels() throws {
    let header = Array("P5 40000 40000 255\n".utf8) + [UInt8](repeating: 0, count: 100)
    let message = try #require(DamagedFileTests.message(header))
    #expect(message.contains("CV_IO_MAX_IMAGE_PIXELS") && !message.contains("\n"))
  }

  /// A picture or an error, never a crash: every beginning of a file, and 2,000 files with a few bytes changed.
  @Test(arguments: ["jpg", "png", "webp", "tif"]) func hostileBytes(_ format: String) throws {
    let whole = try DamagedFileTests.sampleWithExif(format)
    for count in 0..<whole.count { _ = DamagedFileTests.message(Array(whole[..<count])) }
    var state: UInt64 = 7
    func random(_ limit: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % limit
    }
    var pictures = 0
    for _ in 0..<2000 {
      var bytes = whole
      for _ in 0...random(4) { bytes[random(bytes.count)] = UInt8(random(256)) }
      if DamagedFileTests.message(bytes) == nil { pictures += 1 }
    }
    #expect(pictures > 0, "some changes leave a picture")
  }

  private static func sampleWithExif(_ format: String) throws -> [UInt8] {
    switch format {
    case "jpg":
      let small = try Image(width: 8, height: 8, color: Color(red: 1, green: 2, blue: 3))
      return jpeg(try small.encoded(as: "jpg"), withOrientation: 6)
    default:
      return try #require(foreignFiles["orient6.\(format)"])
    }
  }
}
