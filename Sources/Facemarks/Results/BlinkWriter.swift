import Files

/// `--blinks`: a row per blink of an eye, in the order in which they end. Times in seconds.
package struct BlinkWriter: FrameWriter {
  package static let name = "blinks"
  package static let fileExtension = "csv"

  package init() {}

  package func header(scheme: LandmarkScheme, isHiding: Bool) -> String { "face_id,eye,start,peak,end,openness\n" }

  package func lines(for result: FrameResult, scheme: LandmarkScheme) -> String {
    result.blinks.map { event in
      let times = [event.blink.start, event.blink.peak, event.blink.end].map { NumberText.short($0, 6) ?? "" }
      let fields = ["\(event.face)", event.eye] + times + [NumberText.short(event.blink.openness, 3) ?? ""]
      return fields.joined(separator: ",") + "\n"
    }.joined()
  }
}
