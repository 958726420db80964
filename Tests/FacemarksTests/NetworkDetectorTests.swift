import Facemarks
import Files
import Glibc
import Imaging
import NeuralNetwork
import TestSupport
import Testing

@Suite struct NetworkDetectorTests {
  /// The sample photo, 512x512, with the middle and side of its face: what OpenCV's frontal cascade finds.
  private static let middle = Point(x: 222, y: 113)
  private static let side = 112.0

  private func photo() throws -> GrayImage {
    try Image(decoding: Files.read(asset("astronaut.png")), name: "astronaut.png").gray()
  }

  /// Turned about the face's middle, and in another size.
  private func photo(degrees: Double, scale: Double = 1) throws -> GrayImage {
    let (angle, center) = (degrees / 180 * .pi, Self.middle)
    let (c, s) = (cos(angle) / scale, sin(angle) / scale)
    let (x, y) = (center.x * scale, center.y * scale)
    let side = Int((512 * scale).rounded())
    return try photo().warped(
      by: Affine(a: c, b: s, c: -s, d: c, tx: center.x - c * x - s * y, ty: center.y + s * x - c * y),
      width: side, height: side)
  }

  @Test(arguments: [0.0, 20, -20, 35, -35, 45, -45])
  func tiltedFacesAreFound(degrees: Double) throws {
    let found = try NetworkDetector.shipped().detect(in: photo(degrees: degrees))
    let face = try #require(found.first { $0.box.center.distance(to: Self.middle) < 0.2 * Self.side })
    #expect((0.75...1.33).contains(face.box.width / Self.side))
    #expect(abs(face.roll * 180 / .pi - degrees) < 15)
    #expect(found.allSatisfy { (0...1).contains($0.score) })
    #expect(found.map(\.score) == found.map(\.score).sorted(by: >))
  }

  /// Faces of 30 to 450 pixels: each octave is another look. Two looks may see one, and the surer one tell its size badly.
  @Test(arguments: [0.28, 0.4, 0.55, 0.8, 1.1, 1.6, 2.2, 3, 4])
  func facesOfAllSizesAreFound(scale: Double) throws {
    let found = try NetworkDetector.shipped().detect(in: photo(degrees: 0, scale: scale))
    let (center, side) = (Point(x: Self.middle.x * scale, y: Self.middle.y * scale), Self.side * scale)
    #expect(
      found.contains {
        $0.box.center.distance(to: center) < 0.2 * side && (0.75...1.33).contains($0.box.width / side)
      })
  }

  @Test(arguments: [(1.0 / 8, 0.0), (1.0 / 3, 160.0)])
  func theLightDoesNotMatter(factor: Double, offset: Double) throws {
    var picture = try photo()
    picture.pixels = picture.pixels.map { UInt8(factor * Double($0) + offset) }
    let found = try NetworkDetector.shipped().detect(in: picture)
    #expect(found.contains { $0.box.center.distance(to: Self.middle) < 0.2 * Self.side })
  }

  /// What was searched before does not matter, nor does the size: the networks for each size share their weights.
  @Test func everySizeIsSearched() throws {
    let detector = try NetworkDetector.shipped()
    let photo = try photo()
    let first = try detector.detect(in: photo)
    for (width, height) in [(1, 1), (15, 400), (16, 16), (17, 300), (4000, 24), (120_000, 25), (333, 201)] {
      _ = try detector.detect(in: photo.resized(width: width, height: height))
    }
    for side in 100..<140 { _ = try detector.detect(in: photo.resized(width: side * 2, height: side)) }
    #expect(try detector.detect(in: photo) == first)
  }

  /// What is too large for one look is cut into parts that share more than a face.
  @Test func aFaceBetweenTwoPartsIsFound() throws {
    let photo = try photo()
    // The parts of the closest look meet at 1952...2048 of its pixels: 2928...3072 of these.
    for x in [2840, 2900, 2960, 3020] {
      var wide = GrayImage(width: 3600, height: 160, pixels: [UInt8](repeating: 100, count: 3600 * 160))
      for row in 0..<160 {
        for column in 0..<160 {
          wide.pixels[row * 3600 + x - 80 + column] = photo.pixels[(row + 33) * 512 + 142 + column]
        }
      }
      let found = try NetworkDetector.shipped().detect(in: wide)
      #expect(
        found.contains {
          abs($0.box.center.x - Double(x)) < 25 && (0.7...1.4).contains($0.box.width / Self.side)
        })
    }
  }

  @Test(arguments: [UInt8(0), 128, 255])
  func aPlainPictureHasNoFace(value: UInt8) throws {
    let plain = GrayImage(width: 300, height: 200, pixels: [UInt8](repeating: value, count: 60_000))
    #expect(try NetworkDetector.shipped().detect(in: plain).isEmpty)
  }

  @Test func anotherNetworkIsRefused() throws {
    #expect(throws: WeightFileError.self) { try NetworkDetector(ShippedModel.compact.weights(), file: "compact") }
  }

  @Test func cellsTellWhereFacesAre() {
    for face in [
      FacePlace(center: Point(x: 60, y: 33), side: 20, roll: 0.4),
      FacePlace(center: Point(x: 71.25, y: 40), side: 48, roll: -0.7),
    ] {
      let numbers = DetectorGrid.numbers(of: face, column: 8, row: 4)
      let found = DetectorGrid.face(numbers, column: 8, row: 4)
      #expect(found.center.distance(to: face.center) < 1e-4)
      #expect(abs(found.side - face.side) < 1e-4 && abs(found.roll - face.roll) < 1e-6)
    }
    // The ninth cell's middle is at 8 * 8.5 - 0.5 = 67.5, the fifth's at 35.5; half a typical side is 15.
    let numbers = DetectorGrid.numbers(
      of: FacePlace(center: Point(x: 75, y: 28), side: 60, roll: 0.25), column: 8, row: 4)
    #expect(zip(numbers, [0.5, -0.5, Float(log(2.0)), 0.25]).allSatisfy { abs($0 - $1) < 1e-6 })
  }
}
