import NeuralNetwork

/// Turns the face about the centre of the crop by an angle that is uniform up to the strength, in degrees, either way.
public struct Rotation: Augmentation {
  public static let name = "rotation"
  public static let summary = "turns the face about the centre of the crop; strength = largest angle in degrees"
  public static let kind = AugmentationKind.geometric
  public static let strengths: ClosedRange<Float> = 0...180

  public var probability: Float = 0.8
  public var strength: Float = 20

  public init() {}
  init(strength: Float) { (probability, self.strength) = (1, strength) }

  public func draw(_ crop: inout CropDraw, random: inout RandomGenerator) {
    let degrees = random.uniform(-strength...strength)
    crop.change(radians: Double(degrees) * Double.pi / 180)
  }
}
