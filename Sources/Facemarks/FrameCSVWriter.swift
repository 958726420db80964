/// `--csv` for videos: one row per face and frame; a frame without a face has one row whose `face_id` and all that
/// follows are empty. Time in seconds.
public struct FrameCSVWriter: FrameWriter {
  public static let name = "csv"
  public static let fileExtension = "csv"

  public init() {}

  public func header(scheme: LandmarkScheme) -> String {
    (["frame", "timestamp", "face_id"] + CSVWriter.faceColumns(scheme)).joined(separator: ",") + "\n"
  }

  public func lines(for result: FrameResult, scheme: LandmarkScheme) -> String {
    let place = [String(result.frame), DecimalText.text(result.seconds, places: 6) ?? ""]
    if result.faces.isEmpty {
      let empty = Array(repeating: "", count: 1 + CSVWriter.faceColumns(scheme).count)
      return (place + empty).joined(separator: ",") + "\n"
    }
    return result.faces.map { tracked in
      (place + [String(tracked.id)] + CSVWriter.faceFields(tracked.face)).joined(separator: ",") + "\n"
    }.joined()
  }
}
