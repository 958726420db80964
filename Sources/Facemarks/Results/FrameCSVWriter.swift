import Files

/// `--csv` for videos: one row per face and frame; a frame without a face has one row whose `face_id` and all that
/// follows are empty. Time in seconds. Where faces are hidden, three columns more say whether each is hidden, whether it is
/// doubtful, and whether it was found in this frame.
package struct FrameCSVWriter: FrameWriter {
  package static let name = "csv"
  package static let fileExtension = "csv"

  package init() {}

  package func header(scheme: LandmarkScheme, isHiding: Bool) -> String {
    let columns = ["frame", "timestamp", "face_id"] + CSVWriter.faceColumns(scheme)
    return (columns + (isHiding ? Self.hidingColumns : [])).joined(separator: ",") + "\n"
  }

  private static let hidingColumns = ["hidden", "doubtful", "found"]

  package func lines(for result: FrameResult, scheme: LandmarkScheme) -> String {
    let place = [String(result.frame), NumberText.short(result.seconds, 6) ?? ""]
    var rows = Self.rows(of: result)
    if rows.isEmpty {
      let further = result.hiding == nil ? 0 : Self.hidingColumns.count
      rows = [Array(repeating: "", count: 1 + CSVWriter.faceColumns(scheme).count + further)]
    }
    return rows.map { (place + $0).joined(separator: ",") + "\n" }.joined()
  }

  private static func rows(of result: FrameResult) -> [[String]] {
    guard let records = result.hiding else {
      return result.faces.map { [String($0.id)] + CSVWriter.faceFields($0.face) }
    }
    return records.map { record in
      var fields = [String(record.number)] + CSVWriter.faceFields(record.face)
      fields += [record.isHidden, record.isDoubtful, record.isFound].map { String($0) }
      return fields
    }
  }
}
