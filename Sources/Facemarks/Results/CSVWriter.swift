import Files

/// `--csv`: one row per face; a photo without a face has one row whose `face` and all that follows are empty. The landmarks'
/// confidences are empty where the network does not say. Where faces are hidden, doubtful places have rows behind the faces, and two
/// columns more say whether each is hidden and whether it is doubtful.
package struct CSVWriter: ResultWriter {
  package static let name = "csv"
  package static let target = ResultTarget.file

  package init() {}

  package func documents(for photos: [PhotoResult], scheme: LandmarkScheme) -> [ResultDocument] {
    let isHiding = photos.contains { $0.hiding != nil }
    let header = ["file", "face"] + Self.faceColumns(scheme) + (isHiding ? ["hidden", "doubtful"] : [])
    var rows = [header]
    for photo in photos {
      let file = PathText.unicode(photo.file)
      let faces = Self.rows(of: photo)
      if faces.isEmpty { rows.append([file] + Array(repeating: "", count: header.count - 1)) }
      rows += faces.map { [file] + $0 }
    }
    let text = rows.map { $0.map(Self.field).joined(separator: ",") + "\n" }.joined()
    return [ResultDocument(path: "", text: text)]
  }

  /// The number, box and landmarks of every face, and where faces are hidden the columns about that.
  private static func rows(of photo: PhotoResult) -> [[String]] {
    guard let records = photo.hiding else {
      return photo.faces.enumerated().map { [String($0.offset + 1)] + faceFields($0.element) }
    }
    return records.map { record in
      var fields = [String(record.number)] + faceFields(record.face)
      fields += [record.isHidden, record.isDoubtful].map { String($0) }
      return fields
    }
  }

  /// The names of the columns that say where a face is.
  static func faceColumns(_ scheme: LandmarkScheme) -> [String] {
    ["box_x", "box_y", "box_w", "box_h", "confidence"] + scheme.landmarks.flatMap { [$0 + "_x", $0 + "_y"] }
      + scheme.landmarks.map { $0 + "_confidence" } + readingColumns
  }

  private static let readingColumns =
    ["yaw", "pitch", "roll", "x", "y", "z"].map { "pose_" + $0 }
    + ["left", "right"].flatMap { side in ["openness", "closed", "gaze_x", "gaze_y"].map { "\(side)_eye_\($0)" } }
    + ["openness", "width", "smile"].map { "mouth_" + $0 }

  /// The fields of `readingColumns`, empty where nothing is known.
  private static func readings(of face: Face) -> [String] {
    let pose = face.pose.map { pose in
      [pose.yaw, pose.pitch, pose.roll].map { NumberText.short($0, 1) ?? "" }
        + pose.translation.map { NumberText.short($0, 4) ?? "" }
    }
    let eyes = [face.leftEye, face.rightEye].flatMap { eye in
      guard let eye else { return [String](repeating: "", count: 4) }
      return [
        share(eye.openness), String(eye.isClosed), eye.gaze.map { share($0.x) } ?? "",
        eye.gaze.map { share($0.y) } ?? "",
      ]
    }
    let mouth = face.mouth.map { [$0.openness, $0.width, $0.smile].map(share) }
    return (pose ?? Array(repeating: "", count: 6)) + eyes + (mouth ?? Array(repeating: "", count: 3))
  }

  /// The fields of those columns.
  static func faceFields(_ face: Face) -> [String] {
    let box = [face.box.x, face.box.y, face.box.width, face.box.height].map(pixels)
    let confidences = face.landmarkConfidences?.map(share) ?? face.landmarks.map { _ in "" }
    return box + [share(face.confidence)] + face.landmarks.flatMap { [pixels($0.x), pixels($0.y)] } + confidences
      + readings(of: face)
  }

  /// A field, quoted as RFC 4180 wants it where it needs to be.
  package static func field(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: { $0 == "," || $0 == "\"" || $0 == "\n" || $0 == "\r" }) else {
      return text
    }
    var quoted = "\""
    for scalar in text.unicodeScalars {
      if scalar == "\"" { quoted += "\"" }
      quoted.unicodeScalars.append(scalar)
    }
    return quoted + "\""
  }

  private static func pixels(_ value: Double) -> String { NumberText.short(value, 2) ?? "" }

  private static func share(_ value: Double) -> String { NumberText.short(value, 3) ?? "" }
}
