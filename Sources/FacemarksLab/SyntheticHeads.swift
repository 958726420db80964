import Facemarks
import Files
import Imaging

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Pictures of synthetic heads with exact labels: a folder with pictures and `labels.*.jsonl`, a line for each.
package struct SyntheticHeads: Sendable {
  package struct Head: Decodable, Sendable {
    package struct Pose: Decodable, Sendable {
      package var yaw: Double
      package var pitch: Double
      package var roll: Double
      /// Focal length and where the camera's axis meets the picture, in pixels.
      package var f: Double
      package var cx: Double
      package var cy: Double
    }

    package var index: Int
    package var file: String
    package var pose: Pose
    package var kaggle15: [String: [Double]]
    package var ibug68: [[Double]]
    package var leftPupil: [Double]
    package var rightPupil: [Double]
    /// x, y, width and height of the square that a detector of frontal faces would find.
    package var haarBox: [Double]
    package var leftEyeOpenness: Double
    package var rightEyeOpenness: Double
    package var mouthOpenness: Double
    /// 0 where a point is visible.
    package var kaggle15Vis: [String: Int]

    /// Whether every list has as many numbers as it needs.
    fileprivate var isWhole: Bool {
      haarBox.count == 4 && ibug68.count == 68 && (ibug68 + [leftPupil, rightPupil]).allSatisfy { $0.count == 2 }
        && LandmarkScheme.kaggle15.landmarks.allSatisfy { kaggle15[$0]?.count == 2 }
    }
  }

  package let folder: String
  package let heads: [Head]

  /// - Throws: `FileError`, or `ImagingError` naming the file that is no such list.
  package init(folder: String) throws {
    self.folder = folder
    let names = try Files.entries(of: folder).map(\.name).filter {
      $0.hasPrefix("labels.") && $0.hasSuffix(".jsonl")
    }
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    var heads: [Head] = []
    for name in names {
      for line in try Files.read("\(folder)/\(name)").split(separator: UInt8(ascii: "\n")) {
        guard let head = try? decoder.decode(Head.self, from: Data(line)), head.isWhole else {
          throw ImagingError(
            file: "\(folder)/\(name)", message: "line \(heads.count + 1) is no label of a synthetic head")
        }
        heads.append(head)
      }
    }
    guard !heads.isEmpty else {
      throw ImagingError(file: folder, message: "has no labels.*.jsonl with synthetic heads")
    }
    self.heads = heads.sorted { $0.index < $1.index }
  }

  package func picture(_ head: Head) throws -> Image { try Image(contentsOf: "\(folder)/\(head.file)") }
}
