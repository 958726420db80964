import Facemarks
import Glibc
import Imaging
import TestSupport
import Testing

@Suite struct AnonymiserTests {
  /// The astronaut, her face found by the program's own search, at a quarter of the size of the crop.
  private static func astronaut() throws -> (Image, FacePipeline, Face) {
    let photo = try Image(contentsOf: asset("astronaut.png"))
    let detector = try NetworkDetector.bundled()
    let pipeline = FacePipeline(
      detector: detector, further: [detector.withSensitivity(.thorough)],
      model: try LandmarkModel.bundled(), profile: .corrected, smallestFace: NetworkDetector.smallestFace)
    return (photo, pipeline, try #require(try pipeline.faces(in: photo.gray()).first))
  }

  /// Neither the program at its most suspicious nor a plain cascade finds her any more; nothing changes away from her face; all
  /// her landmarks are covered.
  @Test(arguments: Anonymiser.Mode.allCases) func noFaceIsLeft(mode: Anonymiser.Mode) throws {
    let (photo, pipeline, face) = try Self.astronaut()
    let canvas = try photo.colored()
    try Anonymiser(mode).apply(to: canvas, face: face, scheme: .kaggle15)
    let found = try pipeline.candidates(in: canvas.gray())
    #expect(found.faces.isEmpty && !found.doubtful.contains { $0.box.overlap(face.box) > 0.2 })
    let cascade = try CascadeDetector(cascade: try #require(CascadeDetector.find(CascadeDetector.defaultCascade)))
    #expect(try !cascade.detect(in: canvas.gray()).contains { $0.box.overlap(face.box) > 0.2 })
    for point in face.landmarks {
      let (x, y) = (Int(point.x.rounded()), Int(point.y.rounded()))
      let changes = (-2...2).flatMap { dy in (-2...2).map { dx in (x + dx, y + dy) } }
        .count { canvas.pixel(x: $0.0, y: $0.1) != photo.pixel(x: $0.0, y: $0.1) }
      #expect(changes > 20)
    }
    let reach = 1.1 * face.box.width
    let middle = face.box.center
    let changedAway = (0..<photo.width * photo.height).count { index in
      let (x, y) = (index % photo.width, index / photo.width)
      let isAway = abs(Double(x) - middle.x) > reach || abs(Double(y) - middle.y) > reach
      return isAway && canvas.pixel(x: x, y: y) != photo.pixel(x: x, y: y)
    }
    #expect(changedAway == 0)
  }

  /// Of what the squares and the blur hide only a few means are left: where two faces differ within squares, the same comes out.
  @Test(arguments: [Anonymiser.Mode.blur, .pixelate]) func finePartsAreGone(mode: Anonymiser.Mode) throws {
    func hidden(_ value: (Int, Int) -> UInt8) throws -> Image {
      let canvas = try Image(grayPicture(240, 240, value)).colored()
      try Anonymiser(mode).apply(to: canvas, face: FaceFiltersTests.face(120, 120, side: 120), scheme: .kaggle15)
      return canvas
    }
    // Checkerboards of 2 pixels with the same mean but opposite signs.
    let one = try hidden { x, y in (x / 2 + y / 2) % 2 == 0 ? 40 : 200 }
    let other = try hidden { x, y in (x / 2 + y / 2) % 2 == 0 ? 200 : 40 }
    let different = (0..<3600).map { (x: 90 + $0 % 60, y: 90 + $0 / 60) }.map { x, y in
      abs(one.pixel(x: x, y: y)[0] - other.pixel(x: x, y: y)[0])
    }
    #expect((different.max() ?? 1) < 0.03)
  }

  /// Half of the face's box wide each way and 0.62 high about a point 0.04 below its middle, times the scale. The area of a
  /// superellipse of exponent n is 4 a b G(1 + 1/n)^2 / G(1 + 2/n), 3.3807 a b for 2.5. Coverage falls linearly in the n-th power
  /// of the size, from 1 at t = core^n to 0: with areas going with its 0.8th power that leaves (1 - t^1.8) / (1.8 (1 - t)) of it.
  @Test(arguments: [0.8, 1.3, 2]) func theMaskGrowsWithItsScale(scale: Double) throws {
    let canvas = try Image(width: 400, height: 400, color: Color(red: 255, green: 255, blue: 255))
    try Anonymiser(.solid, scale: scale).apply(
      to: canvas, face: FaceFiltersTests.face(200, 200, side: 100), scheme: .kaggle15)
    // Mid-gray, 128 of 255, on white.
    let hidden = (0..<160_000).reduce(0.0) { $0 + (1 - canvas.pixel(x: $1 % 400, y: $1 / 400)[0]) * 255 / 127 }
    // The outer ends of the mean shape's eyebrows are 0.75 of the way to the edge: it does not grow.
    let core = scale < 1 ? 0.98 : 0.92
    let t = pow(core, 2.5)
    let area = 3.3807 * 50 * 62 * scale * scale * (1 - pow(t, 1.8)) / (1.8 * (1 - t))
    #expect(abs(hidden - area) < 0.005 * area, "\(hidden) of \(area)")
    #expect(canvas.pixel(x: 200, y: 204).allSatisfy { abs($0 - 128.0 / 255) < 0.001 })
  }

  /// The mean face turned by any angle, hidden at the usual size: forehead, chin and ears (`FaceRegion`) are covered wholly, and
  /// farther away than 1.1 sides nothing changes.
  @Test(arguments: [Anonymiser.Mode.solid, .emoji], [0, 30, 90, 180, 250])
  func theWholeFaceIsCoveredAtAnyTilt(mode: Anonymiser.Mode, degrees: Int) throws {
    let angle = Double(degrees) / 180 * .pi
    func turned(_ p: Point) -> Point {
      let (x, y) = (p.x - 200, p.y - 200)
      return Point(x: 200 + cos(angle) * x - sin(angle) * y, y: 200 + sin(angle) * x + cos(angle) * y)
    }
    var face = FaceFiltersTests.face(200, 200, side: 100)
    face.landmarks = face.landmarks.map(turned)
    let canvas = try Image(width: 400, height: 400, color: Color(red: 255, green: 255, blue: 255))
    let dark = try Image(width: 400, height: 400, color: Color(red: 0, green: 0, blue: 0))
    for canvas in [canvas, dark] { try Anonymiser(mode).apply(to: canvas, face: face, scheme: .kaggle15) }
    let edge = [(0, -52), (0, 63), (-48, 0), (48, 0), (30, -42), (-30, -42), (30, 48), (-30, 48)]
    for (x, y) in edge.map({ (200 + Double($0.0), 200 + Double($0.1)) }) {
      let point = turned(Point(x: x, y: y))
      let (column, row) = (Int(point.x.rounded()), Int(point.y.rounded()))
      // Nothing of what was there is left.
      #expect(canvas.pixel(x: column, y: row) == dark.pixel(x: column, y: row), "\(x), \(y)")
    }
    let changed = (0..<160_000).filter { canvas.pixel(x: $0 % 400, y: $0 / 400) != [1, 1, 1] }
    let farthest = changed.map { Point(x: Double($0 % 400), y: Double($0 / 400)).distance(to: Point(x: 200, y: 200)) }
    #expect((farthest.max() ?? 0) < 110)
  }

  /// A doubtful place is as large as its box says, whatever its landmarks are; where these are no face, a face is hidden all
  /// around its box.
  @Test func whereTheLandmarksAreNoneTheBoxCounts() throws {
    var face = FaceFiltersTests.face(200, 200, side: 100)
    face.landmarks = face.landmarks.map { Point(x: 200 + 2 * ($0.x - 200), y: 200) }
    for isDoubtful in [false, true] {
      let canvas = try Image(width: 400, height: 400, color: Color(red: 255, green: 255, blue: 255))
      let record = HidingRecord(number: 1, face: face, isHidden: true, isDoubtful: isDoubtful)
      try Anonymiser(.solid).hide(record, on: canvas, scheme: .kaggle15)
      let changed = (0..<160_000).filter { canvas.pixel(x: $0 % 400, y: $0 / 400)[0] < 1 }
      // Round, 0.62 * 1.3 of the box to each side.
      #expect(abs(Double((changed.map { $0 % 400 }.max() ?? 0) - 200) - 80.6) < 3)
      #expect(abs(Double((changed.map { $0 / 400 }.min() ?? 0) - 200) + 80.6) < 3)
    }
  }

  @Test func whoIsHidden() throws {
    #expect(FaceSelection.all.contains(1))
    #expect(FaceSelection.allBut([2]).contains(1) && !FaceSelection.allBut([2]).contains(2))
    #expect(FaceSelection.only([2]).contains(2) && !FaceSelection.only([2]).contains(1))
    // A suspect in the place of a face is that face. The others follow the faces, those that are sure to be one before the
    // doubtful ones, and have the same numbers whichever are hidden.
    let faces = [50.0, 150].map { FaceFiltersTests.face($0, 50, side: 40) }
    let suspects = [(53.0, 42.0, 0.9), (250, 40, 0.3), (350, 40, 0.9)].map { x, side, confidence in
      var face = FaceFiltersTests.face(x, 50, side: side)
      face.confidence = confidence
      return face
    }
    let overlay = Overlay(items: [], color: Color(red: 0, green: 0, blue: 0))
    for (selection, hidden) in [
      (FaceSelection.all, [true, true, true, true]), (.allBut([1, 4]), [false, true, true, false]),
      (.only([3]), [false, false, true, false]),
    ] {
      let effects = FaceEffects(anonymiser: try Anonymiser(.solid), selection: selection, overlay: overlay)
      let records = effects.hiding(
        FacePipeline.SearchResult(faces: faces, doubtful: suspects), sure: 0.88, scheme: .kaggle15)
      #expect(records.map(\.number) == [1, 2, 3, 4])
      #expect(records.map(\.face) == [faces[0], faces[1], suspects[2], suspects[1]])
      #expect(records.map(\.isDoubtful) == [false, false, false, true])
      #expect(records.map(\.isHidden) == hidden)
    }
  }
}
