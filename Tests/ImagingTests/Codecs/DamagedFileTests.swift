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
    #expect(throws: ImagingError.self) { try Image(contentsOf: "/nonexistent/photo.jpg") }
    #expect(throws: ImagingError.self) { try Image(contentsOf: "/tmp") }
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
    case "tif": #expect(message.contains("libtiff can read"))
    default: #expect(message.contains("OpenCV can read"))
    }
  }

  /// TIFF is not among them: what OpenCV writes ends with its directory, the last byte of which is no part of the picture.
  @Test func withoutItsLastByte() throws {
    for format in ["png", "webp", "bmp", "ppm"] {
      #expect(DamagedFileTests.message(try DamagedFileTests.noise(format).dropLast()) != nil, "\(format)")
    }
  }

  /// The two bytes of a JPEG's end marker hold nothing of the picture, the last ones before it do.
  @Test func aJPEGWithoutItsEndMarker() throws {
    let bytes = try DamagedFileTests.noise("jpg")
    let whole = try Image(decoding: bytes, name: "file")
    #expect(whole.note == nil)
    for missing in [1, 2] {
      let picture = try Image(decoding: Array(bytes.dropLast(missing)), name: "file")
      #expect(picture.note == "its end marker is missing; the picture before it is whole")
      #expect(try picture.gray() == whole.gray())
    }
    #expect(DamagedFileTests.message(Array(bytes.dropLast(40))) != nil)
  }

  /// By the formats' standards: where each says how large it is. None of them has any pixels here.
  @Test func picturesThatAreTooLargeAreRefusedByTheirHeads() throws {
    func number(_ value: Int, _ count: Int, little: Bool = false) -> [UInt8] {
      let bytes = (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
      return little ? bytes : bytes.reversed()
    }
    let side = 30_000
    let png: [UInt8] =
      [0x89, 0x50, 0x4E, 0x47, 13, 10, 26, 10] + number(13, 4) + Array("IHDR".utf8) + number(side, 4) + number(side, 4)
      + [8, 2, 0, 0, 0] + number(0, 4) + number(0, 4) + Array("IEND".utf8) + number(0, 4)
    let jpeg: [UInt8] =
      [0xFF, 0xD8, 0xFF, 0xC0] + number(17, 2) + [8] + number(side, 2) + number(side, 2)
      + [3, 1, 17, 0, 2, 17, 0, 3, 17, 0, 0xFF, 0xD9]
    let bmp =
      Array("BM".utf8) + number(54, 4, little: true) + number(0, 4) + number(54, 4, little: true)
      + number(40, 4, little: true) + number(side, 4, little: true) + number(-side, 4, little: true)
    let webp =
      Array("RIFF".utf8) + number(22, 4, little: true) + Array("WEBPVP8X".utf8) + number(10, 4, little: true)
      + number(0, 4) + number(side - 1, 3, little: true) + number(side - 1, 3, little: true)
    let tiff: [UInt8] =
      [0x4D, 0x4D, 0, 42, 0, 0, 0, 8, 0, 2] + [1, 0, 0, 4, 0, 0, 0, 1] + number(side, 4) + [1, 1, 0, 4, 0, 0, 0, 1]
      + number(side, 4) + number(0, 4)
    let ppm = Array("P6 # wide\n\(side)\n\(side) 255\n".utf8)
    let ras = number(0x59A6_6A95, 4) + number(side, 4) + number(side, 4)
    let jp2: [UInt8] =
      [0xFF, 0x4F, 0xFF, 0x51] + number(47, 2) + number(0, 2) + number(side, 4) + number(side, 4)
    for file in [png, jpeg, bmp, webp, tiff, ppm, ras, jp2] {
      #expect(
        DamagedFileTests.message(file) == "file: it has more than 500 million pixels; --max-megapixels allows more")
    }
    let small = try DamagedFileTests.noise("png")
    #expect(throws: ImagingError.self) { try Image(decoding: small, name: "file", pixelLimit: 10) }
  }

  /// Noise amid the coded data: what comes behind it is at other places than before.
  @Test func damageWithinAJPEG() throws {
    var bytes = try DamagedFileTests.noise("jpg")
    let middle = bytes.count / 2
    bytes.replaceSubrange(middle..<middle + 40, with: (0..<40).map { UInt8($0 * 37 % 251) })
    #expect(try Image(decoding: bytes, name: "file").note == "it is damaged; parts of the picture may be wrong")
  }

  /// By the format's description: gray pictures whose white is not the greatest value that fits. OpenCV takes them as they are.
  @Test func portableMapsWithAnotherWhite() throws {
    let files: [([UInt8], [Double])] = [
      (Array("P5 2 1 15\n".utf8) + [5, 15], [1 / 3.0, 1]), (Array("P5 2 1 1\n".utf8) + [0, 1], [0, 1]),
      (Array("P5 2 1 # dim\n1000\n".utf8) + [0x01, 0xF4, 0x03, 0xE8], [0.5, 1]),
      (Array("P2 2 1 100\n50 100\n".utf8), [0.5, 1]),
      (Array("P5 2 1 255\n".utf8) + [51, 255], [0.2, 1]), (Array("P4 2 1\n".utf8) + [0x40], [1, 0]),
    ]
    for (file, values) in files {
      let picture = try Image(decoding: file, name: "file")
      for (x, value) in values.enumerated() { #expect(abs(picture.pixel(x: x, y: 0)[0] - value) < 0.003) }
    }
    #expect(DamagedFileTests.message(Array("P5 1 1 0\n".utf8) + [7]) != nil)
  }

  /// Two pixels of OS/2, 24 bits, blue first, by the format's description; OpenCV would read them as gray.
  @Test func theShortHeadOfBMP() throws {
    let head: [UInt8] = [0x42, 0x4D, 34, 0, 0, 0, 0, 0, 0, 0, 26, 0, 0, 0, 12, 0, 0, 0, 2, 0, 1, 0, 1, 0, 24, 0]
    let picture = try Image(decoding: head + [10, 20, 30, 40, 50, 60, 0, 0], name: "file")
    #expect(picture.pixel(x: 0, y: 0).map { $0 * 255 } == [30, 20, 10])
    #expect(picture.pixel(x: 1, y: 0).map { $0 * 255 } == [60, 50, 40])
  }

  /// Gray pictures with one transparent gray (the chunk tRNS).
  @Test func aTransparentGray() throws {
    for depth in [8, 16] {
      let samples: [UInt8] = depth == 8 ? [9, 70] : [9, 9, 70, 70]
      let plain = PictureBytes.png(width: 2, height: 1, color: .gray, depth: depth, samples: samples)
      // The sums by zlib's crc32.
      let chunk: [UInt8] = Array("tRNS".utf8) + (depth == 8 ? [0, 70] : [70, 70])
      let sum: [UInt8] = depth == 8 ? [0xE9, 0x2C, 0x29, 0x9D] : [0x4F, 0x0F, 0xC1, 0x1E]
      let picture = try Image(decoding: plain[..<33] + [0, 0, 0, 2] + chunk + sum + plain[33...], name: "file")
      #expect(picture.channels == 4)
      #expect(picture.pixel(x: 0, y: 0).map { ($0 * 255).rounded() } == [9, 9, 9, 255])
      #expect(picture.pixel(x: 1, y: 0).map { ($0 * 255).rounded() } == [70, 70, 70, 0])
    }
  }

  /// Formats that OpenCV knows and nobody asked for: DICOM, Radiance, OpenEXR, a portable float map, PAM, HDF.
  @Test func otherFormatsReachNoDecoder() throws {
    let dicom = [UInt8](repeating: 0, count: 128) + Array("DICM".utf8)
    let heads: [[UInt8]] = [
      dicom, Array("#?RADIANCE\n".utf8), [0x76, 0x2F, 0x31, 1], Array("PF\n4 4\n-1\n".utf8),
      Array("P7\nWIDTH 4\n".utf8),
      [0x89] + Array("HDF\r\n".utf8),
    ]
    for head in heads {
      let message = try #require(DamagedFileTests.message(head + [UInt8](repeating: 0, count: 200)))
      // Of those that people have the name is told.
      #expect(
        message == "file: not a picture OpenCV can read" || message.hasPrefix("file: is a picture of the format "))
    }
  }

  /// libpng prints its words to stderr; here they become part of the error instead.
  @Test func decodersWordsAreInTheError() throws {
    var bytes = try DamagedFileTests.noise("png")
    bytes[bytes.count / 2] ^= 0xFF
    let message = try #require(DamagedFileTests.message(bytes))
    #expect(message.contains("not a whole PNG of a kind OpenCV can read (libpng ") && !message.contains("\n"))
  }

  /// 40000 x 40000 pixels are over OpenCV's limit of 2^30, also where ours is higher.
  @Test func tooManyPixels() throws {
    let header = Array("P5 40000 40000 255\n".utf8) + [UInt8](repeating: 0, count: 100)
    let error = #expect(throws: ImagingError.self) {
      try Image(decoding: header, name: "file", pixelLimit: 2_000_000_000)
    }
    let message = try #require(error?.message)
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
