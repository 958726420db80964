import Glibc
import NeuralNetwork

/// Bends the gray scale, 255 (p / 255)^g, where the logarithm of g is uniform and g in 1 / strength...strength.
package struct Gamma: Augmentation {
  package static let name = "gamma"
  package static let summary = "bends the gray scale, 255 (p / 255)^g; strength = largest g, its inverse the smallest"
  package static let kind = AugmentationKind.pixels
  package static let strengths: ClosedRange<Float> = 1...4

  package var probability: Float = 0.3
  package var strength: Float = 1.65

  package init() {}

  package func filter(_ pixels: UnsafeMutableBufferPointer<Float>, side: Int, random: inout RandomGenerator) {
    let exponent = exp(random.uniform(-log(strength)...log(strength)))
    withUnsafeTemporaryAllocation(of: Float.self, capacity: 257) { table in
      for gray in 0...256 { table[gray] = 255 * pow(Float(min(gray, 255)) / 255, exponent) }
      for index in pixels.indices {
        let gray = min(max(pixels[index], 0), 255)
        let whole = Int(gray)
        pixels[index] = table[whole] + (table[whole + 1] - table[whole]) * (gray - Float(whole))
      }
    }
  }
}
