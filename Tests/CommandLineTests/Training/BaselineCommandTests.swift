import Files
import TestSupport
import Testing

extension ProgramTests {
  @Suite struct BaselineCommandTests {
    /// Every baseline is a model for the other commands, and gives there what it gave here.
    @Test(arguments: ["mean", "shape", "forest"])
    func baselineAndItsUse(name: String) throws {
      let folder = try TemporaryFolder()
      try folder.add("faces.csv", FaceTable.bytes(rows: 60))
      let run = try ProgramRun.facemarks(
        ["baseline", name, "--data", "faces.csv", "-o", "model.safetensors", "--validation-share", "0.2"], in: folder)
      #expect(run.status == 0 && run.errors.isEmpty, "\(run.errors)")
      let words = run.output.split(separator: " ")
      #expect(run.output.hasPrefix("\(name): RMSE ") && run.output.hasSuffix("48 -> model.safetensors\n"))
      let rmse = try #require(words.count > 2 ? Double(words[2]) : nil)
      // The faces move by up to 6 pixels along each axis: a uniform error of 3.46, and a little of the size.
      #expect(rmse > 2 && rmse < 6)
      let all = try ProgramRun.facemarks(
        ["evaluate", "--model", "model.safetensors", "--data", "faces.csv", "--tta", "mirror"], in: folder)
      #expect(all.status == 0 && all.output.contains("\nall "), "\(all.errors)")
      let image = (0..<9216).map { "\($0 % 200)" }.joined(separator: " ")
      try folder.add("test.csv", Array("ImageId,Image\n1,\(image)\n".utf8))
      try folder.add("lookup.csv", Array("RowId,ImageId,FeatureName\n1,1,nose_tip_x\n".utf8))
      let submit = try ProgramRun.facemarks(
        ["submit", "--model", "model.safetensors", "--data", "test.csv", "--lookup", "lookup.csv", "-o", "out.csv"],
        in: folder)
      #expect(submit.status == 0 && submit.output == "1 row for 1 image -> out.csv\n", "\(submit.errors)")
    }

    @Test(arguments: [
      (["magic", "--data", "faces.csv", "-o", "out"], 2, "magic"),
      (["mean", "--data", "none", "-o", "out"], 3, "none: cannot read: No such file or directory"),
      (["mean", "--data", "bare.csv", "-o", "out"], 3, "bare.csv: no known points to learn from"),
      (["shape", "--data", "gaps.csv", "-o", "out"], 3, "gaps.csv: a mean shape needs 3 faces with all points"),
      (["forest", "--data", "faces.csv", "-o", "out", "--trees", "0"], 2, "--trees must be in 1...1000"),
      (["mean", "--data", "faces.csv", "-o", "out", "--validation-share", "1"], 2, "validation share must be above 0"),
      (["mean", "--data", "faces.csv", "-o", "no/out"], 1, "no/out: cannot write: No such file or directory"),
    ])
    func badInput(arguments: [String], status: Int32, words: String) throws {
      let folder = try TemporaryFolder()
      try folder.add("faces.csv", FaceTable.bytes(rows: 6))
      try folder.add("gaps.csv", FaceTable.bytes(rows: 6) { _, fields in fields[0] = "" })
      try folder.add(
        "bare.csv", FaceTable.bytes(rows: 6) { _, fields in for index in 0..<30 { fields[index] = "" } })
      let run = try ProgramRun.facemarks(["baseline"] + arguments, in: folder)
      #expect(run.status == status && run.errors.contains(words), "\(run.errors)")
      #expect(run.output.isEmpty)
      #expect(try folder.files() == ["bare.csv", "faces.csv", "gaps.csv"])
    }
  }
}
