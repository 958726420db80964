import ArgumentParser
import Facemarks
import FacemarksTraining

/// Compares a network's confidences with the truth.
struct PlotConfidence: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "confidence",
    abstract: "How often what a network says of its own certainty is true.",
    discussion: """
      points: of landmarks that are said to be within a tenth of the eye distance with some probability, how many are. \
      faces: of pictures that are said to show a face, how many do. errors: the expected error of faces against the true \
      one. threshold: the shares of faces kept and of other pictures taken for one, by --min-confidence. Each disc stands \
      for a tenth of what was judged.
      """)

  enum Kind: String, CaseIterable, ExpressibleByArgument {
    case points, faces, errors, threshold
  }

  @Argument(help: "\(ModelName.words)", completion: .model)
  var model: String?

  @Option(
    help: "A folder with labels.csv, or a csv file in Kaggle's format; its validation side where it has a split.",
    completion: .dataSet)
  var data: String

  @Option(help: "A tar archive of pictures without a face.", completion: .tarFile)
  var nonfaces: String?

  @Option(help: "What to show: \(Kind.allCases.map(\.rawValue).joined(separator: ", ")).")
  var kind = Kind.points

  @Flag(help: "Compare with the points placed by hand, where the data keep them apart.")
  var manual = false

  @OptionGroup var figure: FigureOutput

  @Option(help: "Write the numbers into this csv file.", completion: .file(extensions: ["csv"]))
  var table: String?

  @Option(help: "Processor cores to use.")
  var threads = 2

  func run() throws {
    let inputs = ModelName.inputs(model) + [data, nonfaces].compactMap { $0 }
    try figure.check(endings: FigurePage.fileExtensions, inputs: inputs, table: table)
    let network = try PipelineSource.model(at: model)
    network.threads = max(1, threads)
    let dataset = try CommandFailure.wrap(.inputUnreadable) {
      let faces = try LandmarkDataset.read(data, threads: max(1, threads))
      return try nonfaces.map(faces.adding(nonfaces:)) ?? faces
    }
    let hasSplit = dataset.samples.contains { $0.split != nil }
    let indices = dataset.samples.indices.filter { !hasSplit || dataset.samples[$0].split == .validation }
    let study = try CommandFailure.wrap(.setupUnusable) {
      try ConfidenceStudy(network, on: dataset, indices: indices, truth: manual ? .manual : .labels)
    }
    let charts = ConfidenceCharts(study)
    switch kind {
    case .points: try figure.write(charts.points.page(), table: (table, { charts.pointTable }))
    case .faces: try figure.write(charts.faces.page(), table: (table, { charts.faceTable }))
    case .errors: try figure.write(charts.errors.page(), table: (table, { charts.errorTable }))
    case .threshold: try figure.write(charts.threshold.page(), table: (table, { charts.thresholdTable }))
    }
  }
}
