import ArgumentParser
import Facemarks
import FacemarksTraining
import Files
import Glibc

/// The models and the labelled faces that a figure compares.
struct ComparedModels: ParsableArguments {
  @Argument(help: "Weight files, or folders of runs.", completion: .weightFile)
  var models: [String]

  @Option(
    help: "A folder with labels.csv, or a csv file in Kaggle's format; its validation side where it has a split.",
    completion: .dataSet)
  var data: String

  @Option(help: "Processor cores to use.")
  var threads = 2

  private var files: [String] { models.map(ModelName.file) }

  var inputs: [String] { models.flatMap(ModelName.inputs) + [data] }

  /// The names of models for legends: the run's folder for the weights in it, else the file's name. Equal ones are numbered.
  private var names: [String] {
    var seen: [String: Int] = [:]
    return files.map { path in
      let (folder, file) = PathText.split(path)
      let stem = PathText.splitExtension(file).stem
      let run = folder.split(separator: "/").last { $0 != "." }.map(String.init)
      let name = PathText.unicode(["model", "best"].contains(stem) ? run ?? stem : stem)
      seen[name, default: 0] += 1
      let number = seen[name] ?? 1
      return number == 1 ? name : "\(name) (\(number))"
    }
  }

  struct Inputs {
    var predictors: [(name: String, predictor: any LandmarkPredictor)]
    var dataset: LandmarkDataset
    var indices: [Int]
    /// "630 faces of DATA".
    var words: String
  }

  /// - Throws: `CommandFailure`.
  func read() throws -> Inputs {
    guard (1...256).contains(threads) else {
      throw CommandFailure(.usage, "the number of threads must be in 1...256")
    }
    let models = try CommandFailure.wrap(.setupUnusable) {
      try zip(names, files).map { (name: $0, predictor: try ModelName.predictor($1)) }
    }
    let dataset = try CommandFailure.wrap(.inputUnreadable) { try LandmarkDataset.read(data, threads: threads) }
    let predictors = try models.map { name, predictor in
      guard let predictor = predictor.giving(dataset.scheme) else {
        throw CommandFailure(.setupUnusable, "\(PathText.printable(predictor.file)): has other landmarks than \(data)")
      }
      return (name: name, predictor: predictor)
    }
    let hasSplit = dataset.samples.contains { $0.split != nil }
    let indices = dataset.samples.indices.filter {
      (!hasSplit || dataset.samples[$0].split == .validation) && dataset.hasPoints($0)
    }
    guard !indices.isEmpty else {
      throw CommandFailure(.inputUnreadable, "\(PathText.printable(data)): no face with known points to compare with")
    }
    let parts = data.split(separator: "/").filter { $0 != "." && $0 != ".." }
    let name = parts.last.map { PathText.unicode(String($0)) } ?? "the data"
    let side = hasSplit ? "validation faces" : "faces"
    return Inputs(
      predictors: predictors, dataset: dataset, indices: indices, words: "\(indices.count) \(side) of \(name)")
  }

  /// Runs every model over the faces.
  /// - Throws: `CommandFailure` for a model that gives no coordinates.
  func errors() throws -> (models: [ModelErrors], words: String) {
    let inputs = try read()
    let models = try CommandFailure.wrap(.setupUnusable) {
      try inputs.predictors.map { name, predictor in
        try ModelErrors(
          of: predictor, name: name, on: inputs.dataset, indices: inputs.indices, threads: threads)
      }
    }
    return (models, inputs.words)
  }
}

/// Errors of each point.
struct PlotPoints: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "points",
    abstract: "The mean error of each point with its standard error, models side by side.")

  @OptionGroup var compared: ComparedModels

  @Flag(help: "Errors in pixels of the 96x96 crop instead of % of the eye distance.")
  var pixels = false

  @OptionGroup var figure: FigureOutput

  @Option(help: "Write the numbers into this csv file.", completion: .file(extensions: ["csv"]))
  var table: String?

  func run() throws {
    try figure.check(endings: FigurePage.fileExtensions, inputs: compared.inputs, table: table)
    let (models, words) = try compared.errors()
    let charts = ErrorCharts(models, faces: words)
    try figure.write(
      charts.points(inPixels: pixels).page(), table: (table, { charts.pointTable(inPixels: pixels) }))
  }
}

/// Cumulative error curves.
struct PlotCumulative: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cumulative",
    abstract: "The share of faces with an NME below x, for x up to 15 %, with the area below the curve.")

  @OptionGroup var compared: ComparedModels
  @OptionGroup var figure: FigureOutput

  @Option(help: "Write the numbers into this csv file.", completion: .file(extensions: ["csv"]))
  var table: String?

  func run() throws {
    try figure.check(endings: FigurePage.fileExtensions, inputs: compared.inputs, table: table)
    let (models, words) = try compared.errors()
    let charts = ErrorCharts(models, faces: words)
    try figure.write(charts.cumulative.page(), table: (table, { charts.cumulativeTable }))
  }
}

/// Faces with labels and predictions.
struct PlotFaces: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "faces",
    abstract: "Faces with their labels and a model's points, as a grid.")

  @OptionGroup var compared: ComparedModels

  @Option(help: "How many faces.")
  var count = 16

  @Flag(help: "Those with the largest errors, worst first, instead of some from all over the data.")
  var worst = false

  @OptionGroup var figure: FigureOutput

  func validate() throws {
    guard compared.models.count == 1 else { throw ValidationError("Name one weight file.") }
    guard (1...256).contains(count) else { throw ValidationError("The count must be in 1...256.") }
  }

  func run() throws {
    try figure.check(endings: ["png"], inputs: compared.inputs)
    let inputs = try compared.read()
    guard let (name, predictor) = inputs.predictors.first else { return }
    let sheet = try CommandFailure.wrap(.setupUnusable) {
      try PredictionSheet.sheet(
        of: predictor, name: name, on: inputs.dataset, indices: inputs.indices, count: count, worst: worst,
        threads: compared.threads)
    }
    try FigureOutput.write(figure.output) { try sheet.picture().write(to: $0) }
  }
}
