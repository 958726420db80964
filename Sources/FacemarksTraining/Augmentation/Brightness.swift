import NeuralNetwork

/// Adds a number to all gray values that is uniform up to the strength, either way.
public struct Brightness: Augmentation {
  public static let name = "brightness"
  public static let summary = "makes the crop lighter or darker; strength = largest change of the gray values"
  public static let kind = AugmentationKind.pixels
  public static let strengths: ClosedRange<Float> = 0...255

  public var probability: Float = 0.5
  public var strength: Float = 30

  public init() {}

  public func filter(_ pixels: UnsafeMutableBufferPointer<Float>, side: Int, random: inout RandomGenerator) {
    pixels.scaleGray(by: 1, offset: random.uniform(-strength...strength))
  }
}
