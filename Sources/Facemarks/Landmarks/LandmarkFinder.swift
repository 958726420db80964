import Imaging

/// Finds the landmarks of faces given as crops of a picture. `LandmarkModel` is the one that matters; tests bring others.
package protocol LandmarkFinder: AnyObject {
  var scheme: LandmarkScheme { get }
  /// Whether it says how sure it is.
  var predictsConfidence: Bool { get }
  /// The side, as a share of a detector's box, of a crop cut around what it read before and turned with the head, where it
  /// reads better; nil when it does not.
  var refinedCropScale: Double? { get }

  /// One result per crop map.
  /// - Throws: `ModelError` when the points are not finite.
  func read(_ picture: GrayImage, maps: [Affine]) throws -> [LandmarkPrediction]
}

extension LandmarkFinder {
  package var predictsConfidence: Bool { false }
  package var refinedCropScale: Double? { nil }
}

extension LandmarkModel: LandmarkFinder {}
