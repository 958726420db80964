import Imaging
import TestSupport
import Testing

/// Files of heif_files.py: four rectangles of 64x48 pixels whose colours were chosen there. What Pillow 13.0 and pillow-heif
/// 1.8.1 read out of them differs by at most 2 of 255 from these.
@Suite struct HEIFTests {
  init() { OpenCV.configure() }

  private static let red = [200.0, 60, 40]
  private static let green = [40.0, 180, 60]
  private static let blue = [50.0, 80, 210]
  private static let yellow = [230.0, 220, 40]

  private func picture(_ name: String) throws -> Image {
    try Image(decoding: try #require(heifFiles[name]), name: name)
  }

  /// By rows from the upper left.
  private func expect(_ picture: Image, _ quadrants: [[Double]], _ comment: Comment) {
    for (index, color) in quadrants.enumerated() {
      let (x, y) = (picture.width / 4 * (index % 2 * 2 + 1), picture.height / 4 * (index / 2 * 2 + 1))
      for (value, expected) in zip(picture.pixel(x: x, y: y), color) {
        #expect(abs(value * 255 - expected) <= 2.5, comment)
      }
    }
  }

  @Test(arguments: ["plain.heic", "plain.avif", "deep.heic", "profile.heic", "p3.heic", "pair.heic", "pq.heic"])
  func colors(_ name: String) throws {
    let picture = try picture(name)
    #expect(picture.width == 64 && picture.height == 48 && picture.channels == 3)
    #expect(picture.depth == (name == "deep.heic" ? .uint16 : .uint8))
    expect(picture, [Self.red, Self.green, Self.blue, Self.yellow], "\(name)")
  }

  @Test(arguments: ["alpha.heic", "alpha.avif"]) func alphaStays(_ name: String) throws {
    let picture = try picture(name)
    #expect(picture.channels == 4 && picture.depth == .uint8)
    expect(picture, [Self.red + [255], Self.green + [128], Self.blue + [64], Self.yellow + [0]], "\(name)")
  }

  /// Both files say to be turned in their properties, the HEIC in its EXIF, too: it is turned once. Orientation 6 is a quarter
  /// to the right.
  @Test(arguments: ["turned.heic", "turned.avif"]) func orientation(_ name: String) throws {
    let picture = try picture(name)
    #expect(picture.width == 48 && picture.height == 64)
    expect(picture, [Self.blue, Self.red, Self.yellow, Self.green], "\(name)")
  }

  /// sRGB as LittleCMS 2 makes it has 588 bytes. Of the profile for Display P3 Pillow's ImageCms (LittleCMS 2.17) says that
  /// its red is at (0.680, 0.320), green (0.265, 0.690), blue (0.150, 0.060).
  @Test func profiles() throws {
    #expect(try picture("profile.heic").profile?.bytes.count == 588)
    #expect(try picture("plain.heic").profile == nil)
    let profile = try #require(try picture("p3.heic").profile)
    #expect(profile.bytes.prefix(4).reduce(0) { $0 << 8 | Int($1) } == profile.bytes.count)
    #expect(String(decoding: profile.bytes, as: UTF8.self).contains("acsp"))
  }

  @Test func notes() throws {
    #expect(try picture("plain.heic").note == nil)
    #expect(try picture("pair.heic").note == "the file has 2 pictures; the main one was read, 1 left out")
    #expect(try picture("pq.heic").note == "it is HDR (PQ), which the copy cannot say; it will look dull there")
  }

  /// The size is known before anything is decoded.
  @Test func largePicturesAreRefused() throws {
    for name in ["plain.heic", "plain.avif"] {
      let bytes = try #require(heifFiles[name])
      let error = #expect(throws: ImagingError.self) { try Image(decoding: bytes, name: name, pixelLimit: 3071) }
      #expect(error?.message == "it has more than 0 million pixels; --max-megapixels allows more")
      _ = try Image(decoding: bytes, name: name, pixelLimit: 3072)
    }
  }

  /// A video has the same first box with another brand.
  @Test func brands() throws {
    for brand in ["isom", "mp42", "qt  "] {
      let bytes: [UInt8] = [0, 0, 0, 20] + Array("ftyp\(brand)".utf8) + [UInt8](repeating: 0, count: 60)
      let error = #expect(throws: ImagingError.self) { try Image(decoding: bytes, name: "file") }
      #expect(error?.message == "not a picture OpenCV can read")
    }
  }

  /// A picture or a line, never a crash: every beginning of a file, and files with a few bytes changed.
  @Test(arguments: ["plain.heic", "alpha.avif"]) func hostileBytes(_ name: String) throws {
    let whole = try #require(heifFiles[name])
    for count in 8..<whole.count {
      let error = #expect(throws: ImagingError.self) { try Image(decoding: Array(whole[..<count]), name: name) }
      #expect(error?.message.contains("\n") == false)
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
