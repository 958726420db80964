import Files
import Imaging
import TestSupport
import Testing

extension ProgramTests {
  @Suite struct AugmentCommandTests {
    private func text(_ folder: TemporaryFolder, _ name: String) throws -> String {
      String(decoding: try Files.read(folder.file(name)), as: UTF8.self)
    }

    @Test func tableAndSheet() throws {
      let folder = try TemporaryFolder()
      try folder.add("faces.csv", FaceTable.bytes(rows: 6) { row, fields in if row == 2 { fields[0] = "" } })
      let arguments = ["augment", "faces.csv", "--augment", "mirror@1,rotation:10", "--copies", "2", "--seed", "4"]
      let run = try ProgramRun.facemarks(arguments + ["-o", "more.csv", "--show", "sheet.png"], in: folder)
      #expect(run.status == 0 && run.errors.isEmpty, "\(run.errors)")
      #expect(
        run.output == "18 rows (6 faces, 12 copies) -> more.csv\nmirror:1.0@1.0,rotation:10.0@0.8 -> sheet.png\n")
      let lines = try text(folder, "more.csv").split(separator: "\n")
      #expect(lines.count == 19 && lines[0].hasSuffix("mouth_center_bottom_lip_y,Image,Group"))
      #expect(lines[3].hasPrefix(",,") && lines[3].hasSuffix(",2") && lines[15].hasSuffix(",2"))
      #expect(lines[9].split(separator: ",", omittingEmptySubsequences: false)[2...3] == ["", ""])
      let sheet = try Image(contentsOf: folder.file("sheet.png"))
      #expect(sheet.width > 8 * 192 && sheet.height > 6 * 192)

      let again = try ProgramRun.facemarks(arguments + ["-o", "again.csv", "--sample", "5"], in: folder)
      #expect(again.output.hasPrefix("5 rows ("))
      #expect(Set(try text(folder, "again.csv").split(separator: "\n")).isSubset(of: Set(lines)))
      // The result is data again, which trains and is measured.
      let measured = try ProgramRun.facemarks(["evaluate", "--data", "more.csv"], in: folder)
      #expect(measured.status == 0 && measured.output.contains("\nall "))
    }

    @Test(arguments: [
      (["faces.csv"], 2, "name the csv file to write with --output, or a picture with --show"),
      (["none.csv", "-o", "out.csv"], 3, "none.csv: cannot read: No such file or directory"),
      (["bad.csv", "-o", "out.csv"], 3, "bad.csv:3: left_eye_center_x is \"x\", not a finite number"),
      (["faces.csv", "-o", "out.csv", "--augment", "fog"], 2, "unknown augmentation \"fog\"; known: detector-jitter"),
      (["faces.csv", "-o", "out.csv", "--augment", "elastic:9"], 2, "\"elastic:9\" must be a number 0.0...4.0"),
      (["faces.csv", "-o", "out.csv", "--copies=-1"], 2, "--copies must be in 0...1000"),
      (["faces.csv", "-o", "out.csv", "--sample", "0"], 2, "--sample must be 1 or more"),
      (["faces.csv", "--show", "out.txt"], 2, "--show out.txt: use .png"),
      (["faces.csv", "-o", "no/out.csv"], 1, "no/out.csv: cannot write: No such file or directory"),
      (["faces.csv", "--show", "no/out.png"], 1, "no/out.png: cannot write: No such file or directory"),
    ])
    func badInput(arguments: [String], status: Int32, words: String) throws {
      let folder = try TemporaryFolder()
      try folder.add("faces.csv", FaceTable.bytes(rows: 2))
      try folder.add("bad.csv", FaceTable.bytes(rows: 2) { row, fields in if row == 1 { fields[0] = "x" } })
      let run = try ProgramRun.facemarks(["augment"] + arguments, in: folder)
      #expect(run.status == status && run.errors.contains(words), "\(run.errors)")
      #expect(run.output.isEmpty)
      #expect(try folder.files() == ["bad.csv", "faces.csv"])
    }
  }
}
