import Files
import Imaging
import TestSupport
import Testing

extension ProgramTests {
  @Suite struct InspectCommandTests {
    /// Twenty faces; the pixels of row 3 again in row 8, the nose of row 12 moved by 20 px, two values of row 5 missing.
    private func table() -> [UInt8] {
      var copied = ""
      return FaceTable.bytes(rows: 20) { row, fields in
        if row == 2 { copied = fields[30] }
        if row == 7 { fields[30] = copied }
        if row == 11 { fields[20] = "\((Double(fields[20]) ?? 0) + 20)" }
        if row == 4 { (fields[0], fields[29]) = ("", "") }
      }
    }

    @Test func aSmallTable() throws {
      let folder = try TemporaryFolder()
      try folder.add("faces.csv", table())
      let run = try ProgramRun.facemarks(["inspect", "faces.csv", "-o", "look"], in: folder)
      #expect(run.status == 0 && run.errors.isEmpty, "\(run.errors)")
      for words in [
        "rows              20\n", "19 rows complete, 1 in part, 0 without", "1 group, 1 row too many (same pixels)",
        "rows 3 = 8\n", "labels to look at 1 row with a point", "row 12: nose_tip, ",
      ] {
        #expect(run.output.contains(words), "\(words) is not in\n\(run.output)")
      }
      #expect(
        try folder.files().filter { $0.hasPrefix("look/") } == [
          "look/columns.csv", "look/duplicates.png", "look/faces.png", "look/missing.png", "look/missing.svg",
          "look/outliers.csv", "look/outliers.png",
        ])
      let columns = String(decoding: try Files.read(folder.file("look/columns.csv")), as: UTF8.self)
      #expect(columns.contains("\nleft_eye_center,19,1,") && columns.contains("\nnose_tip,20,0,"))
      #expect(columns.contains("\nmouth_center_bottom_lip,19,1,"))
      let outliers = String(decoding: try Files.read(folder.file("look/outliers.csv")), as: UTF8.self)
      #expect(outliers.split(separator: "\n").dropFirst().first?.hasPrefix("12,row 12,nose_tip,") == true)
      #expect(outliers.split(separator: "\n").count == 21)
      for name in ["duplicates", "faces", "missing", "outliers"] {
        #expect(try Image(contentsOf: folder.file("look/\(name).png")).channels == 3)
      }

      let again = try ProgramRun.facemarks(["inspect", "faces.csv", "-o", "look"], in: folder)
      #expect(again.status == 1 && again.errors == "look/columns.csv exists already; --force replaces it\n")
      let forced = try ProgramRun.facemarks(["inspect", "faces.csv", "-o", "look", "--force"], in: folder)
      #expect(forced.status == 0)
    }

    @Test func aTableWithoutLabels() throws {
      let folder = try TemporaryFolder()
      let lines = String(decoding: FaceTable.bytes(rows: 3), as: UTF8.self).split(separator: "\n").dropFirst()
      let rows = lines.enumerated().map { "\($0.offset + 1),\($0.element.split(separator: ",")[30])" }
      try folder.add("test.csv", Array((["ImageId,Image"] + rows).joined(separator: "\n").utf8))
      let run = try ProgramRun.facemarks(["inspect", "test.csv", "-o", "look"], in: folder)
      #expect(run.status == 0 && run.output.contains("0 rows complete, 0 in part, 3 without"), "\(run.errors)")
      #expect(try folder.files() == ["look/columns.csv", "look/faces.png", "test.csv"])
    }

    @Test(arguments: [
      (["none"], 3, "none: cannot read: No such file or directory"), (["empty.csv"], 3, "empty.csv"),
      (["faces.csv", "-o", "faces.csv"], 1, "faces.csv"), (["faces.csv", "--threads", "0"], 2, "number of threads"),
      ([], 2, "Missing expected argument"),
    ])
    func badInput(arguments: [String], status: Int32, words: String) throws {
      let folder = try TemporaryFolder()
      try folder.add("empty.csv", [])
      try folder.add("faces.csv", FaceTable.bytes(rows: 2))
      let run = try ProgramRun.facemarks(["inspect"] + arguments, in: folder)
      #expect(run.status == status && run.errors.contains(words), "\(run.status) \(run.errors)")
      #expect(try folder.files() == ["empty.csv", "faces.csv"])
    }
  }
}
