import Files

#if canImport(Glibc)
  import Glibc
#endif

/// The measured offsets of a cascade's boxes and its range of scores, by which the results of all cascades become comparable.
package struct CascadeProfile: Sendable, Hashable {
  /// From the cascade's boxes to those the network was trained with.
  package var correction: BoxCorrection
  /// The score that stands for a confidence of one half.
  package var scoreOfHalf: Double
  /// The difference in score from a confidence of 0.5 to 0.73.
  package var scoreSpread: Double

  package init(correction: BoxCorrection, scoreOfHalf: Double, scoreSpread: Double) {
    self.correction = correction
    self.scoreOfHalf = scoreOfHalf
    self.scoreSpread = scoreSpread
  }

  /// A number 0...1 from the cascade's score (the weight of its last stage): a logistic curve, so it grows with the
  /// score. It orders faces by how sure the detector is; it is not a probability.
  package func confidence(of score: Double) -> Double {
    score.isNaN ? 0 : 1 / (1 + exp(-(score - scoreOfHalf) / scoreSpread))
  }

  /// The cascade that the training crops follow.
  package static let frontalFace = CascadeProfile(
    correction: BoxCorrection(shiftX: 0, shiftY: 0, scale: 1.015), scoreOfHalf: 4.8, scoreSpread: 1.2)

  /// For detectors whose boxes need no correction and whose scores are already confidences, 0...1.
  package static let corrected = CascadeProfile(correction: .identity, scoreOfHalf: 0.5, scoreSpread: 0.1)

  /// The profile of a cascade file, by its name; `frontalFace` where it is not listed.
  package static func forCascade(_ path: String) -> CascadeProfile {
    measured[PathText.splitExtension(PathText.split(path).name).stem] ?? frontalFace
  }

  /// Corrections: mean ratios of the labelled boxes to those found, measured on 520 labelled crops with the
  /// default settings. Scores: half lies between the weakest tenth of 190 portraits and the strongest tenth of the hits on
  /// 2,696 crops without faces.
  /// The profile's correction: of those of 1,676 validation crops that it finds; its scores were not measured.
  private static let measured: [String: CascadeProfile] = [
    "haarcascade_profileface": CascadeProfile(
      correction: BoxCorrection(shiftX: -0.17, shiftY: 0.03, scale: 1.05), scoreOfHalf: 4.8, scoreSpread: 1.2),
    "haarcascade_frontalface_default": frontalFace,
    "haarcascade_frontalface_alt": CascadeProfile(
      correction: BoxCorrection(shiftX: 0, shiftY: 0, scale: 1.02), scoreOfHalf: 107.9, scoreSpread: 0.3),
    "haarcascade_frontalface_alt2": CascadeProfile(
      correction: BoxCorrection(shiftX: 0, shiftY: 0, scale: 1.03), scoreOfHalf: 55.9, scoreSpread: 0.3),
  ]
}
