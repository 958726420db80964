import Files
import TestSupport
import Testing

extension ProgramTests {
  /// What a person at a terminal sees; `script` gives the program one.
  @Suite struct TerminalTests {
    private func runOnTerminal(_ arguments: [String], in folder: TemporaryFolder) throws -> ProgramRun {
      let words = ([ProgramRun.facemarks] + arguments).joined(separator: " ")
      return try ProgramRun.run("/usr/bin/script", ["-qec", words, "/dev/null"], in: folder.path)
    }

    @Test func aBarOverManyPhotos() throws {
      let folder = try TemporaryFolder()
      for name in ["a.jpg", "b.jpg", "c.jpg"] { try folder.add(name, SamplePhoto.encoded("jpg")) }
      let run = try runOnTerminal(["a.jpg", "b.jpg", "c.jpg", "--no-annotate", "--threads", "1"], in: folder)
      #expect(run.status == 0)
      #expect(run.output.contains("[##########....................] 1/3"), "\(run.output)")
      #expect(run.output.contains("[####################..........] 2/3"), "\(run.output)")
      // The bar is wiped off before a report, and gone at the end.
      #expect(run.output.contains("\u{1B}[Kc.jpg: 1 face"), "\(run.output)")
      let quiet = try runOnTerminal(["a.jpg", "b.jpg", "--no-annotate", "-q"], in: folder)
      #expect(quiet.output.isEmpty, "\(quiet.output)")
    }

    @Test func aLineThatRenewsItselfWhileTraining() throws {
      let folder = try TemporaryFolder()
      try folder.add("faces.csv", FaceTable.bytes(rows: 48))
      let run = try runOnTerminal(
        [
          "train", "--data", "faces.csv", "--output", "run", "--architecture", "compact", "--epochs", "2",
          "--batch-size",
          "8", "--threads", "1",
        ], in: folder)
      #expect(run.status == 0, "\(run.output)")
      #expect(run.output.contains("\r\u{1B}[Kepoch 1/2  "), "\(run.output)")
      #expect(run.output.contains(" images/s  ") && run.output.contains(" left"), "\(run.output)")
      #expect(run.output.contains("validation RMSE "), "\(run.output)")
    }
  }
}
