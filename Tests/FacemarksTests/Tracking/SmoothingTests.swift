import Facemarks
import Imaging
import Testing

@Suite struct SmoothingTests {
  /// Calculated by hand after Casiez et al. 2012 with a rest cutoff of 1 Hz, a speed weight of 0.5 and a cutoff of the speed
  /// of 1 Hz, at 10 values per second. The weight of a cutoff f is 0.2 pi f / (0.2 pi f + 1), for 1 Hz 0.3858695.
  ///
  ///     1: speed 0.3858695 * (1 - 0) / 0.1 = 3.8586955; cutoff 2.9293477; weight 0.6479572; 0.6479572
  ///     0.5: speed 3.8586955 + 0.3858695 * ((0.5 - 0.6479572) / 0.1 - 3.8586955) = 1.7988207; cutoff 1.8994104;
  ///          weight 0.5440940; 0.6479572 + 0.5440940 * (0.5 - 0.6479572) = 0.5674546
  @Test func oneEuroFollowsThePaper() {
    var filter = OneEuroFilter(OneEuroFilter.Parameters(restCutoff: 1, speedWeight: 0.5))
    let values = [0, 1, 0.5].map { filter.filter($0, step: 0.1) }
    for (value, expected) in zip(values, [0, 0.6479572, 0.5674546]) { #expect(abs(value - expected) < 1e-6) }
  }

  /// The speed counts in units, so a signal and its unit may be scaled together.
  @Test func oneEuroDoesNotKnowTheResolution() {
    var (small, large) = (
      OneEuroFilter(OneEuroFilter.Parameters(restCutoff: 1, speedWeight: 20)),
      OneEuroFilter(OneEuroFilter.Parameters(restCutoff: 1, speedWeight: 20))
    )
    for value in [3.0, 4, 4.5, 2, 2, 2.5] {
      let (one, other) = (small.filter(value, unit: 50, step: 0.04), large.filter(8 * value, unit: 400, step: 0.04))
      #expect(abs(8 * one - other) < 1e-9)
    }
  }

  /// After a step the rest falls to exp(-time / constant), whatever the frame rate: exp(-0.2 / 0.05) = 0.0183156.
  @Test(arguments: [10, 30, 120]) func theAverageDoesNotKnowTheFrameRate(rate: Int) {
    var filter = AveragedLandmarks(timeConstant: 0.05)
    _ = filter.smooth([Point(x: 0, y: 0)], unit: 1, step: 1)
    var last = Point(x: 0, y: 0)
    for _ in 0..<rate / 5 { last = filter.smooth([Point(x: 1, y: -2)], unit: 1, step: 1 / Double(rate))[0] }
    #expect(abs(last.x - (1 - 0.0183156)) < 1e-6)
    #expect(abs(last.y + 2 * (1 - 0.0183156)) < 1e-6)
  }

  private func face(_ x: Double, _ y: Double, side: Double = 100) -> [Point] {
    DiscFace(x: x, y: y, side: side).landmarks
  }

  private func difference(_ one: [Point], _ other: [Point]) -> Double {
    zip(one, other).map { distance($0, $1) }.max() ?? 0
  }

  @Test(arguments: Smoothing.allCases) func aStillFaceStaysAsItIs(smoothing: Smoothing) {
    var smoother = smoothing.makeSmoother(for: .kaggle15)
    for _ in 0..<5 {
      let smoothed = smoother.smooth(face(50, 60), unit: 100, step: 1 / 30)
      #expect(difference(smoothed, face(50, 60)) < 1e-9)
    }
  }

  @Test(arguments: Smoothing.allCases) func smoothersKnowNothingOfEachOther(smoothing: Smoothing) {
    var (one, other) = (smoothing.makeSmoother(for: .kaggle15), smoothing.makeSmoother(for: .kaggle15))
    _ = one.smooth(face(50, 60), unit: 100, step: 1 / 30)
    let far = other.smooth(face(400, 30), unit: 100, step: 1 / 30)
    let near = one.smooth(face(50, 60), unit: 100, step: 1 / 30)
    #expect(difference(far, face(400, 30)) < 1e-9)
    #expect(difference(near, face(50, 60)) < 1e-9)
  }

  /// A face twice as large on a video twice as large moves just the same.
  @Test(arguments: Smoothing.allCases) func smoothersDoNotKnowTheResolution(smoothing: Smoothing) {
    var (one, other) = (smoothing.makeSmoother(for: .kaggle15), smoothing.makeSmoother(for: .kaggle15))
    for x in [100.0, 102, 105, 130, 131] {
      let small = one.smooth(face(x, 100), unit: 100, step: 1 / 25)
      let large = other.smooth(face(2 * x, 200, side: 200), unit: 200, step: 1 / 25)
      #expect(difference(small.map { Point(x: 2 * $0.x, y: 2 * $0.y) }, large) < 1e-6)
    }
  }

  /// Noise of one point out of 15, back and forth by 2 % of the side: less than a fifth may remain of it.
  @Test func oneEuroIsSteady() {
    var smoother = Smoothing.oneEuro.makeSmoother(for: .kaggle15)
    var last: [Double] = []
    for number in 0..<30 {
      var points = face(50, 60)
      points[7].x += number % 2 == 0 ? 1 : -1
      last.append(smoother.smooth(points, unit: 100, step: 1 / 30)[7].x)
    }
    #expect(abs(last[29] - last[28]) < 0.4)
  }

  /// At two and a half sides a second the points are less than a third of a frame late.
  @Test func oneEuroIsQuick() {
    var smoother = Smoothing.oneEuro.makeSmoother(for: .kaggle15)
    var late = 0.0
    for number in 0..<30 {
      let x = 100 + 250 * Double(number) / 30
      late = x - (smoother.smooth(face(x, 60), unit: 100, step: 1 / 30)[10].x - face(0, 60)[10].x)
    }
    #expect(late > 0)
    #expect(late < 250.0 / 30 / 3)
  }

  /// Points that are no face must not break it: all in one place, few, far away.
  @Test(arguments: Smoothing.allCases) func anyPointsAreTaken(smoothing: Smoothing) {
    var smoother = smoothing.makeSmoother(for: .kaggle15)
    let odd = [
      Array(repeating: Point(x: 5, y: 5), count: 15), face(1e9, -1e9), face(0, 0, side: 1e-9), face(3, 4),
    ]
    for points in odd {
      let out = smoother.smooth(points, unit: 100, step: 1 / 30)
      #expect(out.count == 15)
      #expect(out.allSatisfy { $0.x.isFinite && $0.y.isFinite })
    }
  }
}
