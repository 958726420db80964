import Facemarks
import Imaging
import TestSupport
import Testing

#if canImport(Glibc)
  import Glibc
#endif

@Suite struct FacePlaceTests {
  @Test(arguments: [Box(x: 10, y: 20, width: 96, height: 96), Box(x: -3.25, y: 7.5, width: 33, height: 33)])
  func anUprightPlaceIsCutLikeABox(box: Box) {
    let (map, expected) = (RotatedSquare(box).map, FaceCrop.map(for: box))
    for (u, v) in [(0.0, 0.0), (95, 0), (40, 95)] {
      #expect(distance(map.apply(Point(x: u, y: v)), expected.apply(Point(x: u, y: v))) < 1e-9)
    }
    #expect(RotatedSquare(box).box == box)
  }

  /// A quarter turn: the crop's right is the picture's down.
  @Test func aTurnedPlaceIsCutTurned() {
    let map = RotatedSquare(center: Point(x: 100, y: 200), side: 192, roll: .pi / 2).map
    #expect(distance(map.apply(Point(x: 47.5, y: 47.5)), Point(x: 100, y: 200)) < 1e-9)
    #expect(distance(map.apply(Point(x: 48.5, y: 47.5)), Point(x: 100, y: 202)) < 1e-9)
    #expect(distance(map.apply(Point(x: 47.5, y: 48.5)), Point(x: 98, y: 200)) < 1e-9)
  }

  /// By hand: eyes at (130, 90) and (90, 90), nose (112, 110), mouth corners (122, 130) and (98, 130). E = (110, 90), M = (110,
  /// 130), i = v = 40: x = 110 - 0.011 * 2 = 109.978; y = 90 + 0.161 * 40 + 0.225 * 20 = 100.94; side = 2.653 * 40 = 106.12.
  @Test func theCropFollowsTheLandmarks() throws {
    let shape = try #require(FaceShape(.kaggle15))
    var points = shape.mean.map { Point(x: 110 + 40 * $0.x, y: 102.4 + 40 * $0.y) }
    let placed: [(Int, Double, Double)] = [
      (0, 130, 90), (1, 90, 90), (10, 112, 110), (11, 122, 130), (12, 98, 130),
    ]
    for (index, x, y) in placed { points[index] = Point(x: x, y: y) }
    var fit = try #require(shape.fit(points))
    // The nose stands to one side, so the whole shape is tilted a little; the formula is for the tilted picture then.
    #expect(abs(fit.place.roll) < 0.02)
    #expect(distance(fit.place.center, Point(x: 109.978, y: 100.94)) < 0.5)
    #expect(abs(fit.place.side - 106.12) < 1e-9)
    points[10].x = 110
    fit = try #require(shape.fit(points))
    #expect(abs(fit.place.roll) < 1e-9)
    #expect(distance(fit.place.center, Point(x: 110, y: 100.94)) < 1e-9)
  }

  /// By hand: with the eyes 10 apart and 40 above the mouth the formula gives 66.7, less than 2.25 * 40 = 90. The corners of the
  /// mouth, 28.5 below the box's middle, are then in a closer look at four fifths of it.
  @Test func aProfileIsSeenWhole() throws {
    let shape = try #require(FaceShape(.kaggle15))
    let points = shape.mean.map { Point(x: 100 + 10 * $0.x, y: 100 + 40 / 1.06370 * ($0.y + 0.31)) }
    let place = try #require(shape.fit(points)).place
    #expect(abs(place.side - 90) < 1e-3)
    #expect(abs(points[11].y - place.center.y - 28.5) < 0.1)
  }

  /// Wherever a network may put points, there is a second look near the first one or none.
  @Test func aSecondLookStaysNear() throws {
    let shape = try #require(FaceShape(.kaggle15))
    func face(_ x: Double, _ unit: Double) -> [Point] {
      shape.mean.map { Point(x: x + unit * $0.x, y: 47.5 + unit * $0.y) }
    }
    #expect(abs(try #require(shape.refinedSquare(face(50, 34), after: .crop)).center.x - 50) < 1e-9)
    for (x, unit) in [(90, 34), (50, 15), (50, 80), (1e20, 34), (50, 1e20), (.nan, 34), (.infinity, 34)] {
      #expect(shape.refinedSquare(face(x, unit), after: .crop) == nil, "\(x) \(unit)")
    }
  }

  /// By hand: the odds of 0.9 and 0.4 are 9 and 2/3, (13.5)^0.326 = 2.336.
  @Test func whatANetworkSaysCountsLikeWander() {
    #expect(abs(TrackConfidence.wander(judged: 0.9) - TrackConfidence.certain) < 1e-12)
    #expect(abs(TrackConfidence.wander(judged: 0.4) - 0.03 * 2.336) < 1e-4)
    for confidence in [0.02, 0.4, 0.75, 0.97] {
      let evidence = TrackConfidence(wander: TrackConfidence.wander(judged: confidence))
      #expect(abs(evidence.judgedConfidence - confidence) < 1e-9)
    }
  }

  @Test func aTurnedFaceHasATurnedPlace() throws {
    let shape = try #require(FaceShape(.kaggle15))
    let (c, s) = (50 * cos(0.4), 50 * sin(0.4))
    let turned = shape.mean.map { Point(x: 200 + c * $0.x - s * $0.y, y: 100 + s * $0.x + c * $0.y) }
    let fit = try #require(shape.fit(turned))
    #expect(abs(fit.place.roll - 0.4) < 1e-9)
    #expect(abs(fit.place.side - 50 * 2.7383) < 0.01)
    #expect(fit.residual < 1e-9)
    // A shape upside down is no worse, one bent out of shape is: by 0.5 eye distances at one of 15 points.
    var bent = turned
    bent[10].x += 25
    #expect(try #require(shape.fit(bent)).residual > 0.1)
    #expect(shape.fit(Array(repeating: Point(x: 3, y: 3), count: 15)) == nil)
  }
}

@Suite struct FaceReaderTests {
  /// Reading from a part of the frame gives the same as from all of it, anywhere in it and at its edges.
  @Test(arguments: [(175.0, 65.0, 100.0), (160, 50, 130), (-20, -30, 150), (420, 420, 120)])
  func aPartOfTheFrameIsEnough(x: Double, y: Double, side: Double) throws {
    let photo = try Image(contentsOf: asset("astronaut.png")).colored()
    let model = try LandmarkModel.bundled()
    let place = RotatedSquare(Box(x: x, y: y, width: side, height: side))
    let whole = try model.read(photo.gray(), maps: [place.map])[0].points
    let reading = try #require(try FaceReader(model: model).read(photo, at: place))
    for (one, other) in zip(whole, reading.landmarks) { #expect(distance(one, other) < 1e-3) }
  }

  /// Large faces are read from a frame halved before, which changes next to nothing.
  @Test func aLargeFaceIsReadFromLess() throws {
    let photo = try Image(contentsOf: asset("astronaut.png")).resized(width: 3000, height: 3000)
    let model = try LandmarkModel.bundled()
    let place = RotatedSquare(Box(x: 1030, y: 380, width: 585, height: 585))
    let whole = try model.read(photo.gray(), maps: [place.map])[0].points
    let reading = try #require(try FaceReader(model: model).read(photo, at: place))
    for (one, other) in zip(whole, reading.landmarks) { #expect(distance(one, other) < 0.01 * 585) }
  }

  /// The landmarks of her face stay when the crop moves; on the shuttle behind her they go along.
  @Test func onlyOnAFaceTheLandmarksStay() throws {
    let photo = try Image(contentsOf: asset("astronaut.png")).colored()
    let reader = FaceReader(model: try LandmarkModel.bundled())
    func wander(_ box: Box) throws -> Double {
      let reading = try #require(try reader.read(photo, at: RotatedSquare(box)))
      return try #require(try reader.wander(photo, from: reading, to: ShiftDirection.allCases))
    }
    #expect(try wander(Box(x: 176, y: 65, width: 100, height: 100)) < TrackConfidence.certain)
    #expect(try wander(Box(x: 340, y: 20, width: 100, height: 100)) > TrackConfidence.new)
    #expect(try wander(Box(x: 200, y: 330, width: 120, height: 120)) > TrackConfidence.new)
  }

  @Test func aPlaceOutsideOfTheFrameHasNoFace() throws {
    let photo = try Image(contentsOf: asset("astronaut.png"))
    let reader = FaceReader(model: try LandmarkModel.bundled())
    for x in [-1000.0, 900, 1e300, .nan, .infinity] {
      #expect(try reader.read(photo, at: RotatedSquare(Box(x: x, y: 50, width: 100, height: 100))) == nil)
    }
  }
}

@Suite struct FaceEvidenceTests {
  @Test func confidenceFallsWithTheWander() {
    let values = [0, 0.01, TrackConfidence.certain, TrackConfidence.half, TrackConfidence.kept, 0.2, 100]
      .map { TrackConfidence(wander: $0).confidence }
    #expect(values == values.sorted(by: >))
    #expect(values.allSatisfy { (0...1).contains($0) })
    #expect(abs(TrackConfidence(wander: TrackConfidence.half).confidence - 0.5) < 1e-9)
  }

  /// The geometric mean of two; later ones count 0.4: exp(0.6 ln 0.04 + 0.4 ln 0.01) = 0.0229740.
  @Test func checksAreAveraged() {
    var evidence = TrackConfidence(wander: 0.02)
    evidence.add(wander: 0.08)
    #expect(abs(evidence.wander - 0.04) < 1e-12)
    evidence.add(wander: 0.01)
    #expect(abs(evidence.wander - 0.0229740) < 1e-6)
    #expect(evidence.count == 3)
  }
}

@Suite struct FacePatchTests {
  private func texture(_ x: Int, _ y: Int) -> Float { Float((x * 37 + y * 91 + x * y * 13) % 101) }

  @Test(arguments: [(0, 0), (18, -18), (-7, 11), (-18, 5)]) func aPatchIsFoundAgain(x: Int, y: Int) throws {
    let side = FacePatch.searchSide
    let field = (0..<side * side).map { texture($0 % side, $0 / side) }
    let first = (side - FacePatch.side) / 2
    // In another light, which it does not know of.
    let patch = FacePatch(
      (0..<FacePatch.side * FacePatch.side).map {
        30 + 0.5 * texture(first + x + $0 % FacePatch.side, first + y + $0 / FacePatch.side)
      })
    let found = try #require(patch.find(in: field))
    #expect(found.x == x && found.y == y)
  }

  @Test func aPlainFieldHoldsNothing() {
    let count = FacePatch.side * FacePatch.side
    let plain = FacePatch([Float](repeating: 80, count: count))
    let patch = FacePatch((0..<count).map { texture($0 % 24, $0 / 24) })
    #expect(patch.find(in: [Float](repeating: 80, count: FacePatch.searchSide * FacePatch.searchSide)) == nil)
    #expect(plain.correlation(with: patch) == 0)
    #expect(abs(patch.correlation(with: patch) - 1) < 1e-5)
  }

  @Test func aPatchLearns() {
    let count = FacePatch.side * FacePatch.side
    let (one, other) = (
      FacePatch((0..<count).map { texture($0 % 24, $0 / 24) }), FacePatch((0..<count).map { texture($0 / 24, $0 % 24) })
    )
    var patch = one
    patch.approach(other, by: 0.5)
    #expect(patch.correlation(with: other) > one.correlation(with: other) + 0.2)
    patch.approach(other, by: 1)
    #expect(abs(patch.correlation(with: other) - 1) < 1e-5)
  }
}

@Suite struct SimilarityTests {
  @Test func theMapIsFoundAgain() throws {
    let points = [Point(x: 1, y: 2), Point(x: -3, y: 5), Point(x: 7, y: -1)]
    let moved = points.map { Point(x: 3 * $0.x - 4 * $0.y + 10, y: 4 * $0.x + 3 * $0.y - 20) }
    let found = try #require(Similarity(from: points, to: moved))
    #expect(abs(found.a - 3) < 1e-9 && abs(found.b - 4) < 1e-9)
    #expect(abs(found.tx - 10) < 1e-9 && abs(found.ty + 20) < 1e-9)
    #expect(abs(found.scale - 5) < 1e-9)
    #expect(Similarity(from: [points[0], points[0]], to: [points[0], points[1]]) == nil)
  }
}

@Suite struct SearchPlanTests {
  private func sketch(_ value: UInt8 = 90) throws -> FrameThumbnail {
    try FrameThumbnail(Image(width: 1280, height: 720, color: Color(red: value, green: value, blue: value)))
  }

  /// Every place of the frame is searched at every scale in turn, and no more than the budget allows: 60,000 pixels per
  /// second and face, and the first frame's 1280 x 720.
  @Test func theWholeFrameIsSearchedWithinTheBudget() throws {
    var plan = SearchSchedule(width: 1280, height: 720, factor: 1)
    let face = Box(x: 900, y: 300, width: 200, height: 200)
    var (cost, seen) = (0.0, [Double: Set<Int>]())
    for number in 0..<30 * 120 {
      // All changes all the time.
      let sketch = try sketch(number % 2 == 0 ? 60 : 120)
      guard let tile = plan.next(step: 1.0 / 30, sketch: sketch, faces: [face]) else { continue }
      #expect(number > 0 || tile.region == Box(x: 0, y: 0, width: 1280, height: 720))
      cost += tile.cost
      guard number > 0 else { continue }
      for y in stride(from: 5, to: 720, by: 10) {
        for x in stride(from: 5, to: 1280, by: 10) where tile.region.contains(Point(x: Double(x), y: Double(y))) {
          seen[tile.factor, default: []].insert(y * 1280 + x)
        }
      }
    }
    #expect(cost <= 1280 * 720 + 60_000 * 120 + 110_000)
    #expect(seen.keys.sorted() == [0.25, 0.5, 1])
    #expect(seen.values.allSatisfy { $0.count == 72 * 128 })
  }

  @Test func aFrameThatDoesNotChangeIsSearchedSeldom() throws {
    let searches = try [false, true].map { changes in
      var plan = SearchSchedule(width: 640, height: 480, factor: 1)
      return try (0..<600).count { number in
        let sketch = try sketch(changes && number % 2 == 0 ? 60 : 120)
        return plan.next(
          step: 1.0 / 30, sketch: sketch, faces: [Box(x: 300, y: 200, width: 150, height: 150)]) != nil
      }
    }
    #expect(searches[0] > 1)
    #expect(searches[1] > 2 * searches[0])
  }

  @Test func afterACutAllIsSearchedAtOnce() throws {
    var plan = SearchSchedule(width: 1280, height: 720, factor: 1)
    let (one, other) = (try sketch(60), try sketch(120))
    for _ in 0..<60 { _ = plan.next(step: 1.0 / 30, sketch: one, faces: []) }
    plan.sceneChanged()
    let tiles = (0..<25).compactMap { _ in plan.next(step: 1.0 / 30, sketch: other, faces: []) }
    #expect(tiles.first?.factor == 0.25)
    // 1 tile for the frame at a quarter of its size, 3 x 1 at half, 5 x 3 at full.
    #expect(Set(tiles).count == 19)
  }

  /// A detector that is five times as fast searches about five times as often.
  @Test func aFastDetectorSearchesMore() throws {
    let searched = try [1.0, 5].map { speed in
      var plan = SearchSchedule(width: 1280, height: 720, factor: 1, speed: speed)
      return try (0..<300).reduce(0.0) { sum, number in
        let sketch = try sketch(number % 2 == 0 ? 60 : 120)
        let tile = plan.next(step: 1.0 / 30, sketch: sketch, faces: [Box(x: 900, y: 300, width: 200, height: 200)])
        return number == 0 ? 0 : sum + (tile?.cost ?? 0)
      }
    }
    #expect((4.5...5.5).contains(searched[1] / searched[0]))
  }

  @Test(arguments: [(1, 1), (16, 16), (319, 239), (4096, 2160), (100, 8000)])
  func anySizeHasAPlan(width: Int, height: Int) throws {
    var plan = SearchSchedule(width: width, height: height, factor: min(1, 1280 / Double(max(width, height))))
    let sketch = try sketch()
    for _ in 0..<200 {
      guard let tile = plan.next(step: 0.1, sketch: sketch, faces: []) else { continue }
      #expect(tile.region.x >= 0 && tile.region.x + tile.region.width <= Double(width) + 1e-6)
      #expect(tile.region.y >= 0 && tile.region.y + tile.region.height <= Double(height) + 1e-6)
    }
  }
}

@Suite struct CutFinderTests {
  private func sketch(_ value: (Int, Int) -> UInt8) throws -> FrameThumbnail {
    try FrameThumbnail(Image(grayPicture(320, 180, value)).colored())
  }

  @Test func aCutIsSeenAndMotionIsNot() throws {
    var cuts = CutFinder()
    for number in 0..<20 {
      let frame = try sketch { x, y in UInt8((x + 4 * number + y) % 250) }
      let isCut = cuts.isCut(frame)
      #expect(!isCut)
    }
    let other = try sketch { x, y in x > 150 ? 250 : 10 }
    let (first, second) = (cuts.isCut(other), cuts.isCut(other))
    #expect(first && !second)
  }
}
