import Facemarks
import Imaging
import NeuralNetwork

/// Looks at the crop from another side: each of its corners moves along both axes by a distance that is uniform up to a
/// part of its side, and this part is uniform in 0.01...strength.
package struct Perspective: Augmentation {
  package static let name = "perspective"
  package static let summary = "looks from another side; strength = how far the corners move, as a part of the side"
  package static let kind = AugmentationKind.geometric
  package static let strengths: ClosedRange<Float> = 0.01...0.2

  package var probability: Float = 0.5
  package var strength: Float = 0.1

  package init() {}

  package func draw(_ crop: inout CropSample, random: inout RandomGenerator) {
    let reach = random.uniform(Self.strengths.lowerBound...strength) * Float(FaceCrop.side)
    let (low, high) = (Float(-0.5), Float(FaceCrop.side) - 0.5)
    func moved(_ x: Float, _ y: Float) -> Point {
      let (right, down) = (random.uniform(-reach...reach), random.uniform(-reach...reach))
      return Point(x: Double(x + right), y: Double(y + down))
    }
    crop.bend(Homography(corners: (moved(low, low), moved(high, low), moved(high, high), moved(low, high))))
  }
}
