import Imaging
import TestSupport
import Testing

@Suite struct SeveralPicturesTests {
  init() { OpenCV.configure() }

  private static func picture(_ name: String) throws -> Image {
    let bytes = try #require(severalPictures[name])
    return try Image(decoding: bytes, name: name)
  }

  @Test(arguments: [
    ("pages.tif", 3), ("moves.png", 3), ("moves.webp", 3), ("alpha.webp", 2), ("lossyalpha.webp", 2),
    ("several.mpo", 2),
  ]) func theFirstIsRead(name: String, count: Int) throws {
    let picture = try Self.picture(name)
    #expect(picture.note == "the file has \(count) pictures; the first was read, \(count - 1) left out")
    #expect(picture.width == 16 && picture.height == 12)
    let expected = [200.0, 60, 40] + (name.contains("alpha") ? [128] : [])
    let pixel = picture.pixel(x: 8, y: 6).map { $0 * 255 }
    #expect(pixel.count == expected.count)
    // A JPEG of low quality.
    for (value, wanted) in zip(pixel, expected) { #expect(abs(value - wanted) <= 5) }
  }

  /// Two pictures of one pixel, by the format's description: the second one follows the first.
  @Test func portableMaps() throws {
    for (head, size) in [("P5 1 1 255\n", 1), ("P6\n# by hand\n1 1\n65535\n", 6)] {
      let one = Array(head.utf8) + [UInt8](repeating: 80, count: size)
      #expect(try Image(decoding: one, name: "one").note == nil)
      #expect(
        try Image(decoding: one + one, name: "two").note == "the file has 2 pictures; the first was read, 1 left out")
      // What is none is no picture.
      #expect(try Image(decoding: one + [10, 10], name: "filled up").note == nil)
    }
  }

  /// A smaller version (by its tag 254) is no picture of its own, nor is a preview behind a JPEG.
  @Test func previewsAreNone() throws {
    var pages = try #require(severalPictures["pages.tif"])
    #expect(try Image(decoding: pages, name: "pages").note != nil)
    // Pillow begins each directory with the width: short or long, one value.
    let width: [UInt8] = [0, 1, 4, 0, 1, 0, 0, 0, 16, 0, 0, 0]
    let starts = pages.indices.filter { pages[$0...].starts(with: width) }
    #expect(starts.count == 3)
    for start in starts.dropFirst() {
      pages.replaceSubrange(start..<start + 12, with: [254, 0, 4, 0, 1, 0, 0, 0, 1, 0, 0, 0])
    }
    #expect(try Image(decoding: pages, name: "pages").note == nil)

    var photo = try #require(severalPictures["several.mpo"])
    // The entries follow the four bytes of the next directory's place, little end first: the first one's kind is a picture.
    let entries = try #require(photo.indices.first { photo[$0...].starts(with: [0, 0, 0, 0, 0, 0, 3, 0]) }) + 4
    // The second one becomes a large preview.
    photo.replaceSubrange(entries + 16..<entries + 20, with: [1, 0, 1, 0])
    #expect(try Image(decoding: photo, name: "preview").note == nil)
  }

  /// A directory that is the next one of itself.
  @Test func aRingOfPages() throws {
    var pages = try #require(severalPictures["pages.tif"])
    let start = Int(pages[4]) | Int(pages[5]) << 8
    let end = start + 2 + 12 * Int(pages[start])
    pages.replaceSubrange(end..<end + 4, with: pages[4..<8])
    #expect(try Image(decoding: pages, name: "ring").note == nil)
  }

  /// TIFF holds cameras' raw photos too: DNG says so, others have a preview first and the photo in an inner directory.
  @Test func rawPhotosAreRefused() throws {
    func entry(_ tag: Int, _ value: UInt8) -> [UInt8] {
      [UInt8(tag & 0xFF), UInt8(tag >> 8), 4, 0, 1, 0, 0, 0, value, 0, 0, 0]
    }
    for entries in [[entry(254, 1), entry(330, 8)], [entry(256, 1), entry(0xC612, 1)]] {
      let file: [UInt8] = [0x49, 0x49, 42, 0, 8, 0, 0, 0, 2, 0] + entries.joined() + [0, 0, 0, 0]
      let error = #expect(throws: ImagingError.self) { try Image(decoding: file, name: "file") }
      #expect(error?.message == "is a camera's raw photo, which cannot be read; develop it to JPEG, PNG or TIFF")
    }
  }
}
