import Files
import Imaging
import TestSupport

/// The sample photo in the forms that tests need.
enum SamplePhoto {
  static let bytes: [UInt8] = (try? Files.read(asset("astronaut.png"))) ?? []

  /// The upper left quarter, gray: her face with some room, 256x256, quick to search.
  static let face: GrayImage = {
    guard let gray = try? Image(decoding: bytes, name: "astronaut.png").gray() else {
      return GrayImage(width: 1, height: 1, pixels: [0])
    }
    let pixels = (0..<256).flatMap { y in gray.pixels[y * 512 + 100..<y * 512 + 356] }
    return GrayImage(width: 256, height: 256, pixels: pixels)
  }()

  static func encoded(_ fileExtension: String) throws -> [UInt8] { try Image(face).encoded(as: fileExtension) }

  /// A picture without a face, as PNG.
  static func plain(width: Int, height: Int) throws -> [UInt8] {
    let pixels = [UInt8](repeating: 200, count: width * height)
    return try Image(GrayImage(width: width, height: height, pixels: pixels)).encoded(as: "png")
  }
}
