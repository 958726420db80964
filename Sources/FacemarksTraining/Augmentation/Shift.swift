import NeuralNetwork

/// Moves the crop along each axis by a distance that is uniform up to the strength, in crop pixels. Landmarks that leave
/// the crop are dropped: they would have to be guessed.
public struct Shift: Augmentation {
  public static let name = "shift"
  public static let summary = "moves the crop, drops points that leave it; strength = largest distance, pixels per axis"
  public static let kind = AugmentationKind.geometric
  public static let strengths: ClosedRange<Float> = 0...24

  public var probability: Float = 1
  public var strength: Float = 4

  public init() {}

  public func draw(_ crop: inout CropDraw, random: inout RandomGenerator) {
    let right = random.uniform(-strength...strength)
    let down = random.uniform(-strength...strength)
    crop.change(right: Double(right), down: Double(down))
    crop.dropsOutside = true
  }
}
