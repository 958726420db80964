/// `--json` for videos: an object per frame and line (NDJSON), time in seconds.
public struct FrameJSONWriter: FrameWriter {
  public static let name = "json"
  public static let fileExtension = "ndjson"

  public init() {}

  public func header(scheme: LandmarkScheme) -> String { "" }

  public func lines(for result: FrameResult, scheme: LandmarkScheme) -> String {
    let faces = result.faces.map { "{\"id\":\($0.id)," + JSONText.members(of: $0.face, scheme: scheme) + "}" }
    return "{\"frame\":\(result.frame),\"time\":\(JSONText.number(result.seconds, places: 6)),"
      + "\"faces\":[\(faces.joined(separator: ","))]}\n"
  }
}
