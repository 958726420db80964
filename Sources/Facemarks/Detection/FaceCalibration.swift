import Glibc

/// The probability that a candidate is a face, from the detector's score and the mean confidence of the points that the
/// landmark network predicts in the detector's box: a logistic regression over two logits. Predictions in refined crops do not
/// count: there most things look a little like a face.
package struct FaceCalibration: Sendable, Hashable {
  package var bias: Double
  package var detector: Double
  package var points: Double

  package init(bias: Double, detector: Double, points: Double) {
    (self.bias, self.detector, self.points) = (bias, detector, points)
  }

  /// - Parameters:
  ///   - score: the detector's probability, 0...1.
  ///   - points: the mean confidence of the points that the landmark network reads in the box, 0...1.
  /// - Returns: a probability, 0...1.
  package func confidence(score: Double, points: Double) -> Double {
    1 / (1 + exp(-(bias + detector * Self.logit(score) + self.points * Self.logit(points))))
  }

  /// Clamped, so that the logit stays finite.
  package static func logit(_ probability: Double) -> Double {
    let p = min(max(probability, 0.001), 0.999)
    return log(p / (1 - p))
  }

  /// Of the built-in detector with `compact`, fitted to the 91,210 candidates that it has on the validation photos of scenes.csv and
  /// on the validation pictures without a face.
  package static let bundled = FaceCalibration(bias: -3.807, detector: 3.086, points: 0.527)
}
