import Facemarks
import FacemarksTraining
import Imaging
import NeuralNetwork
import Testing

/// What the marker test of `AugmentationTests` does not show of bent crops and of points that leave.
@Suite struct WarpTests {
  private func draws(
    _ augmentation: any Augmentation, of point: Point, count: Int, margin: Int = 0
  ) -> [Point?] {
    var random = RandomGenerator(seed: 8)
    return (0..<count).map { _ in
      var crop = CropSample(margin: margin)
      augmentation.draw(&crop, random: &random)
      return crop.place(of: point)
    }
  }

  /// The field is normal with the strength as its standard deviation; 4,000 draws tell that to 1.1 %. Undoing a field
  /// moves points by as much the other way.
  @Test(arguments: [Float(0.5), 2])
  func elasticMovesPointsByItsStrength(strength: Float) {
    var elastic = Elastic()
    elastic.strength = strength
    let places = draws(elastic, of: Point(x: 30, y: 50), count: 4000).compactMap { $0 }
    #expect(places.count == 4000)
    for offset in [places.map { $0.x - 30 }, places.map { $0.y - 50 }] {
      let mean = offset.reduce(0, +) / 4000
      let deviation = (offset.reduce(0) { $0 + $1 * $1 } / 4000).squareRoot()
      #expect(abs(mean) < 0.1 * Double(strength))
      #expect(abs(deviation / Double(strength) - 1) < 0.06)
    }
  }

  /// Close points stay close, and those far from each other move on their own: the correlation of a blurred noise falls
  /// with the distance d as exp(-d * d / (4 s * s)) with s = 96 / 7: to 0.99 at 3 pixels, 0.26 at 32 and 0.01 at 60.
  @Test func elasticIsSmooth() {
    func offsets(_ point: Point) -> [Double] {
      draws(Elastic(), of: point, count: 2000).map { ($0?.x ?? .nan) - point.x }
    }
    let here = offsets(Point(x: 20, y: 40))
    func correlation(_ other: [Double]) -> Double {
      func product(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
      return product(here, other) / (product(here, here) * product(other, other)).squareRoot()
    }
    #expect(correlation(offsets(Point(x: 20, y: 43))) > 0.96)
    #expect(abs(correlation(offsets(Point(x: 20, y: 72))) - 0.26) < 0.1)
    #expect(abs(correlation(offsets(Point(x: 80, y: 40)))) < 0.1)
  }

  /// At the largest strength, too, the order of points along a line stays: nothing is folded.
  @Test func elasticDoesNotFold() {
    var elastic = Elastic()
    elastic.strength = 4
    for seed in 0..<100 as Range<UInt64> {
      var random = RandomGenerator(seed: seed)
      var crop = CropSample(margin: 0)
      elastic.draw(&crop, random: &random)
      let line = (0..<96).map { crop.place(of: Point(x: Double($0), y: 47))?.x ?? .nan }
      for (a, b) in zip(line, line.dropFirst()) { #expect(b > a) }
    }
  }

  /// The corners of the picture come to lie at most `strength` of the side, about, from where they were, and straight
  /// lines stay straight.
  @Test func perspectiveMovesCornersAndKeepsLines() throws {
    var random = RandomGenerator(seed: 4)
    var largest = 0.0
    for _ in 0..<500 {
      var crop = CropSample(margin: 0)
      Perspective().draw(&crop, random: &random)
      let places = try [(0.0, 0.0), (40, 40), (90, 90), (95.5, -0.5)].map { x, y in
        try #require(crop.place(of: Point(x: x, y: y)))
      }
      largest = max(largest, places[3].distance(to: Point(x: 95.5, y: -0.5)))
      let (a, b, c) = (places[0], places[1], places[2])
      #expect(abs((b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x)) < 1e-6)
    }
    // 0.1 * 96 pixels along both axes make 13.6; a little more, since it is the inverse that is looked at.
    #expect(largest > 9 && largest < 18)
  }

  /// A straight change after a bent one: the crop is turned by a quarter about its centre, whatever was bent before.
  @Test func straightChangesFollowBentOnes() throws {
    var (bent, both) = (CropSample(margin: 24), CropSample(margin: 24))
    for turned in [false, true] {
      var crop = CropSample(margin: 24)
      var random = RandomGenerator(seed: 6)
      Elastic().draw(&crop, random: &random)
      if turned { crop.change(radians: Double.pi / 2) }
      if turned { both = crop } else { bent = crop }
    }
    let before = try #require(bent.place(of: Point(x: 60, y: 90)))
    let after = try #require(both.place(of: Point(x: 60, y: 90)))
    // The crop turns clockwise, so the face turns counterclockwise: (x, y) about the centre becomes (y, -x).
    #expect(abs(after.x - 47.5 - (before.y - 47.5)) < 1e-9)
    #expect(abs(after.y - 47.5 + (before.x - 47.5)) < 1e-9)
  }

  /// At x = 2 a shift of the crop to the right by more than 2.5 takes the point out: of shifts uniform in -15...15 that is
  /// (15 - 2.5) / 30 = 0.417.
  @Test func shiftDropsWhatLeaves() {
    var shift = Shift()
    shift.strength = 15
    let places = draws(shift, of: Point(x: 2, y: 48), count: 4000)
    #expect(abs(Double(places.count { $0 == nil }) / 4000 - 0.417) < 0.03)
    #expect(places.allSatisfy { $0.map { $0.x >= -0.5 } ?? true })
    let dataset = SyntheticData.spot(at: Point(x: 26, y: 72), landmark: 3)
    let settings = BatchSource.Settings(batchSize: 64, seed: 1, normalization: .unit, augmentations: [shift])
    let batch = BatchSource(dataset: dataset, indices: Array(repeating: 0, count: 64), settings: settings)
      .batch(epoch: 0, index: 0)
    let dropped = (0..<64).count { batch.weights[30 * $0 + 6] == 0 && batch.weights[30 * $0 + 7] == 0 }
    #expect(dropped > 10 && dropped < 50)
    #expect((0..<64).allSatisfy { batch.weights[30 * $0 + 6] == 0 || batch.targets[30 * $0 + 6] >= -48.5 / 48 })
  }

  /// Other changes ask for points where they are, also outside.
  @Test func otherChangesKeepWhatLeaves() {
    var rotation = Rotation()
    rotation.strength = 90
    let places = draws(rotation, of: Point(x: 1, y: 1), count: 200)
    #expect(places.allSatisfy { $0 != nil })
    #expect(places.contains { ($0?.x ?? 0) < -0.5 || ($0?.y ?? 0) < -0.5 })
  }
}
