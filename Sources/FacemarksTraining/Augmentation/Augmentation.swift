import Facemarks
import Imaging
import NeuralNetwork

/// One random change of a training crop.
///
/// A geometric augmentation edits where the crop is cut (`draw`): `CropSample.change` with an affine map, or `bend` with a
/// `CropWarp`. The landmarks follow through the inverse. A pixel augmentation edits the gray values after cutting (`filter`)
/// and leaves the landmarks where they are. Whether a change happens at all is decided by the caller with `probability`; `draw`
/// and `filter` always change something, though perhaps very little. All randomness comes from `random`: the same generator
/// state gives the same change.
///
/// A new augmentation is one file in this folder and one line in `Augmentations.all`; the tests take it from there.
package protocol Augmentation: Sendable {
  /// Lower case, words joined by "-".
  static var name: String { get }
  /// One line for `--help`: what it does and what the strength means.
  static var summary: String { get }
  static var kind: AugmentationKind { get }
  /// The strengths that make sense.
  static var strengths: ClosedRange<Float> { get }

  /// With the defaults of the recipe.
  init()

  /// The probability that it is applied, 0...1.
  var probability: Float { get set }
  /// The size of the change, in the unit that the summary names.
  var strength: Float { get set }

  /// Edits where the crop is cut. Does nothing unless the kind is `geometric`.
  func draw(_ crop: inout CropSample, random: inout RandomGenerator)
  /// Edits `side * side` gray values 0...255 (they must stay in that range), row by row. Does nothing unless the kind is
  /// `pixels`.
  func filter(_ pixels: UnsafeMutableBufferPointer<Float>, side: Int, random: inout RandomGenerator)
}

package enum AugmentationKind: Sendable, Hashable {
  case geometric, pixels
}

extension Augmentation {
  package func draw(_ crop: inout CropSample, random: inout RandomGenerator) {}
  package func filter(_ pixels: UnsafeMutableBufferPointer<Float>, side: Int, random: inout RandomGenerator) {}
}

extension Array where Element == any Augmentation {
  /// Lets every geometric augmentation, in order, edit the crop with its probability.
  package func draw(_ crop: inout CropSample, random: inout RandomGenerator) {
    for augmentation in self where type(of: augmentation).kind == .geometric {
      if random.chance(augmentation.probability) { augmentation.draw(&crop, random: &random) }
    }
  }

  /// Lets every pixel augmentation, in order, edit the gray values with its probability.
  package func filter(_ pixels: UnsafeMutableBufferPointer<Float>, side: Int, random: inout RandomGenerator) {
    for augmentation in self where type(of: augmentation).kind == .pixels {
      if random.chance(augmentation.probability) { augmentation.filter(pixels, side: side, random: &random) }
    }
  }
}
