import Facemarks
import Glibc
import Imaging
import Testing

@Suite struct TrackConfidenceTests {
  @Test func confidenceFallsWithTheSensitivity() {
    let values = [0, 0.01, TrackConfidence.certain, TrackConfidence.half, TrackConfidence.kept, 0.2, 100]
      .map { TrackConfidence(sensitivity: $0).confidence }
    #expect(values == values.sorted(by: >))
    #expect(values.allSatisfy { (0...1).contains($0) })
    #expect(abs(TrackConfidence(sensitivity: TrackConfidence.half).confidence - 0.5) < 1e-9)
  }

  /// The geometric mean of two; later ones count 0.4: exp(0.6 ln 0.04 + 0.4 ln 0.01) = 0.0229740.
  @Test func checksAreAveraged() {
    var evidence = TrackConfidence(sensitivity: 0.02)
    evidence.add(sensitivity: 0.08)
    #expect(abs(evidence.sensitivity - 0.04) < 1e-12)
    evidence.add(sensitivity: 0.01)
    #expect(abs(evidence.sensitivity - 0.0229740) < 1e-6)
    #expect(evidence.count == 3)
  }
}
