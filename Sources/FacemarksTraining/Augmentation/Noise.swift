import NeuralNetwork

/// Adds noise to every pixel, as a sensor does in poor light. Its standard deviation is uniform up to the strength.
///
/// The noise is the sum of four uniform numbers cut from one random word: close to normal, and quick.
package struct Noise: Augmentation {
  package static let name = "noise"
  package static let summary = "adds noise to every pixel; strength = largest standard deviation in gray values"
  package static let kind = AugmentationKind.pixels
  package static let strengths: ClosedRange<Float> = 0...100

  package var probability: Float = 0.3
  package var strength: Float = 8

  package init() {}

  package func filter(_ pixels: UnsafeMutableBufferPointer<Float>, side: Int, random: inout RandomGenerator) {
    let deviation = random.uniform(0...strength)
    // A sum of four uniform numbers 0..<65536 has the mean 2 * 65536 and the variance 4 * 65536^2 / 12.
    let factor = deviation / (65536 / Float(3).squareRoot())
    for index in pixels.indices {
      let word = random.next()
      let pairs = (word & 0x0000_FFFF_0000_FFFF) &+ ((word >> 16) & 0x0000_FFFF_0000_FFFF)
      let sum = Int32(truncatingIfNeeded: pairs & 0xFFFF_FFFF) &+ Int32(truncatingIfNeeded: pairs >> 32)
      pixels[index] = min(max(pixels[index] + Float(sum &- 131_070) * factor, 0), 255)
    }
  }
}
