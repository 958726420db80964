import Facemarks
import FacemarksTraining
import Imaging
import Testing

@Suite struct ModelErrorsTests {
  /// Eyes 10 px apart; each predicted point is off by so many px downwards.
  private func face(off: [Double?]) -> (predicted: [Point?], truth: [Point?]) {
    let truth = (0..<15).map { Point(x: $0 == 0 ? 30 : 20 + 20 * Double($0 > 1 ? 1 : 0), y: 40) }
    return (zip(truth, off).map { point, off in off.map { Point(x: point.x, y: point.y + $0) } }, truth)
  }

  /// By hand. Landmark 0 is off by 1, 2 and 6 px: mean 3, variance (4 + 1 + 9) / 2 = 7, standard error sqrt(7 / 3).
  @Test func points() throws {
    let faces = [1.0, 2, 6].map { face(off: [$0] + [Double?](repeating: nil, count: 14)) }
    let errors = ModelErrors(
      name: "m", scheme: .kaggle15, predicted: faces.map(\.predicted), truth: faces.map(\.truth))
    let points = errors.points(inPixels: true)
    let point = try #require(points.first)
    #expect(points.count == 1 && point.count == 3 && point.landmark == "left_eye_center")
    #expect(abs(point.mean - 3) < 1e-12 && abs(point.standardError - 1.5275252317) < 1e-9 && point.median == 2)
    // The eyes are 10 px apart: 30 %.
    #expect(abs((errors.points(inPixels: false).first?.mean ?? 0) - 30) < 1e-12)
  }

  /// By hand: NMEs of 2, 6 and 30 %. The area up to 15 %: (13 + 9 + 0) / 15 / 3.
  @Test func cumulative() throws {
    let faces = [0.2, 0.6, 3].map { off in face(off: [Double?](repeating: off, count: 15)) }
    let errors = ModelErrors(
      name: "m", scheme: .kaggle15, predicted: faces.map(\.predicted), truth: faces.map(\.truth))
    let shares = errors.cumulative([0, 2.1, 6.1, 15])
    let (third, twoThirds) = (1.0 / 3, 2.0 / 3)
    #expect(shares == [0, third, twoThirds, twoThirds])
    #expect(abs(errors.area(to: 15) - 22.0 / 45) < 1e-9)
    let chart = ErrorCharts([errors], faces: "3 faces").cumulative
    #expect(chart.series[0].name == "m, AUC 48.9 %")
  }

  @Test func withoutEyesThereIsNoNME() {
    var one = face(off: [Double?](repeating: 1, count: 15))
    one.truth[0] = nil
    let errors = ModelErrors(name: "m", scheme: .kaggle15, predicted: [one.predicted], truth: [one.truth])
    #expect(errors.faceErrors == [nil] && errors.points(inPixels: false).isEmpty)
    #expect(errors.points(inPixels: true).count == 14)
    #expect(ErrorCharts([errors], faces: "").cumulative.series[0].name == "m, AUC - %")
  }
}
