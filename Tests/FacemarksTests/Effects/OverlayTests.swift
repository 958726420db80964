import Facemarks
import Glibc
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
      let near = spread.landmarks.contains { hypot($0, x: change[0], y: change[1]) <= 5 }
      #expect(near, "changed at \(change)")
    }
    // The rim is 0.4 radii wide and ends 4.2 pixels from the middle: the pixel at 4 is covered by 0.7.
    let rim = try #require(drawn.pixel(x: 34, y: 40).first)
    #expect(abs(rim - 0.3 * 90 / 255) < 0.01)
    // A dark colour has a light rim.
    let dark = try Overlay(items: [.points], color: Color(red: 0, green: 0, blue: 128), radius: 3)
      .draw([spread], scheme: .kaggle15, on: picture)
    #expect(abs(dark.pixel(x: 34, y: 40)[0] - (0.3 * 90 / 255 + 0.7)) < 0.01)
    // The picture given stays as it was.
    #expect(picture.pixel(x: 30, y: 40) == [Double](repeating: 90.0 / 255, count: 3))
  }

  @Test(arguments: Overlay.Item.allCases)
  func everyItemDrawsSomethingOfItsOwn(item: Overlay.Item) throws {
    let picture = try Image(width: 160, height: 160, color: Color(red: 0, green: 0, blue: 0))
    // 70 points more on a ring, and a head that looks straight ahead.
    var whole = spread
    whole.landmarks += (0..<70).map {
      Point(x: 80 + 60 * cos(Double($0) * .pi / 35), y: 80 + 60 * sin(Double($0) * .pi / 35))
    }
    whole.pose = HeadPose(
      yaw: 0, pitch: 0, roll: 0, rotation: [1, 0, 0, 0, -1, 0, 0, 0, -1], translation: [0, 0, 1])
    let drawn = try Overlay(items: [item], color: green).draw([whole], scheme: .full, on: picture)
    let changed = changes(picture, drawn)
    #expect(!changed.isEmpty)
    for other in Overlay.Item.allCases where other != item {
      let different = try Overlay(items: [other], color: green).draw([whole], scheme: .full, on: picture)
      #expect(!changes(different, drawn).isEmpty)
    }
    let nothing = try Overlay(items: [], color: green).draw([whole], scheme: .full, on: picture)
    #expect(changes(picture, nothing).isEmpty)
  }

  @Test func theRadiusGrowsWithTheFace() {
    let overlay = Overlay(color: green)
    #expect(overlay.radius(for: Box(x: 0, y: 0, width: 1000, height: 1000)) == 11)
    #expect(overlay.radius(for: Box(x: 0, y: 0, width: 40, height: 40)) == 1.2)
    #expect(Overlay(color: green, radius: 7).radius(for: Box(x: 0, y: 0, width: 40, height: 40)) == 7)
  }

  /// An eye, an eyebrow, the nose and the mouth differ; both eyes do not.
  @Test func everyPartHasItsColour() throws {
    let picture = try Image(width: 160, height: 160, color: Color(red: 90, green: 90, blue: 90))
    let drawn = try Overlay().draw([spread], scheme: .kaggle15, on: picture)
    let colors = [0, 6, 10, 11].map { index in
      drawn.pixel(x: Int(spread.landmarks[index].x), y: Int(spread.landmarks[index].y))
    }
    #expect(Set(colors).count == 4)
    for (index, part) in [(1, 0), (5, 0), (9, 1), (14, 3)] {
      #expect(drawn.pixel(x: Int(spread.landmarks[index].x), y: Int(spread.landmarks[index].y)) == colors[part])
    }
  }

  /// The legend stands in the first corner where no face is; with numbers beside the points, as with labels.
  @Test func namesStandInAFreeCorner() throws {
    let picture = try Image(width: 600, height: 400, color: Color(red: 90, green: 90, blue: 90))
    let rim = [0.0, 0, 0]
    for (x, y, corner) in [(400.0, 200.0, [1, 1]), (10, 10, [598, 1]), (10, 200, [1, 1])] {
      let points = spread.landmarks.map { Point(x: $0.x + x - 20, y: $0.y + y - 30) }
      let face = Face(box: Box(x: x, y: y, width: 100, height: 100), confidence: 1, landmarks: points)
      let named = try Overlay(items: [.names]).draw([face], scheme: .kaggle15, on: picture)
      #expect(named.pixel(x: corner[0], y: corner[1]) == rim)
      let numbered = try Overlay(items: [.labels]).draw([face], scheme: .kaggle15, on: picture)
      // Apart from the legend the two are the same: it is 15 lines high and less than 200 pixels wide.
      let legend = changes(named, numbered)
      #expect(legend.count > 15 * 8 * 100)
      #expect(legend.allSatisfy { $0[1] < 190 && abs($0[0] - corner[0]) < 200 })
    }
    let nobody = try Overlay(items: [.names]).draw([], scheme: .kaggle15, on: picture)
    #expect(changes(nobody, picture).isEmpty)
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
    #expect(try changes(black, drawn([7])).allSatisfy { $0[0] >= 15 && $0[1] <= 30 })
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
