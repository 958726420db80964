import Facemarks
import FacemarksTraining
import Imaging

/// The confidences that a network gives to given boxes: on labelled faces in their boxes, by set and by pose, and on pictures
/// without a face in boxes all over them. Only the validation side of the data is used, where they have one.
package struct BoxConfidenceStudy {
  package struct Row: Sendable, Hashable {
    package var name: String
    /// The confidence of each box; 0 where it was dropped at the first prediction.
    package var confidences: [Double] = []

    package func count(from least: Double) -> Int { confidences.count { $0 >= least } }
  }

  /// The sets in alphabetical order, then the poses.
  package private(set) var faces: [Row] = []
  package private(set) var others = Row(name: "boxes without a face")

  /// Boxes all over a picture, by their sides in pixels of a picture of 144: as far apart as they are large, or closer.
  private static let sides = [96.0, 64, 40]

  private let box = FixedBoxDetector()
  private let pipeline: FacePipeline

  /// - Parameter dataset: perhaps with pictures without a face, see `LandmarkDataset.adding(nonfaces:)`.
  /// - Throws: `TrainingError` when the model does not predict confidences, `ModelError` when it is damaged.
  package init(_ dataset: LandmarkDataset, model: LandmarkModel) throws {
    guard model.predictsConfidence else {
      throw TrainingError("\(model.file): does not say how sure it is; train it with --nonfaces")
    }
    pipeline = FacePipeline(
      detector: box, model: model, profile: .corrected, settings: FacePipeline.Settings(minConfidence: 0))
    let hasSplit = dataset.samples.contains { $0.split != nil }
    var (sets, poses) = ([String: Row](), [Sample.Pose: Row]())
    for (index, sample) in dataset.samples.enumerated() where !hasSplit || sample.split == .validation {
      let picture = dataset.grayPicture(index)
      if sample.isFace {
        let (margin, side) = (Double(dataset.margin), Double(FaceCrop.side))
        let confidence = try confidence(of: Box(x: margin, y: margin, width: side, height: side), in: picture)
        sets[sample.set, default: Row(name: sample.set)].confidences.append(confidence)
        if let pose = sample.pose { poses[pose, default: Row(name: pose.rawValue)].confidences.append(confidence) }
      } else {
        for box in Self.boxes(of: picture) { others.confidences.append(try confidence(of: box, in: picture)) }
      }
    }
    faces = sets.keys.sorted().compactMap { sets[$0] } + Sample.Pose.allCases.compactMap { poses[$0] }
  }

  private func confidence(of given: Box, in picture: GrayImage) throws -> Double {
    box.box = given
    return try pipeline.faces(in: picture).map(\.confidence).max() ?? 0
  }

  static func boxes(of picture: GrayImage) -> [Box] {
    sides.flatMap { side -> [Box] in
      let count = Int((Double(picture.width) / side).rounded(.up))
      let step = (Double(picture.width) - side) / Double(max(count - 1, 1))
      return (0..<count * count).map {
        Box(x: step * Double($0 % count), y: step * Double($0 / count), width: side, height: side)
      }
    }
  }
}
