import NeuralNetwork

/// Turns the face about the centre of the crop by an angle that is uniform up to the strength, in degrees, either way.
package struct Rotation: Augmentation {
  package static let name = "rotation"
  package static let summary = "turns the face about the centre of the crop; strength = largest angle in degrees"
  package static let kind = AugmentationKind.geometric
  package static let strengths: ClosedRange<Float> = 0...180

  package var probability: Float = 0.8
  package var strength: Float = 20

  package init() {}
  init(strength: Float) { (probability, self.strength) = (1, strength) }

  package func draw(_ crop: inout CropSample, random: inout RandomGenerator) {
    let degrees = random.uniform(-strength...strength)
    crop.change(radians: Double(degrees) * Double.pi / 180)
  }
}
