import Imaging

/// Predicts the landmarks of faces given as crops of a picture. `LandmarkModel` is the one that matters; tests bring others.
package protocol CropPredictor: AnyObject {
  var scheme: LandmarkScheme { get }
  /// Whether it says how sure it is.
  var predictsConfidence: Bool { get }
  /// The side, as a share of a detector's box, of a crop cut around what it read before and turned with the head, where it
  /// reads better; nil when it does not.
  var refinedCropScale: Double? { get }

  /// One result per crop map.
  /// - Throws: `ModelError` when the points are not finite.
  func predict(_ picture: GrayImage, maps: [Affine]) throws -> [LandmarkPrediction]
}

extension CropPredictor {
  package var predictsConfidence: Bool { false }
  package var refinedCropScale: Double? { nil }
}

extension LandmarkModel: CropPredictor {}
