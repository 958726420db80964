import Glibc
import NeuralNetwork

/// Scales the face by a factor whose logarithm is uniform, up to 1 + strength either way.
public struct Scale: Augmentation {
  public static let name = "scale"
  public static let summary = "makes the face larger or smaller; strength = largest change, 0.06 = 6 %"
  public static let kind = AugmentationKind.geometric
  public static let strengths: ClosedRange<Float> = 0...0.5

  public var probability: Float = 1
  public var strength: Float = 0.06

  public init() {}

  public func draw(_ crop: inout CropDraw, random: inout RandomGenerator) {
    let largest = log(1 + strength)
    crop.change(scale: Double(exp(random.uniform(-largest...largest))))
  }
}
