import Facemarks
import Imaging
import Testing

@Suite struct DetectionScaleTests {
  @Test(
    arguments: [
      (512, 512, nil, 1.0), (4096, 3000, nil, 0.25), (3000, 4096, nil, 0.25), (4000, 3000, 60.0, 0.4),
      (4000, 3000, 100.0, 0.256), (4000, 3000, 500.0, 0.0552), (512, 512, 48.0, 0.575), (4000, 3000, 10.0, 1.0),
      (1, 1, 1.0, 1.0),
    ] as [(Int, Int, Double?, Double)])
  func factor(width: Int, height: Int, minSize: Double?, expected: Double) {
    let factor = DetectionScale.factor(
      width: width, height: height, longestSide: 1024, minSize: minSize, smallest: 24)
    #expect(abs(factor - expected) < 1e-12)
  }

  @Test func boxesComeBack() {
    #expect(
      DetectionScale.enlarged(Box(x: 10, y: 20, width: 30, height: 40), x: 0.5, y: 0.25)
        == Box(x: 20, y: 80, width: 60, height: 160))
  }
}
