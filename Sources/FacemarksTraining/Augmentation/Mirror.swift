import Imaging
import NeuralNetwork

/// Shows the mirror image: left landmarks become right ones. The strength has no meaning.
public struct Mirror: Augmentation {
  public static let name = "mirror"
  public static let summary = "shows the mirror image; left and right landmarks change places"
  public static let kind = AugmentationKind.geometric
  public static let strengths: ClosedRange<Float> = 1...1

  public var probability: Float = 0.5
  public var strength: Float = 1

  public init() {}

  public func draw(_ crop: inout CropDraw, random: inout RandomGenerator) {
    crop.change(Affine(a: -1, b: 0, c: 0, d: 1, tx: 2 * CropDraw.center, ty: 0))
    crop.mirrored.toggle()
  }
}
