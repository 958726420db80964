import ArgumentParser
import FacemarksTraining
import Files
import Glibc
import NeuralNetwork

/// Makes one model of cross-validated ones.
struct StackCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "stack",
    abstract: "Put a linear second level over cross-validated networks.",
    discussion: """
      Each folder is one of 'facemarks cross-validate', all with the same data, seed and number of folds. What their \
      networks predict of the faces they were not trained on decides how much each counts. The result is a weight file \
      like any other.
      """)

  @Argument(help: "Folders of cross-validations.", completion: .directory)
  var folders: [String]

  @Option(name: [.short, .long], help: "The weight file to write.", completion: .weightFile)
  var output: String

  @Flag(help: "Replace files that exist.")
  var force = false

  @Option(help: "Processor cores to use.")
  var threads = 2

  func run() throws {
    try OutputRegistry(inputs: []).check(output, for: "--output", force: force)
    let levels = try folders.map { folder in
      let runs = (1...1000).lazy.map { "\(folder)/fold-\($0)" }.prefix { FileStatus(of: Trainer.modelPath($0)) != nil }
      guard !runs.isEmpty else {
        throw CommandFailure(.inputUnreadable, "\(folder): no finished fold-1; give a folder of 'cross-validate'")
      }
      return Stacking.Level(folders: Array(runs))
    }
    let stacking = try CommandFailure.wrap(.inputUnreadable) { try Stacking(levels, threads: max(1, threads)) }
    let file = try CommandFailure.wrap(.inputUnreadable) { try stacking.combination.file() }
    try CommandFailure.wrap(.someFailed) { try file.write(to: output) }
    for (folder, rmse) in zip(folders, stacking.single) {
      Console.write("RMSE \(NumberText.text(rmse, 3)) px  \(folder)\n", to: STDOUT_FILENO)
    }
    Console.write(
      "RMSE \(NumberText.text(stacking.mean, 3)) px  their mean\n"
        + "RMSE \(NumberText.text(stacking.stacked, 3)) px  stacked (lambda \(stacking.lambda)) -> \(output)\n",
      to: STDOUT_FILENO)
  }
}
