import Imaging
import TestSupport
import Testing

/// That other programs read what is kept, exiftool 12.57 and Pillow 13.0 have shown once, in all four formats.
@Suite struct PhotoMetadataTests {
  init() { OpenCV.configure() }

  private static func metadata() throws -> PhotoMetadata {
    let photo = try Image(width: 40, height: 30, color: Color(red: 200, green: 30, blue: 90))
    let whole = jpeg(try photo.encoded(as: "jpg"), withExif: cameraExif)
    return try #require(try Image(decoding: whole, name: "photo").metadata)
  }

  /// By hand from TIFF 6.0 and CIPA DC-008: 52 degrees 31 minutes 12.34 seconds north, 13 degrees 24 minutes east.
  private static let place: [UInt8] = {
    func long(_ values: Int...) -> [UInt8] {
      values.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8), 0, 0] }
    }
    let header: [UInt8] = [0x49, 0x49, 42, 0, 8, 0, 0, 0]
    let main: [UInt8] = [1, 0, 0x25, 0x88, 4, 0, 1, 0, 0, 0, 26, 0, 0, 0, 0, 0, 0, 0]
    let gps: [UInt8] = [
      5, 0, 0, 0, 1, 0, 4, 0, 0, 0, 2, 3, 0, 0, 1, 0, 2, 0, 2, 0, 0, 0, 0x4E, 0, 0, 0, 2, 0, 5, 0, 3, 0, 0, 0, 92, 0, 0,
      0,
      3, 0, 2, 0, 2, 0, 0, 0, 0x45, 0, 0, 0, 4, 0, 5, 0, 3, 0, 0, 0, 116, 0, 0, 0, 0, 0, 0, 0,
    ]
    return header + main + gps + long(52, 1, 31, 1, 1234, 100) + long(13, 1, 24, 1, 0, 1)
  }()

  /// Behind the first segment, which has 18 bytes.
  @Test func aPlaceInAJPEG() throws {
    let plain = try Image(contentsOf: asset("astronaut.png")).encoded(as: "jpg")
    let kept = try #require(try Self.metadata().keeping([.gps]))
    let whole = try #require(kept.embedded(in: plain, as: "jpg"))
    let segment = [0xFF, 0xE1, 0, UInt8(Self.place.count + 8)] + Array("Exif\0\0".utf8) + Self.place
    #expect(whole == Array(plain[..<20] + segment + plain[20...]))
  }

  @Test(arguments: ["jpg", "png", "webp", "tif"]) func whatIsKeptGoesAlong(format: String) throws {
    let photo = try Image(contentsOf: asset("astronaut.png"))
    let plain = try photo.encoded(as: format)
    let all = try Self.metadata()
    for kinds in [Set(MetadataKind.allCases), [.date, .camera], [.gps], [.exposure], [.orientation]] {
      let kept = try #require(all.keeping(kinds))
      let whole = try #require(kept.embedded(in: plain, as: format))
      let picture = try Image(decoding: whole, name: "whole")
      #expect(picture.metadata == kept)
      #expect(picture.width == 512 && picture.note == nil)
      #expect(try picture.gray() == Image(decoding: plain, name: "plain").gray())
    }
  }

  /// Letters stand in the files as they are. Half of these are of no kind; those of the others stand where they were asked for.
  @Test(arguments: ["jpg", "png", "webp", "tif"]) func whatIsNotAskedForIsGone(format: String) throws {
    let plain = try Image(contentsOf: asset("astronaut.png")).encoded(as: format)
    let words: [(String, MetadataKind?)] = [
      ("MAKERNOTE", nil), ("SERIAL77", nil), ("PREVIEW", nil), ("firmware", nil), ("Acme", .camera),
      ("Lens 50", .camera),
      ("2026:11:29 09:08:07", .date), ("2026:11:30 10:20:30", .date), ("+01:00", .date), ("Ann at home", .description),
    ]
    for kinds in [Set(MetadataKind.allCases), [.date], [.camera, .gps], [.description, .author]] {
      let kept = try #require(try Self.metadata().keeping(kinds))
      let letters = String(decoding: try #require(kept.embedded(in: plain, as: format)), as: UTF8.self)
      for (word, kind) in words {
        #expect(letters.contains(word) == (kind.map { kinds.contains($0) } ?? false), "\(word) of \(kinds)")
      }
    }
    #expect(try Self.metadata().keeping([]) == nil)
  }

  /// Behind a colour profile, and with alpha.
  @Test func aProfileAndAlphaStay() throws {
    let kept = try #require(try Self.metadata().keeping([.date]))
    let photo = try #require(heifFiles["p3.heic"])
    let profile = try #require(Image(decoding: photo, name: "p3").profile)
    for format in ["png", "webp", "tif"] {
      let crown = try Image(contentsOf: asset("filters/crown.png")).encoded(as: format)
      let profiled = try #require(profile.embedded(in: crown, as: format))
      let whole = try #require(kept.embedded(in: profiled, as: format))
      let picture = try Image(decoding: whole, name: "crown")
      #expect(picture.channels == 4 && picture.profile == profile && picture.metadata == kept, "\(format)")
    }
  }

  @Test func whatFitsNowhere() throws {
    let photo = try Image(contentsOf: asset("astronaut.png"))
    let kept = try #require(try Self.metadata().keeping([.date]))
    for format in ["bmp", "ppm"] { #expect(kept.embedded(in: try photo.encoded(as: format), as: format) == nil) }
    #expect(try Image(decoding: try photo.encoded(as: "jpg"), name: "plain").metadata == nil)
  }

  /// Wherever EXIF is cut or changed there is a picture or an error, never a trap.
  @Test(arguments: ["jpg", "png", "webp", "tif"]) func damagedMetadata(format: String) throws {
    let photo = try Image(width: 40, height: 30, color: Color(red: 200, green: 30, blue: 90))
    let whole = try #require(try Self.metadata().embedded(in: photo.encoded(as: format), as: format))
    var random: UInt32 = 3
    func next(_ limit: Int) -> Int {
      random = random &* 1_664_525 &+ 1_013_904_223
      return Int(random >> 8) % limit
    }
    for _ in 0..<500 {
      var file = whole
      for _ in 0...next(3) { file[next(file.count)] = UInt8(next(256)) }
      guard let metadata = try? Image(decoding: file, name: "changed").metadata else { continue }
      _ = metadata.keeping(Set(MetadataKind.allCases))?.embedded(in: file, as: format)
    }
  }
}
