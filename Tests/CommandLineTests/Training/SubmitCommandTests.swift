import Files
import Foundation
import TestSupport
import Testing

extension ProgramTests {
  @Suite struct SubmitCommandTests {
    private static let image = (0..<9216).map { String($0 % 251) }.joined(separator: " ")

    private static func prepare(_ folder: TemporaryFolder) throws {
      func add(_ name: String, _ lines: [String]) throws {
        try folder.add(name, Array((lines.joined(separator: "\n") + "\n").utf8))
      }
      try add("test.csv", ["ImageId,Image", "1,\(image)", "2,\(image)"])
      try add(
        "lookup.csv",
        [
          "RowId,ImageId,FeatureName,Location", "1,1,left_eye_center_x,", "2,1,nose_tip_y,",
          "3,2,right_eye_center_x,", "5,2,left_eye_inner_corner_y,", "4,2,mouth_center_bottom_lip_x,",
        ])
      try add("unknown.csv", ["RowId,ImageId,FeatureName", "1,1,ear_x"])
      try add("absent.csv", ["RowId,ImageId,FeatureName", "1,1,nose_tip_x", "2,77,nose_tip_x"])
      try add("short.csv", ["ImageId,Image", "1,1 2 3"])
      try folder.add("all.safetensors", ConstantModel.bytes(x: 84, y: -5))
      try folder.add(
        "four.safetensors",
        ConstantModel.bytes(
          x: 20, y: 30, landmarks: ["left_eye_center", "right_eye_center", "nose_tip", "mouth_center_bottom_lip"]))
      try add("broken.safetensors", ["nothing"])
      try add(
        "solution.csv",
        ["RowId,Location,Usage", "1,85,Public", "2,0,Public", "3,85,Private", "4,93,Private", "5,3,Private"])
    }

    private func run(_ arguments: [String], in folder: TemporaryFolder) throws -> ProgramRun {
      try ProgramRun.facemarks(arguments, in: folder)
    }

    private func text(_ folder: TemporaryFolder, _ name: String) throws -> String {
      String(decoding: try Files.read(folder.file(name)), as: UTF8.self)
    }

    @Test func submissionAndScore() throws {
      let folder = try TemporaryFolder()
      try Self.prepare(folder)
      let arguments = ["submit", "--model", "all.safetensors", "--data", "test.csv", "--lookup", "lookup.csv"]
      let one = try run(arguments + ["-o", "one.csv"], in: folder)
      #expect(one.status == 0 && one.errors.isEmpty, "\(one.errors)")
      #expect(one.output == "5 rows for 2 images -> one.csv\n")
      // Clipped: y -5, and x 84 + 14 of the bottom lip.
      #expect(try text(folder, "one.csv") == "RowId,Location\n1,84\n2,0\n3,85\n5,0\n4,96\n")
      let two = try run(arguments + ["--partial", "four.safetensors", "-o", "two.csv"], in: folder)
      #expect(two.output == "5 rows for 2 images, 1 of them by four.safetensors -> two.csv\n")
      #expect(try text(folder, "two.csv") == "RowId,Location\n1,20\n2,30\n3,85\n5,0\n4,96\n")

      let score = try run(["evaluate", "--submission", "one.csv", "--solution", "solution.csv"], in: folder)
      #expect(score.status == 0, "\(score.errors)")
      // By hand: the roots of 1 / 2, of (9 + 9) / 3 and of 19 / 5.
      #expect(
        score.output.split(separator: "\n").map { $0.split(separator: " ").joined(separator: " ") }
          == ["rows RMSE px", "public 2 0.70711", "private 3 2.44949", "all 5 1.94936"])
      let json = try run(["evaluate", "--submission", "one.csv", "--solution", "solution.csv", "--json"], in: folder)
      let report = try #require(try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any])
      #expect((report["parts"] as? [[String: Any]])?.map { $0["rows"] as? Int } == [2, 3, 5])
    }

    /// The mirror image of what says always the same: x becomes (x + 95 - x of the other side) / 2.
    @Test func mirrorAveragingAndCrops() throws {
      let folder = try TemporaryFolder()
      try Self.prepare(folder)
      let arguments = ["submit", "--model", "four.safetensors", "--data", "test.csv", "-o", "out.csv"]
      try folder.add("eyes.csv", Array("RowId,ImageId,FeatureName\n1,1,left_eye_center_x\n2,1,nose_tip_x\n".utf8))
      let mirror = try run(arguments + ["--lookup", "eyes.csv", "--tta", "mirror"], in: folder)
      #expect(mirror.status == 0, "\(mirror.errors)")
      // By hand: (20 + 95 - 21) / 2 and (30 + 95 - 30) / 2.
      #expect(try text(folder, "out.csv") == "RowId,Location\n1,47\n2,47.5\n")
      // Stripes have no face, so the whole pictures are used.
      let crops = try run(arguments + ["--lookup", "eyes.csv", "--crops", "detector", "--force"], in: folder)
      #expect(crops.errors == "faces found in 0 of 1 picture\n")
      #expect(try text(folder, "out.csv") == "RowId,Location\n1,20\n2,30\n")
    }

    @Test(arguments: [
      (["--model", "none", "--data", "test.csv", "--lookup", "lookup.csv"], 4, "none: cannot read: No such file or"),
      (
        ["--model", "broken.safetensors", "--data", "test.csv", "--lookup", "lookup.csv"], 4,
        "broken.safetensors: not a usable weight file: "
      ),
      (["--model", "all.safetensors", "--data", "none", "--lookup", "lookup.csv"], 3, "none: cannot read: No such"),
      (["--model", "all.safetensors", "--data", "test.csv", "--lookup", "none"], 3, "none: cannot read: No such"),
      (
        ["--model", "all.safetensors", "--data", "short.csv", "--lookup", "lookup.csv"], 3,
        "short.csv:2: 3 pixel values, but 96 x 96 = 9216 are needed"
      ),
      (
        ["--model", "all.safetensors", "--data", "test.csv", "--lookup", "unknown.csv"], 3,
        "unknown.csv:2: unknown FeatureName \"ear_x\""
      ),
      (
        ["--model", "all.safetensors", "--data", "test.csv", "--lookup", "absent.csv"], 3,
        "absent.csv:3: ImageId 77 is not in test.csv"
      ),
      (
        ["--model", "all.safetensors", "--data", "test.csv", "--lookup", "test.csv"], 3,
        "test.csv:1: missing columns: RowId, FeatureName"
      ),
      (
        ["--model", "four.safetensors", "--data", "test.csv", "--lookup", "lookup.csv"], 4,
        "lookup.csv: asks for left_eye_inner_corner, which four.safetensors does not know"
      ),
      (
        [
          "--model", "four.safetensors", "--partial", "all.safetensors", "--data", "test.csv", "--lookup", "lookup.csv",
        ], 4, "all.safetensors: knows all landmarks"
      ),
      (["--model", "all.safetensors", "--data", "test.csv", "--lookup", "lookup.csv", "--tta", "x"], 2, "--tta"),
    ])
    func badInput(arguments: [String], status: Int32, words: String) throws {
      let folder = try TemporaryFolder()
      try Self.prepare(folder)
      let run = try run(["submit"] + arguments + ["-o", "out.csv"], in: folder)
      #expect(run.status == status, "\(run.errors)")
      #expect(run.errors.contains(words), "\(run.errors)")
      #expect(run.output.isEmpty)
      #expect(try !folder.files().contains("out.csv"))
    }

    @Test func outputThatCannotBe() throws {
      let folder = try TemporaryFolder()
      try Self.prepare(folder)
      let run = try run(
        ["submit", "--model", "all.safetensors", "--data", "test.csv", "--lookup", "lookup.csv", "-o", "no/out.csv"],
        in: folder)
      #expect(run.status == 1 && run.errors == "no/out.csv: cannot write: No such file or directory\n")
    }

    @Test(arguments: [
      (["--submission", "lookup.csv"], 2, "--submission and --solution go together"),
      (["--submission", "none", "--solution", "solution.csv"], 3, "none: cannot read: No such file or directory"),
      (["--submission", "lookup.csv", "--solution", "solution.csv"], 3, "lookup.csv:2: Location is \"\""),
      (["--submission", "solution.csv", "--solution", "solution.csv", "--data", "test.csv"], 2, "without --data"),
      ([], 2, "name the data with --data"),
    ])
    func badScores(arguments: [String], status: Int32, words: String) throws {
      let folder = try TemporaryFolder()
      try Self.prepare(folder)
      let run = try run(["evaluate"] + arguments, in: folder)
      #expect(run.status == status && run.errors.contains(words), "\(run.errors)")
    }
  }
}
