import ArgumentParser
import Facemarks
import FacemarksTraining
import Files
import Glibc
import NeuralNetwork

/// Makes one model of several.
struct CombineCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "combine",
    abstract: "Make one model of several: ensembles and specialists.",
    discussion: """
      The result gives for each landmark the mean of the models that know it, so models of different landmarks add up \
      to one of all. It is a weight file like any other. With --select the models are chosen first, those that know the \
      same landmarks among themselves: the best one, then each time the one that improves the mean most, on the faces \
      that training with the same --holdout left out.
      """)

  @Argument(help: "Weight files, or folders of finished runs.", completion: .weightFile)
  var models: [String]

  @Option(name: [.short, .long], help: "The weight file to write.", completion: .weightFile)
  var output: String

  @Flag(help: "Replace files that exist.")
  var force = false

  @Flag(help: "Choose among the models; needs --data and --holdout.")
  var select = false

  @Option(help: "The data that the models were trained on.", completion: .dataSet)
  var data: String?

  @Option(help: "The share of faces that the training left out.")
  var holdout: Double?

  @Option(help: "Processor cores to use.")
  var threads = 2

  func run() throws {
    try OutputRegistry(inputs: models.map(ModelName.file)).check(output, for: "--output", force: force)
    var paths = models.map(ModelName.file)
    if select { paths = try selected(paths) }
    let file = try CommandFailure.wrap(.setupUnusable) {
      try Combination(meanOf: paths.map { try Combination.Member(contentsOf: $0) }).file()
    }
    try CommandFailure.wrap(.someFailed) { try file.write(to: output) }
    Console.write("\(NumberText.counted(paths.count, "model")) -> \(output)\n", to: STDOUT_FILENO)
  }

  private func selected(_ paths: [String]) throws -> [String] {
    guard let data, let holdout, holdout > 0, holdout < 1 else {
      throw CommandFailure(.usage, "--select needs --data and --holdout, a share above 0 and below 1")
    }
    let dataset = try CommandFailure.wrap(.inputUnreadable) { try LandmarkDataset.read(data, threads: max(1, threads)) }
    let split = Split(dataset, SplitOptions(holdout: holdout, seed: 1))
    let selection = try CommandFailure.wrap(.setupUnusable) {
      try Selection(paths, on: dataset, indices: split.holdout, threads: max(1, threads))
    }
    for steps in selection.steps {
      for (number, step) in steps.enumerated() {
        Console.write("\(number + 1)  RMSE \(NumberText.text(step.rmse, 3)) px  \(step.path)\n", to: STDOUT_FILENO)
      }
    }
    return selection.paths
  }
}
