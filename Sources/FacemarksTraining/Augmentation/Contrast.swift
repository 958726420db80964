import Facemarks
import NeuralNetwork

/// Stretches the gray values about their mean by a factor that is uniform in 1 - strength...1 + strength.
package struct Contrast: Augmentation {
  package static let name = "contrast"
  package static let summary = "stretches the gray values about their mean; strength 0.3 = by a factor 0.7...1.3"
  package static let kind = AugmentationKind.pixels
  package static let strengths: ClosedRange<Float> = 0...1

  package var probability: Float = 0.5
  package var strength: Float = 0.3

  package init() {}

  package func filter(_ pixels: UnsafeMutableBufferPointer<Float>, side: Int, random: inout RandomGenerator) {
    let factor = random.uniform(1 - strength...1 + strength)
    let mean = PixelStatistics(UnsafeBufferPointer(pixels)).mean
    pixels.scaleGray(by: factor, offset: mean - factor * mean)
  }
}
