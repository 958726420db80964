import Imaging
import NeuralNetwork

/// Shows the mirror image: left landmarks become right ones. The strength has no meaning.
package struct Mirror: Augmentation {
  package static let name = "mirror"
  package static let summary = "shows the mirror image; left and right landmarks change places"
  package static let kind = AugmentationKind.geometric
  package static let strengths: ClosedRange<Float> = 1...1

  package var probability: Float = 0.5
  package var strength: Float = 1

  package init() {}

  package func draw(_ crop: inout CropSample, random: inout RandomGenerator) {
    crop.change(Affine(a: -1, b: 0, c: 0, d: 1, tx: 2 * CropSample.center, ty: 0))
    crop.mirrored.toggle()
  }
}
