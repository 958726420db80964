import Files
import Glibc

/// `--csv` with `--csv-format openface`: the columns of OpenFace 2.2 that there are numbers for, a row per face. Photos have their
/// file's name before them; a photo without a face has no row.
package struct OpenFaceWriter: ResultWriter {
  package static let name = "openface"
  package static let option = CSVWriter.name
  package static let target = ResultTarget.file

  package init() {}

  package func documents(for photos: [PhotoResult], scheme: LandmarkScheme) -> [ResultDocument] {
    var lines = [(["file", "face", "confidence"] + OpenFaceColumns.names).joined(separator: ",")]
    for photo in photos {
      for (index, face) in photo.faces.enumerated() {
        let fields = [
          CSVWriter.field(PathText.unicode(photo.file)), "\(index)", OpenFaceColumns.number(face.confidence, 3),
        ]
        lines.append((fields + OpenFaceColumns.fields(of: face, scheme)).joined(separator: ","))
      }
    }
    return [ResultDocument(path: "", text: lines.map { $0 + "\n" }.joined())]
  }
}

/// As `OpenFaceWriter`, for videos: a row per face and frame, a row with `success` 0 for a frame without a face. Frames count from 1.
package struct FrameOpenFaceWriter: FrameWriter {
  package static let name = "openface"
  package static let option = CSVWriter.name
  package static let fileExtension = "csv"

  package init() {}

  package func header(scheme: LandmarkScheme, isHiding: Bool) -> String {
    (["frame", "face_id", "timestamp", "confidence", "success"] + OpenFaceColumns.names).joined(separator: ",") + "\n"
  }

  package func lines(for result: FrameResult, scheme: LandmarkScheme) -> String {
    let (frame, time) = ("\(result.frame + 1)", OpenFaceColumns.number(result.seconds, 3))
    guard !result.faces.isEmpty else {
      let nothing = [String](repeating: "0", count: OpenFaceColumns.names.count)
      return ([frame, "0", time, "0", "0"] + nothing).joined(separator: ",") + "\n"
    }
    return result.faces.map { tracked in
      let fields = [frame, "\(tracked.id)", time, OpenFaceColumns.number(tracked.face.confidence, 3), "1"]
      return (fields + OpenFaceColumns.fields(of: tracked.face, scheme)).joined(separator: ",") + "\n"
    }.joined()
  }
}

/// The head's place in millimetres, its turn in radians, and the 68 points in pixels. The turns are those of OpenFace, about the axes of
/// the camera (x right, y down, z away from it) with R = Rx Ry Rz, of a head that is not turned where it looks into the camera.
private enum OpenFaceColumns {
  static let names =
    ["Tx", "Ty", "Tz", "Rx", "Ry", "Rz"].map { "pose_" + $0 } + (0..<68).map { "x_\($0)" } + (0..<68).map { "y_\($0)" }

  static func fields(of face: Face, _ scheme: LandmarkScheme) -> [String] {
    guard let pose = face.pose, let first = scheme.firstOfIBUG else { return names.map { _ in "0" } }
    // Their head has its y axis down and its z axis into the face.
    let r = pose.rotation.enumerated().map { $0 % 3 == 0 ? $1 : -$1 }
    let turns = [atan2(-r[5], r[8]), asin(min(max(r[2], -1), 1)), atan2(-r[1], r[0])]
    let points = face.landmarks[first..<first + 68]
    return pose.translation.map { number(1000 * $0, 1) } + turns.map { number($0, 3) } + points.map { number($0.x, 1) }
      + points.map { number($0.y, 1) }
  }

  static func number(_ value: Double, _ places: Int) -> String { NumberText.short(value, places) ?? "0" }
}
