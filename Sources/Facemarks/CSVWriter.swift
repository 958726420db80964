import Files

/// `--csv`: one row per face; a photo without a face has one row whose `face` and all that follows are empty. The landmarks'
/// confidences are empty where the network does not say.
public struct CSVWriter: ResultWriter {
  public static let name = "csv"
  public static let target = ResultTarget.file

  public init() {}

  public func documents(for photos: [PhotoResult], scheme: LandmarkScheme) -> [ResultDocument] {
    let header = ["file", "face"] + Self.faceColumns(scheme)
    var rows = [header]
    for photo in photos {
      let file = PathText.unicode(photo.file)
      if photo.faces.isEmpty { rows.append([file] + Array(repeating: "", count: header.count - 1)) }
      for (index, face) in photo.faces.enumerated() {
        rows.append([file, String(index + 1)] + Self.faceFields(face))
      }
    }
    let text = rows.map { $0.map(Self.field).joined(separator: ",") + "\n" }.joined()
    return [ResultDocument(path: "", text: text)]
  }

  /// The names of the columns that say where a face is.
  static func faceColumns(_ scheme: LandmarkScheme) -> [String] {
    ["box_x", "box_y", "box_w", "box_h", "confidence"] + scheme.landmarks.flatMap { [$0 + "_x", $0 + "_y"] }
      + scheme.landmarks.map { $0 + "_confidence" }
  }

  /// The fields of those columns.
  static func faceFields(_ face: Face) -> [String] {
    let box = [face.box.x, face.box.y, face.box.width, face.box.height].map(pixels)
    let confidences = face.landmarkConfidences?.map(share) ?? face.landmarks.map { _ in "" }
    return box + [share(face.confidence)] + face.landmarks.flatMap { [pixels($0.x), pixels($0.y)] } + confidences
  }

  /// A field, quoted as RFC 4180 wants it where it needs to be.
  public static func field(_ text: String) -> String {
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

  private static func pixels(_ value: Double) -> String { DecimalText.text(value, places: 2) ?? "" }

  private static func share(_ value: Double) -> String { DecimalText.text(value, places: 3) ?? "" }
}
