import Imaging

/// Predicts the landmarks of faces given as crops of a picture. `LandmarkModel` is the one that matters; tests bring others.
package protocol CropPredictor: AnyObject {
  var scheme: LandmarkScheme { get }
  /// Whether its predictions have an `uncertainty`.
  var predictsConfidence: Bool { get }
  /// The refined crop that it was trained for, cut around the points predicted before and turned with the head. Nil when it was
  /// not.
  var refinedCrop: RefinedCrop? { get }

  /// One result per crop map.
  /// - Throws: `ModelError` when the points are not finite.
  func predict(_ picture: GrayImage, maps: [Affine]) throws -> [LandmarkPrediction]
}

extension CropPredictor {
  package var predictsConfidence: Bool { false }
  package var refinedCrop: RefinedCrop? { nil }
}

extension LandmarkModel: CropPredictor {}
