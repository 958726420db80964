import FacemarksLab
import Testing

/// The fit and the ranges of confidences, on twelve candidates.
@Suite struct CalibrationStudyTests {
  private let study = CalibrationStudy(
    [
      (0.9, 0.8, true), (0.8, 0.6, true), (0.7, 0.9, false), (0.6, 0.3, false), (0.5, 0.7, true), (0.4, 0.2, false),
      (0.3, 0.5, true), (0.6, 0.4, true), (0.7, 0.2, false), (0.2, 0.9, false), (0.1, 0.6, false), (0.35, 0.65, false),
    ].map { CalibrationStudy.Candidate(score: $0.0, points: $0.1, isFace: $0.2) })

  /// By scipy.optimize.minimize (BFGS) of the same likelihood with a ridge of 0.0005.
  @Test func fit() {
    let fitted = study.fit()
    #expect(abs(fitted.bias + 0.49848766) < 1e-5)
    #expect(abs(fitted.detector - 0.85806385) < 1e-5)
    #expect(abs(fitted.points - 0.15209756) < 1e-5)
  }

  /// Probabilities by the same script: 0.205, 0.227 (a face), 0.258 and 0.282 are in the third range.
  @Test func reliability() {
    let bins = study.reliability(of: study.fit())
    #expect(bins.map(\.count) == [1, 0, 4, 0, 3, 1, 2, 0, 1, 0])
    #expect(abs(bins[2].confidence - 0.243) < 1e-3 && bins[2].faces == 0.25)
    #expect(bins[8].faces == 1)
  }
}
