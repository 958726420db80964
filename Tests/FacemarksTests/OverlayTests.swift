import Facemarks
import Imaging
import TestSupport
import Testing

@Suite struct OverlayTests {
  private let green = Color(red: 0, green: 255, blue: 0)

  private func face(points: [Point]) -> Face {
    Face(box: Box(x: 20, y: 30, width: 100, height: 100), confidence: 1, landmarks: points)
  }

  private var spread: Face {
    face(points: (0..<15).map { Point(x: 30 + Double($0 % 5) * 20, y: 40 + Double($0 / 5) * 40) })
  }

  private func hypot(_ point: Point, x: Int, y: Int) -> Double {
    let (dx, dy) = (point.x - Double(x), point.y - Double(y))
    return (dx * dx + dy * dy).squareRoot()
  }

  /// Where two pictures of one size differ.
  private func changes(_ one: Image, _ other: Image) -> Set<[Int]> {
    var found: Set<[Int]> = []
    for y in 0..<one.height {
      for x in 0..<one.width where one.pixel(x: x, y: y) != other.pixel(x: x, y: y) { found.insert([x, y]) }
    }
    return found
  }

  @Test func pointsAreDiscsOfTheColour() throws {
    let picture = try Image(width: 160, height: 160, color: Color(red: 90, green: 90, blue: 90))
    let drawn = try Overlay(items: [.points], color: green, radius: 3)
      .draw([spread], scheme: .kaggle15, on: picture)
    for point in spread.landmarks { #expect(drawn.pixel(x: Int(point.x), y: Int(point.y)) == [0, 1, 0]) }
    for change in changes(picture, drawn) {
      let near = spread.landmarks.contains { hypot($0, x: change[0], y: change[1]) <= 4 }
      #expect(near, "changed at \(change)")
    }
    // The picture given stays as it was.
    #expect(picture.pixel(x: 30, y: 40) == [Double](repeating: 90.0 / 255, count: 3))
  }

  @Test(arguments: Overlay.Item.allCases)
  func everyItemDrawsSomethingOfItsOwn(item: Overlay.Item) throws {
    let picture = try Image(width: 160, height: 160, color: Color(red: 0, green: 0, blue: 0))
    let drawn = try Overlay(items: [item], color: green).draw([spread], scheme: .kaggle15, on: picture)
    let changed = changes(picture, drawn)
    #expect(!changed.isEmpty)
    for other in Overlay.Item.allCases where other != item {
      let different = try Overlay(items: [other], color: green).draw([spread], scheme: .kaggle15, on: picture)
      #expect(!changes(different, drawn).isEmpty)
    }
    let nothing = try Overlay(items: [], color: green).draw([spread], scheme: .kaggle15, on: picture)
    #expect(changes(picture, nothing).isEmpty)
  }

  @Test func theRadiusGrowsWithTheFace() {
    let overlay = Overlay(color: green)
    #expect(overlay.radius(for: Box(x: 0, y: 0, width: 1000, height: 1000)) == 15)
    #expect(overlay.radius(for: Box(x: 0, y: 0, width: 40, height: 40)) == 1.5)
    #expect(Overlay(color: green, radius: 7).radius(for: Box(x: 0, y: 0, width: 40, height: 40)) == 7)
  }

  /// Faces count from 1 unless they have numbers of their own; the number stands above the box, or in the picture's corner.
  @Test func facesHaveNumbers() throws {
    func drawn(_ numbers: [Int]?, y: Double = 30) throws -> Image {
      let canvas = try Image(width: 160, height: 160, color: Color(red: 0, green: 0, blue: 0))
      let face = Face(box: Box(x: 20, y: y, width: 100, height: 100), confidence: 1, landmarks: [])
      try Overlay(items: [.numbers], color: green)
        .draw([face], numbers: numbers, scheme: .kaggle15, onto: canvas)
      return canvas
    }
    let black = try Image(width: 160, height: 160, color: Color(red: 0, green: 0, blue: 0))
    #expect(try changes(drawn(nil), drawn([1])).isEmpty && !changes(drawn([1]), drawn([7])).isEmpty)
    #expect(try changes(black, drawn([7])).allSatisfy { $0[0] >= 18 && $0[1] <= 30 })
    #expect(try changes(black, drawn([7], y: -60)).count > 10)
  }

  @Test func grayBecomesColour() throws {
    let drawn = try Overlay(color: green).draw([spread], scheme: .kaggle15, on: Image(grayPicture(160, 160)))
    #expect(drawn.channels == 3 && drawn.depth == .uint8)
    #expect(drawn.pixel(x: 30, y: 40) == [0, 1, 0])
  }

  @Test func sixteenBitStays() throws {
    let picture = try Image(decoding: PictureBytes.png16(grayPicture(160, 160)), name: "16 bit")
    let drawn = try Overlay(color: green).draw([spread], scheme: .kaggle15, on: picture)
    #expect(drawn.channels == 3 && drawn.depth == .uint16)
    #expect(drawn.pixel(x: 30, y: 40) == [0, 1, 0])
    #expect(drawn.pixel(x: 0, y: 0) == [Double](repeating: 128.0 / 255, count: 3))
  }

  @Test func alphaStays() throws {
    let picture = try Image(decoding: PictureBytes.pngWithAlpha(grayPicture(160, 160)), name: "alpha")
    let drawn = try Overlay(color: green).draw([spread], scheme: .kaggle15, on: picture)
    #expect(drawn.channels == 4)
    #expect(drawn.pixel(x: 30, y: 40) == [0, 1, 0, 1])
    #expect(drawn.pixel(x: 159, y: 0)[3] == 100.0 / 255)
  }

  /// Landmarks may lie outside the picture.
  @Test func pointsOutsideAreNoError() throws {
    let face = face(points: (0..<15).map { Point(x: Double($0) * 1e4 - 5e4, y: -1e5) })
    let picture = try Image(width: 50, height: 50, color: green)
    for item in Overlay.Item.allCases {
      _ = try Overlay(items: [item], color: green).draw([face], scheme: .kaggle15, on: picture)
    }
  }
}
