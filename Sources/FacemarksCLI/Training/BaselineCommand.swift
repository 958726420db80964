import ArgumentParser
import FacemarksTraining
import Files
import Glibc
import NeuralNetwork

/// Makes simple predictors for comparison.
struct BaselineCommand: ParsableCommand {
  private static let preset = RunConfiguration()
  private static let forest = RandomForest.Settings()

  static let configuration = CommandConfiguration(
    commandName: "baseline",
    abstract: "Make a simple model that a network must beat.",
    discussion: """
      Learns from the training side of the split that 'facemarks train' would make with the same seed, and prints the \
      errors on the other side. 'facemarks evaluate' and 'facemarks submit' take the result as a model.
      """)

  @Argument(help: "\(Baseline.allCases.map { "\($0.rawValue) (\($0.summary))" }.joined(separator: ", ")).")
  var baseline: Baseline

  @Option(
    help: "\(DataName.words)",
    completion: .dataSet)
  var data: String

  @Option(name: [.short, .long], help: "The weight file to write.", completion: .weightFile)
  var output: String

  @Flag(help: "Replace files that exist.")
  var force = false

  @Option(help: "The share of faces to validate with, where the data have no split of their own.")
  var validationShare = preset.validationShare

  @Option(help: "The share of faces to leave out, the same ones as in training with the same --holdout.")
  var holdout = preset.holdout

  @Option(help: "Trees of a forest.")
  var trees = forest.trees

  @Option(help: "Questions on the way to a leaf of a forest, at most.")
  var depth = forest.depth

  @Option(help: "Everything random follows from it.")
  var seed = preset.seed

  @Option(help: "Processor cores to use.")
  var threads = preset.threads

  @Option(help: "The licence to state in the weight file.")
  var licence = preset.licence

  func run() throws {
    try OutputRegistry(inputs: [data]).check(output, for: "--output", force: force)
    guard validationShare > 0, validationShare < 1 else {
      throw CommandFailure(.usage, "the validation share must be above 0 and below 1")
    }
    guard (0..<1).contains(holdout) else { throw CommandFailure(.usage, "the holdout must be at least 0 and below 1") }
    guard (1...1000).contains(trees), (1...40).contains(depth) else {
      throw CommandFailure(.usage, "--trees must be in 1...1000 and --depth in 1...40")
    }
    let dataset = try CommandFailure.wrap(.inputUnreadable) { try LandmarkDataset.read(data, threads: max(1, threads)) }
    let split = Split(dataset, SplitOptions(holdout: holdout, validation: validationShare, seed: seed))
    let weights = try CommandFailure.wrap(.inputUnreadable) {
      try baseline.fitted(
        to: dataset, training: split.training, forest: RandomForest.Settings(trees: trees, depth: depth), seed: seed,
        threads: max(1, threads), licence: licence)
    }
    try CommandFailure.wrap(.someFailed) {
      try weights.write(to: output)
      let errors = try Evaluation.errors(
        of: Predictors.read(output), on: dataset, indices: split.validation, threads: max(1, threads))
      Console.write(
        "\(baseline.rawValue): RMSE \(NumberText.text(errors.rmse, 3)) px, NME \(NumberText.text(100 * errors.nme, 2)) % on "
          + "\(NumberText.counted(split.validation.count, "face")), learned from \(split.training.count) -> \(output)\n",
        to: STDOUT_FILENO)
    }
  }
}

extension Baseline: ExpressibleByArgument {}
