import Facemarks
import Files
import Glibc
import Imaging
import NeuralNetwork
import TestSupport
import Testing

/// What the shell, the file system and damaged weights can do to a run.
extension ProgramTests {
  @Suite struct HostileSurroundingsTests {
    /// A weight file that is in order but for its weights, which make every output infinite.
    private func addOverflowingModel(_ folder: TemporaryFolder) throws {
      let count = 2 * LandmarkScheme.kaggle15.count
      let network = try Network(
        NetworkDescription(input: [1, FaceCrop.side, FaceCrop.side], layers: [.flatten, .dense(count)]))
      for parameter in network.parameters { parameter.value.fill(3e38) }
      let file = try network.file(metadata: [
        LandmarkModel.Key.scheme: LandmarkScheme.kaggle15.name,
        LandmarkModel.Key.normalization: InputNormalization.unit.rawValue,
      ])
      try file.write(to: folder.file("wild.safetensors"))
    }

    @Test func aNetworkThatGivesNoCoordinates() throws {
      let folder = try TemporaryFolder()
      try addOverflowingModel(folder)
      try folder.add("a.jpg", SamplePhoto.encoded("jpg"))
      try folder.add("b.png", SamplePhoto.plain(width: 90, height: 70))
      let line = "a.jpg: wild.safetensors: the network's output is not a place near the face; its weights are damaged\n"
      let one = try ProgramRun.facemarks(["a.jpg", "--model", "wild.safetensors"], in: folder)
      #expect(one.errors == line && one.output.isEmpty && one.status == 4)
      let arguments = ["a.jpg", "b.png", "--model", "wild.safetensors", "--json", "-", "-q", "--no-annotate"]
      let two = try ProgramRun.facemarks(arguments, in: folder)
      #expect(two.errors == line + "1 of 2 inputs failed\n" && two.status == 1)
      #expect(try JSONResult(two.output).images.map(\.file) == ["b.png"])
      try folder.add("faces.csv", FaceTable.bytes(rows: 8))
      for options in [[], ["--json"]] {
        let run = try ProgramRun.facemarks(
          ["evaluate", "--model", "wild.safetensors", "--data", "faces.csv"] + options, in: folder)
        #expect(run.errors == String(line.dropFirst("a.jpg: ".count)) && run.output.isEmpty && run.status == 4)
      }
      #expect(try folder.files() == ["a.jpg", "b.png", "faces.csv", "wild.safetensors"])
    }

    /// OpenBLAS asks for its buffers for ever where there is no memory for them. In a range of some 5 MB, elsewhere in every build, what
    /// OpenBLAS leaves is too little for the initialisers of other libraries (GDCM's), which run before the program does.
    @Test(arguments: [340_000, 480_000, 512_000]) func memoryLimits(kilobytes: Int) throws {
      let folder = try TemporaryFolder()
      try folder.add("a.png", SamplePhoto.encoded("png"))
      func run(_ words: String) throws -> ProgramRun {
        let script = "ulimit -v \(kilobytes); exec \"$0\" \(words)"
        return try ProgramRun.run("/bin/sh", ["-c", script, ProgramRun.facemarks], in: folder.path)
      }
      let one = try run("a.png")
      #expect(one.status == 5 && one.output.isEmpty)
      #expect(one.errors.hasPrefix("the memory limit (ulimit -v) leaves ") && one.errors.hasSuffix("large pictures\n"))
      #expect(one.errors.split(separator: "\n").count == 1)
      #expect(try folder.files() == ["a.png"])
      let version = try run("--version")
      #expect(version.status == 0 && version.output.hasPrefix("facemarks ") && version.errors.isEmpty)
    }

    /// The byte FF is no part of UTF-8.
    @Test func namesThatAreNoText() throws {
      let folder = try TemporaryFolder()
      func name(_ ending: String) -> String { PathText.text([0x66, 0xFF] + Array(ending.utf8)) }
      try folder.add(name(".csv"), FaceTable.bytes(rows: 8))
      try folder.add(name(".png"), SamplePhoto.encoded("png"))
      try folder.add(name(".safetensors"), ConstantModel.bytes(x: 10, y: 20))
      let cascade = try #require(CascadeDetector.find(CascadeDetector.defaultCascade))
      try folder.add(name(".xml"), Files.read(cascade))
      try folder.add("plain.xml", "<?xml version=\"1.0\"?>\n")
      let table = try ProgramRun.facemarks(["inspect", name(".csv")], in: folder)
      #expect(table.status == 0 && table.errors.isEmpty)
      let photo = try ProgramRun.facemarks(
        [name(".png"), "--cascade", name(".xml"), "--model", name(".safetensors"), "--json", name(".json")], in: folder)
      #expect(photo.status == 0 && photo.errors.isEmpty)
      #expect(photo.output == "f\\xff.png: 1 face -> f\\xff_marked.png\n")
      #expect(try folder.files().contains(name(".json")) && folder.files().contains(name("_marked.png")))
      let summary = try ProgramRun.facemarks(["summary", name(".safetensors")], in: folder)
      #expect(summary.status == 0 && summary.errors.isEmpty)
      let wrong = try ProgramRun.facemarks([name(".png"), "--cascade", name(".png")], in: folder)
      #expect(wrong.status == 4 && wrong.errors.hasPrefix("f\\xff.png: not a usable Haar cascade"))
      for missing in [["inspect", name("2.csv")], ["summary", name("2.json")]] {
        let run = try ProgramRun.facemarks(missing, in: folder)
        #expect(run.errors.hasPrefix("f\\xff2.") && run.errors.hasSuffix("cannot read: No such file or directory\n"))
      }
    }

    /// Messages that had no file's name: an architecture whose layers do not fit together, weights too large for float16.
    @Test func messagesNameTheirFile() throws {
      let folder = try TemporaryFolder()
      try folder.add(
        "wide.json",
        """
        {"input": [1, 96, 96], "layers": [{"type": "conv2d", "options": {"kernel": 3}}]}
        """)
      try folder.add("faces.csv", FaceTable.bytes(rows: 24))
      for arguments in [
        ["summary", "wide.json"], ["train", "--architecture", "wide.json", "--data", "faces.csv", "-o", "run"],
      ] {
        let run = try ProgramRun.facemarks(arguments, in: folder)
        #expect(run.errors == "wide.json: layer 'conv2d' needs the option 'filters'\n" && run.status != 0)
      }
      try addOverflowingModel(folder)
      let export = try ProgramRun.facemarks(["export", "wild.safetensors", "--half"], in: folder)
      #expect(export.errors == "wild.safetensors: the tensor '1.weight' has a value of 3e+38, too large for float16\n")
      #expect(export.status == 1)
    }

    @Test(arguments: ["pipe.png", "pipe.mp4"]) func waitingForAPipeEndsWithASignal(_ name: String) throws {
      let folder = try TemporaryFolder()
      #expect(mkfifo(folder.file(name), 0o600) == 0)
      let program = try RunningProgram(ProgramRun.facemarks, [name], in: folder.path)
      usleep(500_000)
      program.send(SIGTERM)
      #expect(try program.wait(timeout: 20).status == 128 + SIGTERM)
      #expect(try folder.files() == [name])
    }

    @Test func aDeviceWithoutEnd() throws {
      let run = try ProgramRun.facemarks(["/dev/zero", "--no-annotate"], in: TemporaryFolder())
      #expect(run.errors == "/dev/zero: cannot read: it has more than 256 MiB and no end in sight\n")
      #expect(run.status == 3)
    }

    @Test func closedStreamsDoNotEndUpInFiles() throws {
      let folder = try TemporaryFolder()
      let names = (0..<6).map { "\($0).png" }
      for name in names { try folder.add(name, SamplePhoto.encoded("png")) }
      let script = "exec \"$0\" *.png -o marked/ --pts pts --json r.json -v --threads 2 <&- >&- 2>&-"
      let run = try ProgramRun.run("/bin/sh", ["-c", script, ProgramRun.facemarks], in: folder.path)
      // The report lines could not be written.
      #expect(run.status == 1)
      for name in names {
        #expect(
          try Image(contentsOf: folder.file("marked/" + name.replacing(".png", with: "_marked.png"))).width == 256)
        let points = try Files.read(folder.file("pts/" + name.replacing(".png", with: ".pts")))
        #expect(points.starts(with: Array("version: 1\n".utf8)))
      }
      let result = try JSONResult(String(decoding: Files.read(folder.file("r.json")), as: UTF8.self))
      #expect(result.images.map(\.file) == names)
    }

    @Test func aPatternPassesOverOurOwnPhotos() throws {
      let folder = try TemporaryFolder()
      try folder.add("a.png", SamplePhoto.encoded("png"))
      for _ in 1...2 {
        let run = try ProgramRun.facemarks(["*.png", "--force"], in: folder)
        #expect(run.output == "a.png: 1 face -> a_marked.png\n" && run.errors.isEmpty && run.status == 0)
      }
      let run = try ProgramRun.facemarks(["*_marked.png", "--no-annotate"], in: folder)
      #expect(run.output == "a_marked.png: 1 face\n" && run.status == 0)
    }
  }
}
