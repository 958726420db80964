import Facemarks
import Glibc
import Imaging
import Testing

@Suite struct RotatedSquareTests {
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
  @Test func whatANetworkSaysCountsLikeASensitivity() {
    #expect(abs(TrackConfidence.sensitivity(forConfidence: 0.9) - TrackConfidence.certain) < 1e-12)
    #expect(abs(TrackConfidence.sensitivity(forConfidence: 0.4) - 0.03 * 2.336) < 1e-4)
    for confidence in [0.02, 0.4, 0.75, 0.97] {
      let evidence = TrackConfidence(sensitivity: TrackConfidence.sensitivity(forConfidence: confidence))
      #expect(abs(evidence.networkConfidence - confidence) < 1e-9)
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
