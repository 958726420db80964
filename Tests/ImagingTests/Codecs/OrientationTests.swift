import Imaging
import TestSupport
import Testing

@Suite struct OrientationTests {
  init() { OpenCV.configure() }

  /// The blocks of the stored picture by brightness: two across, three down.
  private static let stored: [[UInt8]] = [[10, 50], [90, 130], [170, 210]]

  /// What a viewer shows, by hand from the EXIF standard: for 1...8 the stored row 0 is at the visual top, top, bottom,
  /// bottom, left, right, right, left, and the stored column 0 at the left, right, right, left, top, top, bottom, bottom.
  static let upright: [[[UInt8]]] = [
    [[10, 50], [90, 130], [170, 210]],
    [[50, 10], [130, 90], [210, 170]],
    [[210, 170], [130, 90], [50, 10]],
    [[170, 210], [90, 130], [10, 50]],
    [[10, 90, 170], [50, 130, 210]],
    [[170, 90, 10], [210, 130, 50]],
    [[210, 130, 50], [170, 90, 10]],
    [[50, 130, 210], [10, 90, 170]],
  ]

  /// Blocks of 16 pixels, so that JPEG keeps them apart.
  private static func blocks() throws -> Image {
    var pixels: [UInt8] = []
    for row in 0..<48 { pixels += (0..<32).map { stored[row / 16][$0 / 16] } }
    return try Image(GrayImage(width: 32, height: 48, pixels: pixels))
  }

  @Test(arguments: 1...8, [true, false]) func jpegIsTurned(orientation: Int, bigEndian: Bool) throws {
    let bytes = jpeg(
      try OrientationTests.blocks().encoded(as: "jpg"), withOrientation: UInt8(orientation), bigEndian: bigEndian)
    let image = try Image(decoding: bytes, name: "turned.jpg").gray()
    let expected = OrientationTests.upright[orientation - 1]
    #expect(image.width == 16 * expected[0].count && image.height == 16 * expected.count)
    for (row, values) in expected.enumerated() {
      for (column, value) in values.enumerated() {
        let found = image.pixels[(row * 16 + 8) * image.width + column * 16 + 8]
        #expect(abs(Int(found) - Int(value)) <= 2, "orientation \(orientation), block \(column),\(row)")
      }
    }
  }

  @Test(arguments: [0, 9, 255]) func unknownOrientationsAreIgnored(orientation: Int) throws {
    let bytes = jpeg(try OrientationTests.blocks().encoded(as: "jpg"), withOrientation: UInt8(orientation))
    #expect(try Image(decoding: bytes, name: "odd.jpg").width == 32)
  }

  /// Written by Pillow: 2 pixels across, orientation 6, so 2 down when upright.
  @Test(arguments: ["orient6.png", "orient6.webp", "orient6.tif"]) func otherFormats(_ name: String) throws {
    let image = try Image(decoding: try #require(foreignFiles[name]), name: name)
    #expect(image.width == 1 && image.height == 2)
  }
}
