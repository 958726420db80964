import Files

/// `--json`: every photo with its faces, one line per photo. Where faces are hidden, doubtful places follow the faces, and each
/// says its number and whether it is hidden.
package struct JSONWriter: ResultWriter {
  package static let name = "json"
  package static let target = ResultTarget.file

  package init() {}

  package func documents(for photos: [PhotoResult], scheme: LandmarkScheme) -> [ResultDocument] {
    let images = photos.map { "\n" + image($0, scheme: scheme) }.joined(separator: ",")
    let end = images.isEmpty ? "]}\n" : "\n]}\n"
    return [ResultDocument(path: "", text: "{\"version\":1,\"images\":[" + images + end)]
  }

  private func image(_ photo: PhotoResult, scheme: LandmarkScheme) -> String {
    let faces = objects(of: photo, scheme: scheme).joined(separator: ",")
    return "{\"file\":\(JSONText.string(PathText.unicode(photo.file))),\"width\":\(photo.width),"
      + "\"height\":\(photo.height),\"faces\":[\(faces)]}"
  }

  /// An object for every face and, where faces are hidden, for every doubtful place.
  private func objects(of photo: PhotoResult, scheme: LandmarkScheme) -> [String] {
    guard let records = photo.hiding else {
      return photo.faces.map { "{" + JSONText.members(of: $0, scheme: scheme) + "}" }
    }
    return records.map { "{\"number\":\($0.number)," + JSONText.members(of: $0, scheme: scheme) + "}" }
  }
}

/// The two kinds of JSON value that need care.
package enum JSONText {
  /// A quoted string. Quotes, backslashes and control characters are escaped; everything else is written as it is.
  package static func string(_ text: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": quoted += "\\\""
      case "\\": quoted += "\\\\"
      case "\n": quoted += "\\n"
      case "\r": quoted += "\\r"
      case "\t": quoted += "\\t"
      case "\u{0}"..."\u{1F}", "\u{7F}", "\u{2028}", "\u{2029}":
        let digits = String(scalar.value, radix: 16)
        quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "\""
  }

  /// A number rounded to `places` decimals; `null` when it is not finite, which JSON cannot say.
  package static func number(_ value: Double, places: Int) -> String {
    NumberText.short(value, places) ?? "null"
  }

  /// The members of a record's object: those of its face, and whether it is hidden and doubtful.
  static func members(of record: HidingRecord, scheme: LandmarkScheme) -> String {
    members(of: record.face, scheme: scheme) + ",\"hidden\":\(record.isHidden),\"doubtful\":\(record.isDoubtful)"
  }

  /// The members of a face's object, without its braces: box, confidence and landmarks.
  static func members(of face: Face, scheme: LandmarkScheme) -> String {
    func pixels(_ value: Double) -> String { number(value, places: 2) }
    let box = face.box
    let landmarks = zip(scheme.landmarks, face.landmarks).enumerated().map { index, landmark in
      let (name, point) = landmark
      let confidence = face.landmarkConfidences.map { ",\"confidence\":" + number($0[index], places: 3) } ?? ""
      return "{\"name\":\(string(name)),\"x\":\(pixels(point.x)),\"y\":\(pixels(point.y))\(confidence)}"
    }
    return "\"box\":{\"x\":\(pixels(box.x)),\"y\":\(pixels(box.y)),\"width\":\(pixels(box.width)),"
      + "\"height\":\(pixels(box.height))},\"confidence\":\(number(face.confidence, places: 3)),"
      + "\"landmarks\":[\(landmarks.joined(separator: ","))]" + readings(of: face)
  }

  /// The members about head pose, eyes and mouth, each with a comma before it; empty where nothing is known of them.
  private static func readings(of face: Face) -> String {
    func list(_ values: [Double], places: Int) -> String {
      "[" + values.map { number($0, places: places) }.joined(separator: ",") + "]"
    }
    func eye(_ name: String, _ state: EyeState?) -> String {
      guard let state else { return "" }
      let gaze = state.gaze.map { ",\"gaze_x\":\(number($0.x, places: 3)),\"gaze_y\":\(number($0.y, places: 3))" } ?? ""
      return ",\"\(name)\":{\"openness\":\(number(state.openness, places: 3)),\"closed\":\(state.isClosed),"
        + "\"lid_ratio\":\(number(state.lidRatio, places: 3))\(gaze)}"
    }
    let pose = face.pose.map {
      ",\"pose\":{\"yaw\":\(number($0.yaw, places: 1)),\"pitch\":\(number($0.pitch, places: 1)),"
        + "\"roll\":\(number($0.roll, places: 1)),\"rotation\":\(list($0.rotation, places: 5)),"
        + "\"translation\":\(list($0.translation, places: 4))}"
    }
    let mouth = face.mouth.map {
      ",\"mouth\":{\"openness\":\(number($0.openness, places: 3)),\"width\":\(number($0.width, places: 3)),"
        + "\"smile\":\(number($0.smile, places: 3))}"
    }
    return (pose ?? "") + eye("left_eye", face.leftEye) + eye("right_eye", face.rightEye) + (mouth ?? "")
  }
}
