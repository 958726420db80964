/// `--json` for videos: an object per frame and line (NDJSON), time in seconds. Where faces are hidden, each says whether it is,
/// and whether it was found in this frame. Blinks are events of the frame with which they ended.
package struct FrameJSONWriter: FrameWriter {
  package static let name = "json"
  package static let fileExtension = "ndjson"

  package init() {}

  package func header(scheme: LandmarkScheme, isHiding: Bool) -> String { "" }

  package func lines(for result: FrameResult, scheme: LandmarkScheme) -> String {
    let faces = objects(of: result, scheme: scheme).joined(separator: ",")
    return "{\"frame\":\(result.frame),\"time\":\(JSONText.number(result.seconds, places: 6)),"
      + "\"faces\":[\(faces)]\(events(of: result))}\n"
  }

  /// The member about what happened, with a comma before it; empty where nothing did.
  private func events(of result: FrameResult) -> String {
    guard !result.blinks.isEmpty else { return "" }
    let events = result.blinks.map { event in
      let times = [("start", event.blink.start), ("peak", event.blink.peak), ("end", event.blink.end)].map {
        ",\"\($0)\":\(JSONText.number($1, places: 6))"
      }
      return "{\"type\":\"blink\",\"id\":\(event.face),\"eye\":\"\(event.eye)\"\(times.joined()),"
        + "\"openness\":\(JSONText.number(event.blink.openness, places: 3))}"
    }
    return ",\"events\":[\(events.joined(separator: ","))]"
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
