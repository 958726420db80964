import Glibc
import NeuralNetwork

/// Scales the face by a factor whose logarithm is uniform, up to 1 + strength either way.
package struct Scale: Augmentation {
  package static let name = "scale"
  package static let summary = "makes the face larger or smaller; strength = largest change, 0.06 = 6 %"
  package static let kind = AugmentationKind.geometric
  package static let strengths: ClosedRange<Float> = 0...0.5

  package var probability: Float = 1
  package var strength: Float = 0.06

  package init() {}

  package func draw(_ crop: inout CropSample, random: inout RandomGenerator) {
    let largest = log(1 + strength)
    crop.change(scale: Double(exp(random.uniform(-largest...largest))))
  }
}
