/// `--json` for videos: an object per frame and line (NDJSON), time in seconds. Where faces are hidden, each says whether it is,
/// and whether it was found in this frame.
public struct FrameJSONWriter: FrameWriter {
  public static let name = "json"
  public static let fileExtension = "ndjson"

  public init() {}

  public func header(scheme: LandmarkScheme, isHiding: Bool) -> String { "" }

  public func lines(for result: FrameResult, scheme: LandmarkScheme) -> String {
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
