import Facemarks
import Imaging
import TestSupport
import Testing

@Suite struct AnonymiserTests {
  /// The astronaut, her face found by the program's own search, at a quarter of the size of the crop.
  private static func astronaut() throws -> (Image, FacePipeline, Face) {
    let photo = try Image(contentsOf: asset("astronaut.png"))
    let detector = try NetworkDetector.shipped()
    let pipeline = FacePipeline(
      detector: detector, further: [detector.looking(.thorough)],
      model: try LandmarkModel.shipped(), profile: .corrected, smallestFace: NetworkDetector.smallestFace)
    return (photo, pipeline, try #require(try pipeline.faces(in: photo.gray()).first))
  }

  /// Neither the program at its most suspicious nor a plain cascade finds her any more; nothing changes away from her face; all
  /// her landmarks are covered.
  @Test(arguments: Anonymiser.Mode.allCases) func noFaceIsLeft(mode: Anonymiser.Mode) throws {
    let (photo, pipeline, face) = try Self.astronaut()
    let canvas = try photo.colored()
    try Anonymiser(mode).apply(to: canvas, face: face, scheme: .kaggle15)
    let found = try pipeline.suspects(in: canvas.gray())
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

  /// Half of the face's box wide each way and 0.62 high about a point 0.04 below its middle, times the scale.
  @Test(arguments: [0.8, 1.3, 2]) func theMaskGrowsWithItsScale(scale: Double) throws {
    let canvas = try Image(width: 400, height: 400, color: Color(red: 255, green: 255, blue: 255))
    try Anonymiser(.solid, scale: scale).apply(
      to: canvas, face: FaceFiltersTests.face(200, 200, side: 100), scheme: .kaggle15)
    // Mid-gray, 128 of 255, on white.
    let hidden = (0..<160_000).reduce(0.0) { $0 + (1 - canvas.pixel(x: $1 % 400, y: $1 / 400)[0]) * 255 / 127 }
    // The outer ends of the mean shape's eyebrows are 0.75 of the way to the edge: it does not grow.
    let area = 4 * 50 * 62 * scale * scale
    #expect(abs(hidden - area) < 0.002 * area, "\(hidden) of \(area)")
    #expect(canvas.pixel(x: 200, y: 204).allSatisfy { abs($0 - 128.0 / 255) < 0.001 })
  }

  @Test func whoIsHidden() throws {
    #expect(FaceSelection.all.contains(nil) && FaceSelection.all.contains(1))
    #expect(FaceSelection.allBut([2]).contains(1) && !FaceSelection.allBut([2]).contains(2))
    #expect(FaceSelection.allBut([2]).contains(nil))
    #expect(FaceSelection.only([2]).contains(2) && !FaceSelection.only([2]).contains(1))
    #expect(!FaceSelection.only([2]).contains(nil))
    // A suspect in the place of a face that is to be seen is that face.
    let overlay = Overlay(items: [], color: Color(red: 0, green: 0, blue: 0))
    let retouch = Retouch(anonymiser: try Anonymiser(.solid), selection: .allBut([1]), overlay: overlay)
    let (one, two, three) = (
      FaceFiltersTests.face(50, 50, side: 40), FaceFiltersTests.face(150, 50, side: 40),
      FaceFiltersTests.face(250, 50, side: 40)
    )
    let entry = retouch.entry(
      0, seen: [(1, one), (2, two)], suspects: [FaceFiltersTests.face(53, 50, side: 42), three], scheme: .kaggle15)
    #expect(entry.hidden.map(\.face) == [two, three] && entry.hidden.map(\.id) == [2, nil] && entry.clear == [one])
  }
}

@Suite struct LookAheadTests {
  private func face(_ x: Double) -> Face { FaceFiltersTests.face(x, 50, side: 40) }

  /// Where faces are hidden in each of some frames, given which are found: by their x, rounded.
  private func hidden(
    _ frames: [[(id: Int?, x: Double)]], clear: [Int: Double] = [:], reach: Int
  ) -> [[Double]] {
    var ahead = LookAhead<Int>(scheme: .kaggle15, reach: reach)
    var result: [[Double]] = []
    var order: [Int] = []
    func take(_ next: (frame: Int, hidden: [Face])?) -> Bool {
      guard let next else { return false }
      order.append(next.frame)
      result.append(next.hidden.map { $0.box.center.x.rounded() }.sorted())
      return true
    }
    for (index, found) in frames.enumerated() {
      let isGiven = take(
        ahead.add(
          LookAhead.Entry(
            frame: index, hidden: found.map { (id: $0.id, face: face($0.x)) },
            clear: clear[index].map { [face($0)] } ?? []))
      )
      #expect(isGiven == (index >= reach))
    }
    while take(ahead.next()) {}
    #expect(order == Array(frames.indices))
    return result
  }

  @Test func aFaceIsHiddenBeforeItIsFoundAndAfterItIsLost() {
    var frames = [[(id: Int?, x: Double)]](repeating: [], count: 12)
    for index in 5...7 { frames[index] = [(1, 50)] }
    let expected: [[Double]] = (0..<12).map { (3...9).contains($0) ? [50] : [] }
    #expect(hidden(frames, reach: 2) == expected)
    #expect(hidden(frames, reach: 0) == frames.map { $0.map(\.x) })
  }

  /// A face that moves is not left hidden where it was, if it is known to be the same one.
  @Test func whoMovesLeavesNoTrace() {
    let followed: [[(id: Int?, x: Double)]] = (0..<6).map { [(1, 50 + 60 * Double($0))] }
    #expect(hidden(followed, reach: 2) == (0..<6).map { [50 + 60 * Double($0)] })
    let unknown: [[(id: Int?, x: Double)]] = (0..<4).map { [(nil, 50 + 60 * Double($0))] }
    #expect(hidden(unknown, reach: 1) == [[50, 110], [50, 110, 170], [110, 170, 230], [170, 230]])
  }

  /// A frame in which a face was missed, and one in which it is to be seen.
  @Test func gapsAreClosed() {
    let frames: [[(id: Int?, x: Double)]] = [[(1, 50)], [], [(1, 50)], [(nil, 52)], [], []]
    #expect(hidden(frames, reach: 1) == [[50], [50], [50], [52], [52], []])
    #expect(hidden([[(nil, 50)], []], clear: [1: 53], reach: 3) == [[50], []])
  }

  /// The farther away in time the larger: by 3 % a frame, by hand.
  @Test func hiddenFacesGrow() throws {
    var ahead = LookAhead<Int>(scheme: .kaggle15, reach: 2)
    _ = ahead.add(LookAhead.Entry(frame: 0, hidden: [(nil, face(50))], clear: []))
    for index in 1...4 { _ = ahead.add(LookAhead.Entry(frame: index, hidden: [], clear: [])) }
    let last = ahead.next()
    let third = try #require(last)
    #expect(third.frame == 3 && third.hidden.isEmpty)
    var again = LookAhead<Int>(scheme: .kaggle15, reach: 2)
    _ = again.add(LookAhead.Entry(frame: 0, hidden: [(nil, face(50))], clear: []))
    for index in 1...3 { _ = again.add(LookAhead.Entry(frame: index, hidden: [], clear: [])) }
    let next = again.next()
    let second = try #require(next)
    #expect(second.frame == 2 && abs((second.hidden.first?.box.width ?? 0) - 42.4) < 1e-9)
  }
}
