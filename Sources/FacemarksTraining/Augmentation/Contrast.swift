import Facemarks
import NeuralNetwork

/// Stretches the gray values about their mean by a factor that is uniform in 1 - strength...1 + strength.
public struct Contrast: Augmentation {
  public static let name = "contrast"
  public static let summary = "stretches the gray values about their mean; strength 0.3 = by a factor 0.7...1.3"
  public static let kind = AugmentationKind.pixels
  public static let strengths: ClosedRange<Float> = 0...1

  public var probability: Float = 0.5
  public var strength: Float = 0.3

  public init() {}

  public func filter(_ pixels: UnsafeMutableBufferPointer<Float>, side: Int, random: inout RandomGenerator) {
    let factor = random.uniform(1 - strength...1 + strength)
    let mean = PixelStatistics(UnsafeBufferPointer(pixels)).mean
    pixels.scaleGray(by: factor, offset: mean - factor * mean)
  }
}
