/// A face that a detector found: its box in the picture given, and a score that only compares detections of the same detector
/// (higher is more likely a face; it has no fixed range).
package struct Detection: Hashable, Sendable {
  package var box: Box
  package var score: Double
  /// The tilt of the head in radians, positive when its left side (to the right in the picture) is lower.
  package var roll: Double

  package init(box: Box, score: Double, roll: Double = 0) {
    self.box = box
    self.score = score
    self.roll = roll
  }
}

/// Finds faces in gray pictures. Not Sendable: each thread uses its own.
package protocol FaceDetector: AnyObject {
  /// Its speed as a multiple of a Haar cascade's, about: the tracker's budget of searched pixels is multiplied by it.
  var speed: Double { get }
  /// The faces of a picture, best score first; empty when there are none.
  /// - Throws: `ImagingError` when the picture cannot be searched.
  func detect(in picture: GrayImage) throws -> [Detection]
  /// As `detect(in:)`, with a way to see more.
  /// - Parameter closer: gives the same picture larger, as it was before it was shrunk, for detectors that look closer at times.
  func detect(in picture: GrayImage, closer: () throws -> GrayImage) throws -> [Detection]
}

extension FaceDetector {
  package var speed: Double { 1 }
  package func detect(in picture: GrayImage, closer: () throws -> GrayImage) throws -> [Detection] {
    try detect(in: picture)
  }
}

/// Settings of a cascade's search.
package struct DetectorSettings: Hashable, Sendable {
  /// The factor between the sizes tried, above 1.
  package var scaleFactor: Double
  /// The number of overlapping hits that make a face, at least 0; a higher one gives fewer false positives.
  package var minNeighbors: Int
  /// The smallest face, in pixels of the picture given.
  package var minSize: Int
  /// The largest face in pixels of the picture given; nil for any.
  package var maxSize: Int?

  package init(scaleFactor: Double = 1.1, minNeighbors: Int = 3, minSize: Int = 30, maxSize: Int? = nil) {
    self.scaleFactor = scaleFactor
    self.minNeighbors = minNeighbors
    self.minSize = minSize
    self.maxSize = maxSize
  }
}
