import NeuralNetwork

/// Adds a number to all gray values that is uniform up to the strength, either way.
package struct Brightness: Augmentation {
  package static let name = "brightness"
  package static let summary = "makes the crop lighter or darker; strength = largest change of the gray values"
  package static let kind = AugmentationKind.pixels
  package static let strengths: ClosedRange<Float> = 0...255

  package var probability: Float = 0.5
  package var strength: Float = 30

  package init() {}

  package func filter(_ pixels: UnsafeMutableBufferPointer<Float>, side: Int, random: inout RandomGenerator) {
    pixels.scaleGray(by: 1, offset: random.uniform(-strength...strength))
  }
}
