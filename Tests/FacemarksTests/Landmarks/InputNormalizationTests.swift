import Facemarks
import Testing

@Suite struct InputNormalizationTests {
  private func apply(_ normalization: InputNormalization, _ pixels: [Float]) -> [Float] {
    var pixels = pixels
    pixels.withUnsafeMutableBufferPointer { normalization.apply(to: $0) }
    return pixels
  }

  @Test func unit() {
    let expected: [Float] = [0, 0.2, 1]
    for (result, expected) in zip(apply(.unit, [0, 51, 255]), expected) { #expect(abs(result - expected) < 1e-6) }
  }

  @Test func standardized() {
    // NumPy: a = arange(9216) * 37 % 251; a.mean() = 124.97656, a.std() = 72.46123;
    // (a[0] - mean) / std = -1.7247370, (a[9215] - mean) / std = -0.3860901
    let pixels = (0..<9216).map { Float($0 * 37 % 251) }
    let statistics = pixels.withUnsafeBufferPointer { PixelStatistics($0) }
    #expect(abs(statistics.mean - 124.97656) < 1e-3)
    #expect(abs(statistics.deviation - 72.46123) < 1e-3)
    let result = apply(.standardized, pixels)
    #expect(abs(result[0] - -1.7247370) < 1e-4)
    #expect(abs(result[9215] - -0.3860901) < 1e-4)
  }

  /// A plain surface is divided by 4, not by its tiny deviation, in buffers of any length.
  @Test func plainSurfacesStayPlain() {
    // NumPy: b = full(9216, 100.); b[:10] = 110; (110 - b.mean()) / 4 = 2.4972873, (100 - b.mean()) / 4 = -0.0027127
    let result = apply(.standardized, (0..<9216).map { $0 < 10 ? 110 : 100 })
    #expect(abs(result[0] - 2.4972873) < 1e-4)
    #expect(abs(result[9000] - -0.0027127) < 1e-4)
    #expect(apply(.standardized, [5, 5, 5]) == [0, 0, 0])
    #expect(apply(.standardized, []).isEmpty)
  }
}
