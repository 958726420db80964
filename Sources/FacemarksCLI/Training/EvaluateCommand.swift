import ArgumentParser
import Facemarks
import FacemarksTraining
import Files
import Glibc
import NeuralNetwork

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Measures the accuracy of a network.
struct EvaluateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate",
    abstract: "Measure a model's errors on labelled faces, or those of a submission.",
    discussion: """
      With --data: RMSE is in pixels of the 96x96 crop, NME the mean distance divided by the distance of the eye centres, failures \
      are faces with an NME above 10 %, AUC is the area under the cumulative curve of the NME up to 10 %. \
      With --submission and --solution: the RMSE over the rows, by the solution's column Usage (Public, Private) where \
      it has one.
      """)

  enum Side: String, CaseIterable, ExpressibleByArgument {
    case training = "train"
    case validation = "val"
    case all
  }

  @Option(help: "\(ModelName.words)", completion: .model)
  var model: String?

  @Option(
    help: "\(DataName.words)",
    completion: .dataSet)
  var data: String?

  @Option(
    help: "A csv file with the columns RowId and Location, to be scored against --solution.",
    completion: .file(extensions: ["csv"]))
  var submission: String?

  @Option(help: "The csv file with the true locations.", completion: .file(extensions: ["csv"]))
  var solution: String?

  @Option(
    help:
      "Which faces: \(Side.allCases.map(\.rawValue).joined(separator: ", ")). By default val where the data have a split."
  )
  var split: Side?

  @Option(help: "Only the faces that training with the same --holdout left out: their share, above 0 and below 1.")
  var holdout: Double?

  @Flag(help: "Compare with the points placed by hand, where the data keep them apart, and the labels with these.")
  var manual = false

  @OptionGroup var options: PredictorOptions

  @Flag(help: "Print JSON instead of a table.")
  var json = false

  @Option(help: "Processor cores to use.")
  var threads = 2

  func run() throws {
    if submission != nil || solution != nil {
      try score()
    } else if let data {
      try evaluate(data)
    } else {
      throw CommandFailure(.usage, "name the data with --data (or a --submission and its --solution)")
    }
  }

  private func score() throws {
    guard let submission, let solution, data == nil, model == nil else {
      throw CommandFailure(.usage, "--submission and --solution go together, without --data and --model")
    }
    try CommandFailure.wrap(.inputUnreadable) {
      let score = try SubmissionScore(submission: submission, solution: solution)
      try print(ScoreReport(score, submission: submission, solution: solution)) { $0.table }
    }
  }

  private func evaluate(_ data: String) throws {
    let cropping = try options.makeCropping()
    let whole = try options.predictor(at: model, cropping: cropping)
    let dataset = try CommandFailure.wrap(.inputUnreadable) { try LandmarkDataset.read(data, threads: max(1, threads)) }
    guard let predictor = whole.giving(dataset.scheme) else {
      throw CommandFailure(.setupUnusable, "\(whole.file): has other landmarks than \(data)")
    }
    let indices = try indices(of: dataset)
    let report = try EvaluationReport(
      predictor, dataset, indices: indices, truth: manual ? .manual : .labels, threads: max(1, threads))
    PredictorOptions.report(cropping)
    reportTrained(among: indices, of: dataset)
    reportCopies(in: dataset)
    try print(report) { $0.table }
  }

  /// Warns when the model was trained on some of the faces, according to its file.
  private func reportTrained(among indices: [Int], of dataset: LandmarkDataset) {
    guard let trained = (try? ModelName.weights(model)).flatMap({ Evaluation.trained(by: $0.metadata, of: dataset) })
    else { return }
    let count = indices.count { trained.contains($0) }
    guard count > 0 else { return }
    Console.write(
      "\(dataset.path): the model was trained on \(count) of \(NumberText.counted(indices.count, "face")); "
        + "on new ones its errors are larger\n", to: STDERR_FILENO)
  }

  /// Warns when the data's own split has the same picture on both sides.
  private func reportCopies(in dataset: LandmarkDataset) {
    guard split != .all, holdout == nil, dataset.samples.contains(where: { $0.split == .validation }) else { return }
    let copies = Split.make(dataset, seed: 0).copies(in: dataset)
    guard copies > 0 else { return }
    let pictures = copies == 1 ? "1 validation picture is" : "\(copies) validation pictures are"
    Console.write("\(dataset.path): \(pictures) also among the training ones\n", to: STDERR_FILENO)
  }

  private func print<Report: Encodable>(_ report: Report, table: (Report) -> String) throws {
    guard json else {
      Console.write(table(report), to: STDOUT_FILENO)
      return
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    Console.write(String(decoding: try encoder.encode(report), as: UTF8.self) + "\n", to: STDOUT_FILENO)
  }

  private func indices(of dataset: LandmarkDataset) throws -> [Int] {
    if let holdout {
      guard split == nil, holdout > 0, holdout < 1 else {
        throw CommandFailure(.usage, "--holdout must be above 0 and below 1, and goes without --split")
      }
      return Split(dataset, SplitOptions(holdout: holdout, seed: 0)).holdout
    }
    let hasSplit = dataset.samples.contains { $0.split != nil }
    let side = split ?? (hasSplit ? .validation : .all)
    guard hasSplit || side == .all else {
      throw CommandFailure(.usage, "\(dataset.path): has no split of its own: use --split all")
    }
    return dataset.samples.indices.filter { index in
      switch side {
      case .all: true
      case .validation: dataset.samples[index].split == .validation
      case .training: dataset.samples[index].split != .validation
      }
    }
  }
}
