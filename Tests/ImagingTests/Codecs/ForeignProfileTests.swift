import Imaging
import TestSupport
import Testing

@Suite struct ForeignProfileTests {
  init() { OpenCV.configure() }

  /// JPEG keeps flat blocks to a level or two. Gray stays gray, alpha and 16 bits stay; the copy needs no profile then.
  @Test(arguments: profileFiles) func colors(_ file: PictureWithProfile) throws {
    let picture = try Image(decoding: file.bytes, name: file.name)
    for (index, expected) in file.colors.enumerated() {
      let found = picture.pixel(x: 16 * index + 8, y: 8).map { $0 * 255 }
      for (value, expected) in zip(found, expected) { #expect(abs(value - expected) <= 2, "\(file.name) \(found)") }
    }
    #expect(picture.profile == nil)
    #expect((picture.note?.contains("profile") ?? false) != file.isConverted)
    #expect(picture.depth == (file.name.contains("16") ? .uint16 : .uint8))
    #expect(picture.channels == (file.name.contains("gray") ? 1 : file.name.contains("alpha") ? 4 : 3))
    if picture.channels == 4 { #expect(picture.pixel(x: 8, y: 8)[3] == 90.0 / 255) }
  }

  /// A CMYK JPEG that ends early is told as such with its profile, too.
  @Test func cutOff() throws {
    let whole = try #require(profileFiles.first { $0.name == "cmyk.jpg" }).bytes
    #expect(throws: ImagingError.self) { try Image(decoding: Array(whole.dropLast(40)), name: "cut.jpg") }
    #expect(try Image(decoding: Array(whole.dropLast(2)), name: "cut.jpg").note?.contains("end marker") == true)
  }
}
