import NeuralNetwork

/// Bends the crop with a smooth random field (Simard, Steinkraus and Platt, 2003), as faces and lenses are not rigid.
public struct Elastic: Augmentation {
  public static let name = "elastic"
  public static let summary = "bends the face smoothly; strength = how far points move along each axis, pixels (rms)"
  public static let kind = AugmentationKind.geometric
  public static let strengths: ClosedRange<Float> = 0...4

  public var probability: Float = 0.5
  public var strength: Float = 2

  public init() {}

  public func draw(_ crop: inout CropDraw, random: inout RandomGenerator) {
    crop.bend(DisplacementField(strength: strength, random: &random))
  }
}
