import Glibc

/// How sure it is that a track shows a face, from how far its landmarks wander with the crop.
///
/// Measured on 1,676 faces of the validation split and 2,696 crops without a face, of which 410 are false alarms of a Haar
/// cascade (`facemarks lab tracking --data DATA`): the area under the ROC curve is 0.9997 for both directions together, 0.999 for one.
/// A logistic curve over the logarithm of the wander, fitted to them with equal weight for both kinds, has its half at 0.055
/// and the steepness 11 for both directions, 0.052 and 9 for one.
package struct TrackConfidence: Sendable, Hashable {
  /// The wander that a face and anything else have equally often.
  package static let half = 0.053
  package static let steepness = 9.0

  /// Below this a new face is taken at once: 8.1 % of the faces lie above it, 0.5 % of the cascade's false alarms below.
  package static let certain = 0.03
  /// A new face that stays above this is none: 1.2 % of the faces lie above, 2 % of the false alarms below.
  package static let new = 0.05
  /// As `new` for a network that predicts confidences. `facemarks lab recall` tells what is lost: 0.1 % of the faces lie
  /// between the two.
  package static let newJudged = 0.04
  /// A face that is followed is given up above this: 0.06 % of the faces lie above.
  package static let kept = 0.07

  /// The logarithm of the wander, averaged over the checks with falling weights.
  private var level: Double
  /// How many checks it has seen.
  package private(set) var count = 1

  /// Points that do not move at all are taken for this.
  private static let least = 1e-3

  package init(wander: Double) { level = log(max(wander, Self.least)) }

  package mutating func add(wander: Double) {
    count += 1
    level += max(0.4, 1 / Double(count)) * (log(max(wander, Self.least)) - level)
  }

  package var wander: Double { exp(level) }

  /// The wander that counts like what a network that predicts confidences says: 0.9 is certain, 0.79 is enough for a new face,
  /// 0.4 for one that is followed.
  package static func wander(judged confidence: Double) -> Double {
    certain * pow(odds(judgedCertain) / max(odds(confidence), .leastNormalMagnitude), judgedExponent)
  }

  /// As `wander(judged:)`, for what `FaceCalibration` says, whose probabilities are lower: those from which on a photo's faces are
  /// given count the same.
  package static func wander(calibrated confidence: Double) -> Double {
    let ratio = odds(FacePipeline.judgedConfidence) / odds(FacePipeline.standardConfidence)
    let odds = ratio * odds(confidence)
    return wander(judged: odds / (1 + odds))
  }

  /// As `wander(judged:)`, the other way round: the mean of what the network said.
  package var judgedConfidence: Double {
    let odds = Self.odds(Self.judgedCertain) * pow(Self.certain / wander, 1 / Self.judgedExponent)
    return odds / (1 + odds)
  }

  private static let judgedCertain = 0.9
  private static let judgedExponent = 0.326
  private static func odds(_ probability: Double) -> Double { probability / max(1 - probability, 1e-6) }

  /// 0...1: how likely a crop with this wander shows a face, were half of all crops faces.
  package var confidence: Double { 1 / (1 + exp(Self.steepness * (level - log(Self.half)))) }
}
