import Facemarks
import Glibc
import NeuralNetwork

/// Moves and scales the crop at random as the boxes of a Haar face detector do around the faces (measured on 2,704
/// detections).
package struct DetectorJitter: Augmentation {
  package static let name = "detector-jitter"
  package static let summary = "moves and scales the crop as a face detector does; strength = times the measured spread"
  package static let kind = AugmentationKind.geometric
  package static let strengths: ClosedRange<Float> = 0...4

  package var probability: Float = 1
  package var strength: Float = 1.2

  package init() {}
  init(strength: Float) { self.strength = strength }

  /// Standard deviations of the centre (parts of the side) and of the logarithm of the side.
  private static let centerX: Float = 0.019
  private static let centerY: Float = 0.018
  private static let logSide: Float = 0.083

  package func draw(_ crop: inout CropSample, random: inout RandomGenerator) {
    let side = strength * Float(FaceCrop.side)
    let right = random.normal() * Self.centerX * side
    let down = random.normal() * Self.centerY * side
    let scale = exp(random.normal() * Self.logSide * strength)
    crop.change(scale: Double(scale), right: Double(right), down: Double(down))
  }
}
