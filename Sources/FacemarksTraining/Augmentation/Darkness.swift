import Glibc
import NeuralNetwork

/// Darkens the crop as a short exposure does: gray values are divided by a factor whose logarithm is uniform up to that of the
/// strength. The sensor's noise, with a standard deviation of up to 3, is not divided; the sums are rounded to whole numbers.
/// After the input's normalisation few gray levels and much noise are left.
package struct Darkness: Augmentation {
  package static let name = "darkness"
  package static let summary = "divides gray values, then adds a sensor's noise and rounds; strength = largest divisor"
  package static let kind = AugmentationKind.pixels
  package static let strengths: ClosedRange<Float> = 1...32

  package var probability: Float = 0.1
  package var strength: Float = 8

  package init() {}

  package func filter(_ pixels: UnsafeMutableBufferPointer<Float>, side: Int, random: inout RandomGenerator) {
    let divisor = exp(random.uniform(0...log(strength)))
    for index in pixels.indices { pixels[index] /= divisor }
    var noise = Noise()
    noise.strength = 3
    noise.filter(pixels, side: side, random: &random)
    for index in pixels.indices { pixels[index].round() }
  }
}
