import Glibc

/// The confidence that a track shows a face, by its crop sensitivity: the distance by which the landmarks follow a moved crop, as a
/// share of its side.
///
/// Measured on 1,676 faces of the validation split and 2,696 crops without a face, of which 410 are false alarms of a Haar
/// cascade (`facemarks lab tracking --data DATA`): the area under the ROC curve is 0.9997 for both directions together, 0.999 for one.
/// A logistic curve over the logarithm of the sensitivity, fitted to them with equal weight for both kinds, is 0.5 at 0.055
/// and has the steepness 11 for both directions, 0.052 and 9 for one.
package struct TrackConfidence: Sendable, Hashable {
  /// The sensitivity that faces and other things have equally often.
  package static let half = 0.053
  package static let steepness = 9.0

  /// Below this a new face is taken at once: 8.1 % of the faces lie above it, 0.5 % of the cascade's false alarms below.
  package static let certain = 0.03
  /// A new face that stays above this is none: 1.2 % of the faces lie above, 2 % of the false alarms below.
  package static let new = 0.05
  /// As `new` for a network that predicts confidences. By `facemarks lab recall` 0.1 % of the faces lie between the two.
  package static let newByConfidence = 0.04
  /// A face that is followed is given up above this: 0.06 % of the faces lie above.
  package static let kept = 0.07

  /// The logarithm of the sensitivity, averaged over the checks with falling weights.
  private var level: Double
  /// The number of checks so far.
  package private(set) var count = 1

  /// The sensitivity of points that do not move at all.
  private static let least = 1e-3

  package init(sensitivity: Double) { level = log(max(sensitivity, Self.least)) }

  package mutating func add(sensitivity: Double) {
    count += 1
    level += max(0.4, 1 / Double(count)) * (log(max(sensitivity, Self.least)) - level)
  }

  package var sensitivity: Double { exp(level) }

  /// The sensitivity that stands for a confidence predicted by the network: 0.9 is certain, 0.79 is enough for a new face, 0.4 for
  /// one that is followed.
  package static func sensitivity(forConfidence confidence: Double) -> Double {
    certain * pow(odds(certainConfidence) / max(odds(confidence), .leastNormalMagnitude), exponent)
  }

  /// As `sensitivity(forConfidence:)`, for a confidence of `FaceCalibration`. These are lower: the limits from which on faces of photos
  /// are given stand for the same sensitivity.
  package static func sensitivity(forCalibrated confidence: Double) -> Double {
    let ratio = odds(FacePipeline.uncalibratedConfidence) / odds(FacePipeline.standardConfidence)
    let odds = ratio * odds(confidence)
    return sensitivity(forConfidence: odds / (1 + odds))
  }

  /// The inverse of `sensitivity(forConfidence:)`: the mean of the confidences that the network predicted.
  package var networkConfidence: Double {
    let odds = Self.odds(Self.certainConfidence) * pow(Self.certain / sensitivity, 1 / Self.exponent)
    return odds / (1 + odds)
  }

  private static let certainConfidence = 0.9
  private static let exponent = 0.326
  private static func odds(_ probability: Double) -> Double { probability / max(1 - probability, 1e-6) }

  /// 0...1: how likely a crop with this sensitivity shows a face, were half of all crops faces.
  package var confidence: Double { 1 / (1 + exp(Self.steepness * (level - log(Self.half)))) }
}
