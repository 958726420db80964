import Files
import Glibc
import TestSupport
import Testing

extension ProgramTests {
  /// Series of runs, and the commands that make something of trained models.
  @Suite struct SeriesCommandTests {
    private static let options = [
      "--data", "faces.csv", "--architecture", "tiny", "--epochs", "2", "--batch-size", "8", "--threads", "1",
      "--augment", "none", "--warmup", "0", "-q",
    ]

    private let folder: TemporaryFolder

    init() throws {
      folder = try TemporaryFolder()
      try folder.add("faces.csv", FaceTable.bytes(rows: 48))
    }

    private func run(_ arguments: String...) throws -> ProgramRun {
      try ProgramRun.facemarks(Array(arguments.prefix(1)) + Self.options + arguments.dropFirst(), in: folder)
    }

    private func text(_ name: String) throws -> String {
      String(decoding: try Files.read(folder.file(name)), as: UTF8.self)
    }

    private func lines(_ name: String) throws -> [[String]] {
      try text(name).split(separator: "\n").map {
        $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      }
    }

    @Test func everyFoldIsTrainedOnceAndStacked() throws {
      let first = try run("cross-validate", "--folds", "3", "-o", "folds")
      #expect(first.status == 0, "\(first.errors)")
      #expect(first.output.hasPrefix("3 folds: RMSE ") && first.output.hasSuffix(" px -> folds/folds.csv\n"))
      let table = try lines("folds/folds.csv")
      #expect(table.map { $0[0] } == ["fold", "1", "2", "3"])
      #expect(table[1].last?.hasPrefix("tiny_b8_e2_") == true && table[1].last?.contains("fold1-3") == true)
      let model = try Files.read(folder.file("folds/fold-2/model.safetensors"))
      let again = try run("cross-validate", "--folds", "3", "-o", "folds")
      #expect(again.output == first.output)
      #expect(try Files.read(folder.file("folds/fold-2/model.safetensors")) == model)
      let other = try ProgramRun.facemarks(
        ["cross-validate", "--folds", "3", "-o", "folds"] + Self.options + ["--rate", "0.1"], in: folder)
      #expect(other.status == 1)
      #expect(other.errors == "folds/fold-1: holds a run with other options; choose another folder or remove it\n")

      let stack = try ProgramRun.facemarks(["stack", "folds", "-o", "stack.safetensors"], in: folder)
      #expect(stack.status == 0, "\(stack.errors)")
      let words = stack.output.split(separator: "\n").map { $0.split(separator: " ") }
      #expect(words.count == 3 && words.allSatisfy { $0[0] == "RMSE" && $0[2] == "px" })
      // One kind alone is its own mean; a second level that stays near it is not worse.
      #expect(words[0][1] == words[1][1])
      let (mean, stacked) = (try #require(Double(words[1][1])), try #require(Double(words[2][1])))
      #expect(stacked <= mean + 0.01)
      let score = try ProgramRun.facemarks(
        ["evaluate", "--model", "stack.safetensors", "--data", "faces.csv"], in: folder)
      #expect(score.status == 0 && score.output.contains("nose_tip"), "\(score.errors)")
    }

    @Test func aStoppedSeriesGoesOn() throws {
      let whole = try run("cross-validate", "--folds", "2", "--epochs", "40", "-o", "whole")
      #expect(whole.status == 0, "\(whole.errors)")
      let arguments = ["cross-validate", "--folds", "2", "-o", "pieces"] + Self.options + ["--epochs", "40"]
      let program = try RunningProgram(ProgramRun.facemarks, arguments, in: folder.path)
      var polls = 0
      while (try? lines("pieces/fold-2/history.csv").count) ?? 0 < 4, polls < 60_000 {
        usleep(1000)
        polls += 1
      }
      program.send(SIGINT)
      let stopped = try program.wait()
      #expect(stopped.status == 128 + SIGINT)
      #expect(stopped.errors == "stopped; the same command goes on\n")
      let rest = try ProgramRun.facemarks(arguments, in: folder)
      #expect(rest.status == 0, "\(rest.errors)")
      for fold in ["fold-1", "fold-2"] {
        #expect(
          try Files.read(folder.file("pieces/\(fold)/model.safetensors"))
            == Files.read(folder.file("whole/\(fold)/model.safetensors")))
      }
    }

    @Test func nestedFoldsChooseAnew() throws {
      let nested = try run(
        "cross-validate", "--folds", "2", "--inner", "2", "--vary", "rate=0.002,0.00001", "-o", "nested")
      #expect(nested.status == 0, "\(nested.errors)")
      for (outer, inner) in [(1, 1), (1, 2), (2, 1), (2, 2)] {
        for rate in ["0.002", "0.00001"] {
          let name = "nested/inner-\(outer)-\(inner)_rate-\(rate)/config.json"
          let config = try text(name)
          #expect(config.contains("\"outerFold\" : \"\(outer)/2\"") && config.contains("\"fold\" : \"\(inner)/2\""))
        }
      }
      #expect(try text("nested/fold-1/config.json").contains("\"fold\" : \"1/2\""))
      #expect(try !text("nested/fold-1/config.json").contains("outerFold"))
    }

    @Test func theSearchLeavesATableAndAConfiguration() throws {
      let search = try run("search", "--vary", "rate=0.00001,0.01", "--vary", "batch-size=8,4", "-o", "search")
      #expect(search.status == 0, "\(search.errors)")
      let table = try lines("search/search.csv")
      #expect(table.count == 5)
      let score = try #require(table[0].firstIndex(of: "val_nme"))
      func isBetter(_ a: Int, _ b: Int) throws -> Bool {
        try #require(Double(table[a][score])) < #require(Double(table[b][score]))
      }
      let rate = try isBetter(1, 2) ? "0.00001" : "0.01"
      let batch = try isBetter(3, 4) ? "8" : "4"
      #expect(
        table.map { Array($0.prefix(2)) }.dropFirst() == [
          ["0.00001", ""], ["0.01", ""], [rate, "8"], [rate, "4"],
        ])
      #expect(search.output == "best: rate-\(rate)_batch-size-\(batch) -> search/best.json\n")
      let train = try ProgramRun.facemarks(
        ["train", "--config", "search/best.json", "--epochs", "1", "-q"], in: folder)
      #expect(train.status == 0, "\(train.errors)")
      #expect(train.output.hasPrefix("best epoch 1 -> runs/tiny_b\(batch)_e1_lr"), "\(train.output)")
    }

    @Test func aConfigurationRepeatsARun() throws {
      #expect(try run("train", "-o", "one").status == 0)
      let two = try ProgramRun.facemarks(["train", "--config", "one/config.json", "-o", "two", "-q"], in: folder)
      #expect(two.status == 0, "\(two.errors)")
      #expect(
        try Files.read(folder.file("one/model.safetensors")) == Files.read(folder.file("two/model.safetensors")))
      #expect(try text("one/curves.svg").contains("</svg>"))
    }

    @Test func severalModelsBecomeOne() throws {
      for seed in ["1", "2", "3"] {
        #expect(try run("train", "-o", "run\(seed)", "--seed", seed, "--holdout", "0.25").status == 0)
      }
      let combine = ["combine", "run1", "run2", "run3", "-o", "all.safetensors"]
      let all = try ProgramRun.facemarks(combine, in: folder)
      #expect(all.status == 0 && all.output == "3 models -> all.safetensors\n", "\(all.errors)")
      let summary = try ProgramRun.facemarks(["summary", "all.safetensors"], in: folder)
      #expect(summary.output.contains("add "), "\(summary.output)")
      let again = try ProgramRun.facemarks(combine, in: folder)
      #expect(again.status == 1 && again.errors == "all.safetensors exists already; --force replaces it\n")
      let select = ["--select", "--data", "faces.csv", "--holdout", "0.25", "--force"]
      let selected = try ProgramRun.facemarks(combine + select, in: folder)
      #expect(selected.status == 0, "\(selected.errors)")
      let rows = selected.output.split(separator: "\n")
      #expect(rows.first?.hasPrefix("1  RMSE ") == true && rows.last?.hasSuffix(" models -> all.safetensors") == true)
      let steps = rows.dropLast().compactMap { Double($0.split(separator: " ")[2]) }
      #expect(zip(steps, steps.dropFirst()).allSatisfy { $0 >= $1 }, "\(selected.output)")
    }

    /// A quarter of 48 faces is left out, the same ones everywhere: those that the copy without changes lacks.
    @Test func heldOutFacesAreTheSameEverywhere() throws {
      let share = ["--holdout", "0.25"]
      #expect(try run("train", "-o", "run", "--holdout", "0.25").status == 0)
      let evaluate = ["evaluate", "--model", "run/model.safetensors", "--data", "faces.csv"]
      let held = try ProgramRun.facemarks(evaluate + share, in: folder)
      #expect(held.status == 0, "\(held.errors)")
      #expect(held.output.split(separator: "\n")[2].split(separator: " ")[1] == "12", "\(held.output)")
      let augment = try ProgramRun.facemarks(
        ["augment", "faces.csv", "--copies", "0", "-o", "rest.csv"] + share, in: folder)
      #expect(augment.output == "36 rows (36 faces, 0 copies) -> rest.csv\n", "\(augment.errors)")
      let pictures = try ["faces.csv", "rest.csv"].map { Set(try lines($0).dropFirst().map { $0[30] }) }
      #expect(pictures[0].count == 48 && pictures[1].count == 36 && pictures[1].isSubset(of: pictures[0]))
      // The errors on the faces left out and on the others make up those on all: sums of squares, weighted by faces.
      func square(_ arguments: [String], faces: Double) throws -> Double {
        let output = try ProgramRun.facemarks(arguments, in: folder).output
        let rmse = try #require(Double(output.split(separator: "\n")[2].split(separator: " ")[2]))
        return faces * rmse * rmse
      }
      let all = try square(evaluate + ["--split", "all"], faces: 48)
      let rest = ["evaluate", "--model", "run/model.safetensors", "--data", "rest.csv", "--split", "all"]
      let parts = try square(evaluate + share, faces: 12) + square(rest, faces: 36)
      // Three decimals are printed.
      #expect(abs(all - parts) < 0.002 * all, "\(all) \(parts)")
      let bad = try ProgramRun.facemarks(evaluate + ["--holdout", "1"], in: folder)
      #expect(bad.status == 2 && bad.errors.hasPrefix("--holdout must be above 0 and below 1"), "\(bad.errors)")
    }

    @Test func exportWritesBesideTheModel() throws {
      #expect(try run("train", "-o", "run").status == 0)
      let export = try ProgramRun.facemarks(["export", "run/model.safetensors"], in: folder)
      #expect(export.status == 0 && export.output == "run/model.safetensors -> run/model.onnx\n", "\(export.errors)")
      let bytes = try Files.read(folder.file("run/model.onnx"))
      // A field of type 1, the format's version, comes first; the names of input and output are somewhere inside.
      #expect(bytes.first == 0x08)
      let text = String(decoding: bytes, as: UTF8.self)
      #expect(text.contains("crop") && text.contains("landmarks") && text.contains("mouth_center_bottom_lip"))
      let half = try ProgramRun.facemarks(["export", "run", "--half"], in: folder)
      #expect(half.output == "run/model.safetensors -> run/model_half.safetensors\n", "\(half.errors)")
      let (full, halved) = (
        try Files.read(folder.file("run/model.safetensors")), try Files.read(folder.file("run/model_half.safetensors"))
      )
      #expect(halved.count < full.count * 6 / 10)
      let scored = try ProgramRun.facemarks(
        ["evaluate", "--model", "run/model_half.safetensors", "--data", "faces.csv"], in: folder)
      #expect(scored.status == 0, "\(scored.errors)")
      let bad = try ProgramRun.facemarks(["export", "faces.csv", "-o", "x.onnx"], in: folder)
      #expect(bad.status == 4 && bad.errors.hasPrefix("faces.csv: not a usable weight file"), "\(bad.errors)")
    }

    /// What exists is not replaced, an input not even with --force.
    @Test(arguments: [
      ["baseline", "mean", "--data", "faces.csv"], ["augment", "faces.csv"], ["export", "mean.safetensors"],
      ["combine", "mean.safetensors"], ["submit", "--data", "faces.csv", "--lookup", "lookup.csv"],
      ["inspect", "faces.csv"], ["stack", "folds"],
    ])
    func nothingIsReplaced(arguments: [String]) throws {
      let mean = try ProgramRun.facemarks(
        ["baseline", "mean", "--data", "faces.csv", "-o", "mean.safetensors"], in: folder)
      #expect(mean.status == 0, "\(mean.errors)")
      let isFolder = arguments[0] == "inspect"
      let output = isFolder ? "out" : "out.file"
      try folder.add(isFolder ? "out/faces.png" : output, Array("mine".utf8))
      let run = try ProgramRun.facemarks(arguments + ["-o", output], in: folder)
      #expect(run.status == 1, "\(run.errors)")
      #expect(run.errors.hasSuffix(" exists already; --force replaces it\n"), "\(run.errors)")
      #expect(try text(isFolder ? "out/faces.png" : output) == "mine")
      guard !isFolder, arguments[0] != "stack" else { return }
      let input = arguments.last { $0.hasPrefix("mean") || $0.hasPrefix("faces") } ?? ""
      let over = try ProgramRun.facemarks(arguments + ["-o", input, "--force"], in: folder)
      #expect(over.status == 2, "\(over.errors)")
      #expect(over.errors == "\(input): is an input; choose another file for --output\n")
    }

    @Test func aModelOfSomeLandmarksMarksNoPhotos() throws {
      #expect(try run("train", "-o", "nose", "--landmarks", "nose").status == 0)
      let photo = try ProgramRun.facemarks(
        [asset("astronaut.png"), "--model", "nose/model.safetensors", "-o", "marked.png"], in: folder)
      #expect(photo.status == 4)
      #expect(
        photo.errors == """
          nose/model.safetensors: knows 1 of 15 landmarks only; make a whole model with 'facemarks combine'

          """)
    }

    /// Shapes and counts by hand: 9216 * 100 + 100 and 100 * 30 + 30.
    @Test func theSummaryListsLayers() throws {
      let summary = try ProgramRun.facemarks(["summary", "simplenet:hidden=100"], in: folder)
      let words = summary.output.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
      #expect(words[2] == ["0", "flatten", "9216", "0", "0"])
      #expect(words[3] == ["1", "dense", "100", "921700", "921600"])
      #expect(words[4] == ["2", "dense", "30", "3030", "3000"])
      #expect(words[5] == ["total", "924730", "924600"])
      let json = try ProgramRun.facemarks(["summary", "tiny", "--json"], in: folder)
      try folder.add("net.json", Array(json.output.utf8))
      let read = try ProgramRun.facemarks(["summary", "net.json"], in: folder)
      #expect(read.output == (try ProgramRun.facemarks(["summary", "tiny"], in: folder)).output)
    }

    @Test(
      arguments: [
        (["summary", "nonet"], 2, "unknown architecture 'nonet'"),
        (["summary", "faces.csv"], 4, "faces.csv: not a usable weight file"),
        (["combine", "none.safetensors", "-o", "x"], 4, "none.safetensors: cannot read"),
        (["combine", "none.safetensors", "-o", "x", "--select"], 2, "--select needs --data and --holdout"),
        (["stack", "none", "-o", "x"], 3, "none: no finished fold-1; give a folder of 'cross-validate'"),
        (["search", "--data", "faces.csv", "-o", "s", "--vary", "rate"], 2, "--vary rate: give NAME=VALUE,VALUE,..."),
        (
          ["search", "--data", "faces.csv", "-o", "s", "--vary", "depth=1"], 2,
          "'depth' is neither an option of 'train'"
        ),
        (["search", "--data", "faces.csv", "-o", "s", "--vary", "rate=0"], 2, "learning rate must be above 0"),
        (["cross-validate", "--data", "faces.csv", "-o", "c", "--folds", "1"], 2, "number of folds"),
        (["cross-validate", "--data", "none.csv", "-o", "c"], 3, "none.csv: cannot read"),
        (["train", "--data", "faces.csv", "--config", "faces.csv"], 3, "faces.csv: not the configuration of a run"),
        (
          ["train", "--data", "faces.csv", "--dropout", "0.1,0.2", "--architecture", "convnet"], 2,
          "has 4 dropout layers"
        ),
      ] as [([String], Int32, String)])
    func badInput(arguments: [String], status: Int32, words: String) throws {
      let run = try ProgramRun.facemarks(arguments, in: folder)
      #expect(run.status == status && run.errors.contains(words), "\(run.status) \(run.errors)")
      #expect(run.output.isEmpty)
    }
  }
}
