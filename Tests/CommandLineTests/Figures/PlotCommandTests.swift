import Files
import Imaging
import TestSupport
import Testing

extension ProgramTests {
  @Suite struct PlotCommandTests {
    private static let history = "epoch,loss,rmse,val_loss,val_rmse\n1,0.5,4,0.6,5\n2,0.1,2,0.2,3\n3,0.05,1,0.3,3.5\n"

    private func text(_ folder: TemporaryFolder, _ name: String) throws -> String {
      String(decoding: try Files.read(folder.file(name)), as: UTF8.self)
    }

    @Test func curves() throws {
      let folder = try TemporaryFolder()
      try folder.add("runs/first/history.csv", Array(Self.history.utf8))
      try folder.add("runs/second & last/history.csv", Array("epoch,loss\n1,2\n2,1\n".utf8))
      let arguments = ["plot", "curves", "runs/first", "runs/second & last", "-o", "c.svg", "--table", "c.csv"]
      let run = try ProgramRun.facemarks(arguments, in: folder)
      #expect(run.status == 0 && run.output == "-> c.svg\n-> c.csv\n" && run.errors.isEmpty, "\(run.errors)")
      let svg = try text(folder, "c.svg")
      #expect(svg.contains(">first<") && svg.contains(">second &amp; last<") && svg.contains(">epoch<"))
      #expect(try text(folder, "c.csv").contains("\nfirst,2,0.1,0.2,1\n"))

      let again = try ProgramRun.facemarks(arguments, in: folder)
      #expect(again.status == 1 && again.errors == "c.svg exists already; --force replaces it\n")
      let metric = ["--metric", "rmse", "--linear", "--force"]
      let forced = try ProgramRun.facemarks(arguments + metric, in: folder)
      #expect(forced.status == 0 && forced.errors == "second & last: has no numbers for 'rmse', left out\n")
      #expect(try text(folder, "c.svg").contains(">RMSE (px of 96)<"))

      let picture = try ProgramRun.facemarks(["plot", "curves", "runs/first", "-o", "c.png"], in: folder)
      #expect(picture.status == 0, "\(picture.errors)")
      let image = try Image(contentsOf: folder.file("c.png"))
      #expect(image.width == 1600 && image.channels == 3)
    }

    @Test func models() throws {
      let folder = try TemporaryFolder()
      try folder.add("faces.csv", FaceTable.bytes(rows: 30))
      let train = [
        "train", "--data", "faces.csv", "--output", "run", "--architecture", "tiny", "--epochs", "3", "--batch-size",
        "8", "--augment", "none", "-q",
      ]
      #expect(try ProgramRun.facemarks(train, in: folder).status == 0)
      // A run's folder stands for its model.
      let both = ["run", "run/best.safetensors", "--data", "faces.csv"]
      let points = try ProgramRun.facemarks(
        ["plot", "points"] + both + ["-o", "p.svg", "--table", "p.csv", "--pixels"], in: folder)
      #expect(points.status == 0, "\(points.errors)")
      #expect(try text(folder, "p.svg").contains(">run (2)<"))
      // A line for each landmark and model, and the header.
      #expect(try text(folder, "p.csv").split(separator: "\n").count == 31)
      #expect(try text(folder, "p.csv").contains("\nrun,nose_tip,30,"))

      let cumulative = try ProgramRun.facemarks(
        ["plot", "cumulative"] + both + ["-o", "c.svg", "--table", "c.csv"], in: folder)
      #expect(cumulative.status == 0, "\(cumulative.errors)")
      #expect(try text(folder, "c.svg").contains("30 faces of faces.csv"))
      #expect(try text(folder, "c.csv").split(separator: "\n").count == 1 + 2 * 301)

      let faces = [
        "plot", "faces", "run/model.safetensors", "--data", "faces.csv", "--count", "6", "--worst", "-o", "f.png",
      ]
      let sheet = try ProgramRun.facemarks(faces, in: folder)
      #expect(sheet.status == 0, "\(sheet.errors)")
      // Three columns of 3 * 96 pixels with gaps of 12.
      let image = try Image(contentsOf: folder.file("f.png"))
      #expect(image.width >= 3 * 288 + 4 * 12 && image.height > 2 * 288)
    }

    @Test(arguments: [
      (["curves", "none", "-o", "c.svg"], 3, "none: cannot read: No such file or directory"),
      (["curves", "run", "-o", "c.gif"], 2, "c.gif: the figure's file must end in .png or .svg"),
      (["curves", "run", "-o", "c"], 2, "must end in .png or .svg"),
      (["curves", "-o", "c.svg"], 2, "Missing expected argument"),
      (["curves", "run"], 2, "Missing expected argument"),
      (["curves", "run", "-o", "c.svg", "--metric", "speed"], 2, "speed"),
      (["curves", "run", "-o", "c.svg", "--metric", "mae"], 3, "no run has numbers for 'mae'"),
      (["curves", "bad.csv", "-o", "c.svg"], 3, "bad.csv:2: loss is \"low\", not a number"),
      (["curves", "run", "-o", "c.svg", "--table", "run/history.csv"], 2, "run/history.csv: is an input"),
      (["curves", "run", "-o", "c.svg", "--table", "c.svg"], 2, "c.svg: --output is written there already"),
      (["curves", "run", "-o", "no/folder/c.svg"], 1, "no/folder/c.svg: cannot write"),
      (["points", "none.safetensors", "--data", "few.csv", "-o", "p.svg"], 4, "none.safetensors: cannot read"),
      (["points", "few.csv", "--data", "few.csv", "-o", "p.svg"], 4, "few.csv"),
      (["cumulative", "few.csv", "-o", "p.svg"], 2, "--data"),
      (["faces", "few.csv", "few.csv", "--data", "few.csv", "-o", "p.png"], 2, "Name one weight file"),
      (["faces", "few.csv", "--data", "few.csv", "-o", "p.svg"], 2, "must end in .png"),
      (["faces", "few.csv", "--data", "few.csv", "-o", "p.png", "--count", "0"], 2, "count must be in 1...256"),
    ])
    func badInput(arguments: [String], status: Int32, words: String) throws {
      let folder = try TemporaryFolder()
      try folder.add("run/history.csv", Array(Self.history.utf8))
      try folder.add("bad.csv", Array("epoch,loss\n1,low\n".utf8))
      try folder.add("few.csv", FaceTable.bytes(rows: 2))
      let run = try ProgramRun.facemarks(["plot"] + arguments, in: folder)
      #expect(run.status == status && run.errors.contains(words) && run.output.isEmpty, "\(run.status) \(run.errors)")
      #expect(try folder.files() == ["bad.csv", "few.csv", "run/history.csv"])
    }
  }
}
