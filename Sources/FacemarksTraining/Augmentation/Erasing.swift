import NeuralNetwork

/// Covers a rectangle with one random gray value, as a hand, hair or a cup does (Zhong et al., "Random erasing data
/// augmentation", 2020). Its sides are uniform up to the strength times the side of the crop. The landmarks under it stay.
package struct Erasing: Augmentation {
  package static let name = "erasing"
  package static let summary = "covers a rectangle with one gray; strength = its largest side as a part of the crop"
  package static let kind = AugmentationKind.pixels
  package static let strengths: ClosedRange<Float> = 0.02...1

  package var probability: Float = 0.15
  package var strength: Float = 0.3

  package init() {}

  package func filter(_ pixels: UnsafeMutableBufferPointer<Float>, side: Int, random: inout RandomGenerator) {
    let largest = max(1, strength * Float(side))
    let width = Int(random.uniform(1...largest).rounded())
    let height = Int(random.uniform(1...largest).rounded())
    let left = Int(random.uniform() * Float(side - width + 1))
    let top = Int(random.uniform() * Float(side - height + 1))
    let gray = random.uniform(0...255)
    for y in top..<top + height {
      for x in left..<left + width { pixels[y * side + x] = gray }
    }
  }
}
