import NeuralNetwork

/// Moves the crop along each axis by a distance that is uniform up to the strength, in crop pixels. Landmarks that leave
/// the crop are dropped: they would have to be guessed.
package struct Shift: Augmentation {
  package static let name = "shift"
  package static let summary =
    "moves the crop, drops points that leave it; strength = largest distance, pixels per axis"
  package static let kind = AugmentationKind.geometric
  package static let strengths: ClosedRange<Float> = 0...24

  package var probability: Float = 1
  package var strength: Float = 4

  package init() {}

  package func draw(_ crop: inout CropSample, random: inout RandomGenerator) {
    let right = random.uniform(-strength...strength)
    let down = random.uniform(-strength...strength)
    crop.change(right: Double(right), down: Double(down))
    crop.dropsOutside = true
  }
}
