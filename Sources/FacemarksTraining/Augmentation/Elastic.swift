import NeuralNetwork

/// Bends the crop with a smooth random field (Simard, Steinkraus and Platt, 2003), as faces and lenses are not rigid.
package struct Elastic: Augmentation {
  package static let name = "elastic"
  package static let summary = "bends the face smoothly; strength = how far points move along each axis, pixels (rms)"
  package static let kind = AugmentationKind.geometric
  package static let strengths: ClosedRange<Float> = 0...4

  package var probability: Float = 0.5
  package var strength: Float = 2

  package init() {}

  package func draw(_ crop: inout CropSample, random: inout RandomGenerator) {
    crop.bend(DisplacementField(strength: strength, random: &random))
  }
}
