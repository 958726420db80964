import Facemarks
import FacemarksTraining
import Imaging
import Testing

@Suite struct ErrorStatisticsTests {
  /// Three faces, x and y of 15 points each: numpy.random.default_rng(0).uniform(10, 86), eyes set by hand.
  private static let truth: [[Double]] = [
    [
      66, 38, 30, 38, 71.8, 79.4, 56.1, 65.4, 51.3, 81.1, 72, 10.2, 75.2, 12.6, 65.5, 23.3, 75.6, 51.2, 32.8,
      42.1, 12.2, 19.4, 61, 59.2, 56.8, 39.2, 85.8, 84.5, 62.1, 59.4,
    ],
    [
      60, 40, 36, 42, 49.9, 33.6, 46.9, 77.6, 81, 37.2, 53.4, 34.5, 55.2, 35.7, 39.8, 77.7, 27.3, 57.4, 16.4,
      73.3, 69.8, 28.2, 76.6, 14.5, 35.5, 21.4, 44.2, 70.5, 27.5, 14,
    ],
    [
      70, 35, 28, 37, 32.7, 61.1, 25.2, 81.6, 37.7, 18, 57.8, 80.5, 43.5, 82.5, 48, 42.3, 57.1, 85.6, 82.1,
      45, 67.6, 47.8, 50.2, 69.7, 41.5, 65.8, 64, 80.8, 18.7, 65.4,
    ],
  ]
  /// The same with normal errors of 2.2 px.
  private static let predicted: [[Double]] = [
    [
      64.3, 41.7, 29.4, 41.5, 70.8, 77.8, 56.6, 67.7, 51.7, 79.8, 69, 7.1, 76.3, 14.8, 65.1, 20.9, 77.5,
      48.4, 31.2, 43.5, 7.2, 20.3, 59.7, 59.4, 56.6, 39.6, 87.3, 82.8, 65.2, 61,
    ],
    [
      61.9, 42.6, 37.7, 43.9, 50.1, 30.5, 46.6, 75.9, 77.9, 37.8, 52.1, 32.2, 52.9, 36.3, 40.6, 80.6, 27.3,
      59.7, 19.5, 75.8, 64.6, 30.9, 77.3, 15.4, 36.3, 22.2, 44.9, 69.7, 23.3, 13.8,
    ],
    [
      68.2, 37.4, 27.4, 37.2, 30.8, 60, 25.2, 78.3, 38.4, 17.8, 55.2, 75.2, 44.6, 81.8, 46.8, 41.8, 61.1,
      85.5, 82.3, 41.7, 71.2, 49.8, 52.5, 69.8, 43.5, 66.6, 65.3, 80.5, 15.5, 67.7,
    ],
  ]
  /// Face and point of the coordinates taken out.
  private static let missing: Set<[Int]> = [[1, 3], [2, 10], [2, 11], [2, 12], [2, 13], [2, 14]]

  private static func points(_ values: [Double]) -> [Point] {
    (0..<15).map { Point(x: values[2 * $0], y: values[2 * $0 + 1]) }
  }

  /// Expected: NumPy, with the formulas of the doc comment.
  @Test func figures() {
    var errors = ErrorStatistics(scheme: .kaggle15)
    for face in 0..<3 {
      let truth = Self.points(Self.truth[face]).enumerated().map { Self.missing.contains([face, $0]) ? nil : $1 }
      errors.add(predicted: Self.points(Self.predicted[face]), truth: truth)
    }
    let expected = [0.07507161359753094, 0.11787107593845374, 0.06105094081048188]
    #expect(zip(errors.faceErrors, expected).allSatisfy { abs($0 - $1) < 1e-9 } && errors.faceErrors.count == 3)
    #expect(abs(errors.rmse - 2.141171498179299) < 1e-9)
    #expect(abs(errors.nme - 0.08466454344882218) < 1e-9)
    #expect(abs(errors.failureRate - 1.0 / 3) < 1e-9)
    #expect(abs(errors.auc - 0.21266666666666662) < 1e-9)
    let nose = errors.points[10]
    #expect(nose.name == "nose_tip" && nose.count == 2)
    #expect(abs(nose.rmse - 3.8774991940682604) < 1e-9)
    #expect(abs((nose.nme ?? 0) - 0.1922050975404873) < 1e-9)
  }

  /// A face without an eye centre counts in the RMSE and not in the NME.
  @Test func facesWithoutEyes() {
    var errors = ErrorStatistics(scheme: .kaggle15)
    var truth: [Point?] = Array(repeating: nil, count: 15)
    truth[10] = Point(x: 40, y: 50)
    errors.add(predicted: Array(repeating: Point(x: 43, y: 54), count: 15), truth: truth)
    #expect(errors.faceErrors.isEmpty && errors.points[10].nme == nil)
    #expect(abs(errors.rmse - 12.5.squareRoot()) < 1e-12)
  }
}
