import Imaging
import TestSupport
import Testing

/// That other programs read the profiles where they are put, Pillow has shown once (12.0, all four formats).
@Suite struct ColorProfileTests {
  init() { OpenCV.configure() }

  /// A head of 128 bytes with the colour space at 16, and noise, as a profile is to this code.
  private static func bytes(_ count: Int, space: String = "RGB ") -> [UInt8] {
    var state: UInt32 = 7
    var bytes = (0..<count).map { _ -> UInt8 in
      state = state &* 1_664_525 &+ 1_013_904_223
      return UInt8(state >> 24)
    }
    bytes.replaceSubrange(16..<20, with: space.utf8)
    return bytes
  }

  /// The last size takes four segments of a JPEG; odd sizes are filled up in WebP and TIFF.
  @Test(arguments: ["jpg", "png", "webp", "tif"], [128, 3145, 200_001]) func aProfileGoesAlong(
    format: String, count: Int
  ) throws {
    let profile = try #require(ColorProfile(bytes: Self.bytes(count)))
    let photo = try Image(contentsOf: asset("astronaut.png"))
    let plain = try photo.encoded(as: format)
    let whole = try #require(profile.embedded(in: plain, as: format))
    #expect(try Image(decoding: plain, name: "plain").profile == nil)
    let picture = try Image(decoding: whole, name: "whole")
    #expect(picture.profile == profile)
    #expect(try picture.gray() == Image(decoding: plain, name: "plain").gray())
  }

  @Test func alphaStays() throws {
    let profile = try #require(ColorProfile(bytes: Self.bytes(500)))
    for format in ["png", "webp", "tif"] {
      let cutOut = try Image(decoding: Image(contentsOf: asset("filters/crown.png")).encoded(as: format), name: "crown")
      let whole = try #require(profile.embedded(in: cutOut.encoded(as: format), as: format))
      let picture = try Image(decoding: whole, name: "whole")
      #expect(picture.channels == 4 && picture.profile == profile, "\(format)")
    }
  }

  @Test func whatFitsNowhere() throws {
    let photo = try Image(contentsOf: asset("astronaut.png"))
    let profile = try #require(ColorProfile(bytes: Self.bytes(500)))
    for format in ["bmp", "ppm"] { #expect(profile.embedded(in: try photo.encoded(as: format), as: format) == nil) }
    #expect(ColorProfile(bytes: Self.bytes(500, space: "GRAY")) == nil)
    #expect(ColorProfile(bytes: Self.bytes(500, space: "CMYK")) == nil)
    #expect(ColorProfile(bytes: [1, 2, 3]) == nil)
  }

  /// Wherever a file is cut or changed there is a picture, an error or no profile, never a trap.
  @Test func damagedFiles() throws {
    let profile = try #require(ColorProfile(bytes: Self.bytes(3000)))
    let photo = try Image(width: 40, height: 30, color: Color(red: 200, green: 30, blue: 90))
    var random: UInt32 = 3
    for format in ["jpg", "png", "webp", "tif"] {
      let whole = try #require(profile.embedded(in: try photo.encoded(as: format), as: format))
      for _ in 0..<300 {
        var file = whole
        for _ in 0..<3 {
          random = random &* 1_664_525 &+ 1_013_904_223
          file[Int(random >> 8) % min(file.count, 400)] = UInt8(truncatingIfNeeded: random)
        }
        _ = try? Image(decoding: Array(file.prefix(Int(random >> 4) % file.count)), name: "cut").profile
        _ = try? Image(decoding: file, name: "changed").profile
        _ = profile.embedded(in: file, as: format)
      }
    }
  }
}
