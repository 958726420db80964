import Facemarks
import FacemarksTraining
import Imaging

/// The recall of the whole program against that of Haar cascades alone: on labelled faces, and on pictures without one. Only
/// the validation side of the data is used, where they have one, so that a network that predicts confidences is asked about
/// pictures that are new to it.
package struct RecallStudy: Sendable {
  /// A face counts as found when a box overlaps its own (intersection over union) by at least this.
  private static let overlap = 0.4

  package struct Row: Sendable, Hashable {
    /// Faces found.
    package var found = 0
    /// Faces found of those that any cascade finds.
    package var kept = 0
    /// Boxes on pictures without a face.
    package var falseBoxes = 0
  }

  package private(set) var faces: [GrayImage] = []
  package private(set) var others: [GrayImage] = []
  /// Whether any cascade at its most sensitive finds the face, in the order of `faces`.
  package private(set) var isFindable: [Bool] = []
  private let truth: Box

  package var findable: Int { isFindable.count { $0 } }

  /// - Parameters:
  ///   - dataset: with pictures without a face, see `LandmarkDataset.adding(nonfaces:)`.
  ///   - search: what cascades find; gives corrected boxes.
  package init(_ dataset: LandmarkDataset, search: any FaceDetector) throws {
    let hasSplit = dataset.samples.contains { $0.split != nil }
    for (index, sample) in dataset.samples.enumerated() where !hasSplit || sample.split == .validation {
      if sample.isFace { faces.append(dataset.grayPicture(index)) } else { others.append(dataset.grayPicture(index)) }
    }
    let side = Double(FaceCrop.side)
    truth = Box(x: Double(dataset.margin), y: Double(dataset.margin), width: side, height: side)
    isFindable = try faces.map { face in
      try hits(search.detect(in: face).map(\.box))
    }
  }

  /// - Parameter search: gives the boxes of faces in a picture.
  package func measure(_ search: (GrayImage) throws -> [Box]) rethrows -> Row {
    var row = Row()
    for (face, isFindable) in zip(faces, isFindable) where hits(try search(face)) {
      row.found += 1
      if isFindable { row.kept += 1 }
    }
    for picture in others { row.falseBoxes += try search(picture).count }
    return row
  }

  private func hits(_ boxes: [Box]) -> Bool { boxes.contains { $0.overlap(truth) >= Self.overlap } }
}
