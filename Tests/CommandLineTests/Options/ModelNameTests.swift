import Facemarks
import Files
import TestSupport
import Testing

extension ProgramTests {
  /// The networks inside the program, and what else `--model` takes.
  @Suite struct ModelNameTests {
    private let folder: TemporaryFolder

    init() throws {
      folder = try TemporaryFolder()
      try folder.add("astronaut.png", SamplePhoto.bytes)
    }

    private func run(_ arguments: String...) throws -> ProgramRun {
      try ProgramRun.facemarks(arguments, in: folder)
    }

    /// x and y of the only face's landmarks, in turn.
    private func points(_ model: String...) throws -> [Double] {
      let marked = try ProgramRun.facemarks(["astronaut.png", "--no-annotate", "-q", "--csv", "-"] + model, in: folder)
      #expect(marked.status == 0, "\(marked.errors)")
      let table = marked.output.split(separator: "\n").map { $0.split(separator: ",").map(String.init) }
      try #require(table.count == 2)
      return try LandmarkScheme.kaggle15.landmarks.flatMap { ["\($0)_x", "\($0)_y"] }.map { name in
        let column = try #require(table[0].firstIndex(of: name))
        return try #require(Double(table[1][column]))
      }
    }

    /// Each finds the astronaut's points within 3 px (7 % of the distance of her eyes) of the standard one's, 4 px the one that has
    /// seen no photo of a face, and no two the same.
    @Test func everyBuiltInNetworkReadsAFace() throws {
      let standard = try points()
      var seen: [[Double]] = []
      for model in BundledModel.allCases {
        let found = try points("--model", model.rawValue)
        #expect(zip(found, standard).allSatisfy { abs($0 - $1) < (model == .open ? 4 : 3) }, "\(model)")
        #expect((found == standard) == (model == .compact) && !seen.contains(found), "\(model)")
        seen.append(found)
      }
    }

    /// What reads it elsewhere: its layers, itself for other programs, its errors.
    @Test(arguments: BundledModel.allCases) func everyCommandKnowsTheNames(model: BundledModel) throws {
      let name = model.rawValue
      let summary = try run("summary", name)
      #expect(summary.status == 0 && summary.output.contains("conv2d"), "\(summary.errors)")
      let half = try run("export", name, "--half")
      #expect(half.output == "the built-in model \(name) -> \(name)_half.safetensors\n", "\(half.errors)")
      let onnx = try run("export", name)
      #expect(onnx.output == "the built-in model \(name) -> \(name).onnx\n", "\(onnx.errors)")
      // Half the precision, and still the same points to a fiftieth of a pixel.
      let (full, halved) = (try points("--model", name), try points("--model", "\(name)_half.safetensors"))
      #expect(zip(full, halved).allSatisfy { abs($0 - $1) <= 0.02 })
      try folder.add("spots.csv", FaceTable.bytes(rows: 4))
      let evaluated = try run("evaluate", "--model", name, "--data", "spots.csv")
      #expect(evaluated.status == 0, "\(evaluated.errors)")
      let plotted = try run("plot", "points", name, "--data", "spots.csv", "-o", "points.svg")
      #expect(plotted.status == 0, "\(plotted.errors)")
    }

    /// A file of that name comes first, and what is neither is told.
    @Test func filesComeFirst() throws {
      try folder.add("accurate", [1, 2, 3])
      let damaged = try run("astronaut.png", "--no-annotate", "--json", "-", "--model", "accurate")
      #expect(
        damaged.status == 4 && damaged.errors.hasPrefix("accurate: not a usable weight file"), "\(damaged.errors)")
      let unknown = try run("astronaut.png", "--no-annotate", "--json", "-", "--model", "acurate")
      let told =
        "acurate: cannot read: No such file or directory; the built-in models are compact, accurate, dense, open\n"
      #expect(unknown.status == 4 && unknown.errors == told, "\(unknown.errors)")
      let evaluated = try run("evaluate", "--model", "acurate", "--data", "spots.csv")
      #expect(evaluated.status == 4 && evaluated.errors == told, "\(evaluated.errors)")
    }
  }
}
