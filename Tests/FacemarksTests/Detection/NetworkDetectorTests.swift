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

  @Test(arguments: [0.0, 20, -20, 45, -45, 90, -90, 135, -135, 180])
  func tiltedFacesAreFound(degrees: Double) throws {
    let found = try NetworkDetector.bundled().detect(in: photo(degrees: degrees))
    let face = try #require(found.first { $0.box.center.distance(to: Self.middle) < 0.2 * Self.side })
    #expect((0.75...1.33).contains(face.box.width / Self.side))
    // Lying heads are rarer in the data; the crop is turned again by the points that are read in it.
    #expect(abs(remainder(face.roll * 180 / .pi - degrees, 360)) < (abs(degrees) == 90 ? 20 : 15))
    #expect(found.allSatisfy { (0...1).contains($0.score) })
    #expect(found.map(\.score) == found.map(\.score).sorted(by: >))
  }

  /// Faces of 13 to 450 pixels.
  @Test(arguments: [0.12, 0.2, 0.28, 0.4, 0.55, 0.8, 1.1, 1.6, 2.2, 3, 4])
  func facesOfAllSizesAreFound(scale: Double) throws {
    let found = try NetworkDetector.bundled().detect(in: photo(degrees: 0, scale: scale))
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
    let found = try NetworkDetector.bundled().detect(in: picture)
    #expect(found.contains { $0.box.center.distance(to: Self.middle) < 0.2 * Self.side })
  }

  /// What was searched before does not matter, nor does the size: the networks for each size share their weights.
  @Test func everySizeIsSearched() throws {
    let detector = try NetworkDetector.bundled()
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
    // The parts of the closest look share 1792...2048.
    for x in [1740, 1800, 1860, 1920, 1980, 2040] {
      var wide = GrayImage(width: 3600, height: 160, pixels: [UInt8](repeating: 100, count: 3600 * 160))
      for row in 0..<160 {
        for column in 0..<160 {
          wide.pixels[row * 3600 + x - 80 + column] = photo.pixels[(row + 33) * 512 + 142 + column]
        }
      }
      let found = try NetworkDetector.bundled().detect(in: wide)
      #expect(
        found.contains {
          abs($0.box.center.x - Double(x)) < 25 && (0.7...1.4).contains($0.box.width / Self.side)
        })
    }
  }

  @Test(arguments: [UInt8(0), 128, 255])
  func aPlainPictureHasNoFace(value: UInt8) throws {
    let plain = GrayImage(width: 300, height: 200, pixels: [UInt8](repeating: value, count: 60_000))
    #expect(try NetworkDetector.bundled().detect(in: plain).isEmpty)
  }

  @Test func anotherNetworkIsRefused() throws {
    #expect(throws: WeightFileError.self) { try NetworkDetector(BundledModel.compact.weights(), file: "compact") }
  }

  @Test func cellsTellWhereFacesAre() {
    let layout = DetectorGrid.Layout(width: 320, height: 160)
    for (number, side) in [14.0, 48, 120].enumerated() {
      let head = DetectorGrid.heads[number]
      let face = RotatedSquare(center: Point(x: 71.25, y: 40), side: side, roll: -2.7)
      for cell in [0, layout.columns[number] + 3] {
        let center = layout.center(number, cell: cell)
        guard abs(center.x - 71.25) < head.typicalSide, abs(center.y - 40) < head.typicalSide else { continue }
        let found = DetectorGrid.face(DetectorGrid.numbers(of: face, from: center, head), from: center, head)
        #expect(found.center.distance(to: face.center) < 1e-4)
        #expect(abs(found.side - face.side) < 1e-4 && abs(found.roll - face.roll) < 1e-6)
      }
    }
    // 40x20, 20x10 and 10x5 cells.
    #expect(layout.cells == 800 + 200 + 50 && layout.firstCells == [0, 800, 1000, 1050])
    #expect(layout.head(of: 799) == 0 && layout.head(of: 800) == 1 && layout.head(of: 1049) == 2)
    // The second head's third cell of the second row: its middle is at 16 * 2.5 - 0.5 and 16 * 1.5 - 0.5.
    let center = layout.center(1, cell: 22)
    #expect(center == Point(x: 39.5, y: 23.5))
    // Half a typical side is 17.5.
    let numbers = DetectorGrid.numbers(
      of: RotatedSquare(center: Point(x: 57, y: 6), side: 70, roll: .pi / 2), from: center, DetectorGrid.heads[1])
    #expect(zip(numbers, [1, -1, Float(log(2.0)), 0, 1]).allSatisfy { abs($0 - $1) < 1e-6 })
  }
}
