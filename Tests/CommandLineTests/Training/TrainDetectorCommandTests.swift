import Facemarks
import Files
import NeuralNetwork
import TestSupport
import Testing

extension ProgramTests {
  @Suite struct TrainDetectorCommandTests {
    private func run(_ arguments: [String], _ folder: TemporaryFolder) throws -> ProgramRun {
      try ProgramRun.facemarks(["train-detector"] + arguments, in: folder)
    }

    @Test func aDetectorIsTrained() throws {
      let folder = try TemporaryFolder()
      try Files.makeFolder(folder.file("data"))
      try DiscFolder.write(to: folder.file("data"), landmarks: LandmarkScheme.kaggle15.landmarks)
      let first = try run(["--data", "data", "--output", "run", "--steps", "3", "--licence", "none"], folder)
      #expect(first.output == "run/detector.safetensors\n" && first.status == 0)
      #expect(first.errors.hasPrefix("step 3  loss ") && first.errors.hasSuffix(" left\n"))
      #expect(
        try folder.files().filter { $0.hasPrefix("run") } == [
          "run/checkpoint.safetensors", "run/config.json", "run/detector.safetensors",
        ])
      let bytes = try Files.read(folder.file("run/detector.safetensors"))
      _ = try NetworkDetector(Safetensors(bytes, file: "detector"), file: "detector")
      // A run that is at its end is not trained on.
      let again = try run(["--resume", "run", "--quiet"], folder)
      #expect(again.status == 0 && again.errors.isEmpty)
      #expect(try Files.read(folder.file("run/detector.safetensors")) == bytes)
      let held = try run(["--data", "data", "--output", "run"], folder)
      #expect(held.status == 2)
      #expect(
        held.errors == "run: holds a run already; go on with --resume run or choose another folder\n")
    }

    @Test func whatIsWrongIsSaid() throws {
      let folder = try TemporaryFolder()
      let cases: [(arguments: [String], status: Int32, errors: String)] = [
        ([], 2, "--data FOLDER is required\n"),
        (
          ["--resume", "run", "--steps", "5"], 2,
          "--resume takes everything from the run: leave the other options out\n"
        ),
        (["--resume", "run"], 3, "run/config.json: cannot read: No such file or directory\n"),
        (["--data", "none"], 3, "none: cannot read: No such file or directory\n"),
        (["--data", "none", "--steps", "0"], 2, "steps must be in 1...10000000\n"),
      ]
      for item in cases {
        let run = try run(item.arguments, folder)
        #expect(run.output.isEmpty && run.errors == item.errors && run.status == item.status)
      }
    }
  }
}
