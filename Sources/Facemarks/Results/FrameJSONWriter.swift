/// `--json` for videos: an object per frame and line (NDJSON), time in seconds. Where faces are hidden, each says whether it is,
/// and whether it was found in this frame.
package struct FrameJSONWriter: FrameWriter {
  package static let name = "json"
  package static let fileExtension = "ndjson"

  package init() {}

  package func header(scheme: LandmarkScheme, isHiding: Bool) -> String { "" }

  package func lines(for result: FrameResult, scheme: LandmarkScheme) -> String {
    let faces = objects(of: result, scheme: scheme).joined(separator: ",")
    return "{\"frame\":\(result.frame),\"time\":\(JSONText.number(result.seconds, places: 6)),"
      + "\"faces\":[\(faces)]}\n"
  }

  private func objects(of result: FrameResult, scheme: LandmarkScheme) -> [String] {
    guard let records = result.hiding else {
      return result.faces.map { "{\"id\":\($0.id)," + JSONText.members(of: $0.face, scheme: scheme) + "}" }
    }
    return records.map { record in
      let members = JSONText.members(of: record, scheme: scheme)
      return "{\"id\":\(record.number),\(members),\"found\":\(record.isFound)}"
    }
  }
}
