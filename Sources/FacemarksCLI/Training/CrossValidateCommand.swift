import ArgumentParser
import FacemarksTraining
import Files
import Glibc

/// Trains once for every fold.
struct CrossValidateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cross-validate",
    abstract: "Train and validate on folds, so that every face is validated once.",
    discussion: """
      Persons and copies of a picture stay in one fold. With --vary and --inner the parameters are chosen anew for each \
      fold, by an inner cross-validation on the other folds (nested cross-validation), so that its error is that of the \
      choosing, too. folds.csv has a row per fold. What was stopped goes on with the same command. \
      'facemarks stack' makes one model of such folders.
      """)

  @Option(
    help: "\(DataName.words)",
    completion: .dataSet)
  var data: String?

  @Option(name: [.short, .long], help: "The folder for the runs and folds.csv.", completion: .directory)
  var output: String

  @Option(
    help: "A configuration to begin with, such as an earlier run's config.json.",
    completion: .file(extensions: ["json"]))
  var config: String?

  @Option(help: "The number of folds.")
  var folds = 5

  @Option(help: "The number of inner folds, with --vary.")
  var inner = 4

  @Option(help: "NAME=VALUE,VALUE,...: parameters to choose by the inner folds, every combination.")
  var vary: [String] = []

  @OptionGroup var options: TrainOptions

  @Flag(name: [.short, .long], help: "Print no progress.")
  var quiet = false

  func run() throws {
    guard (2...1000).contains(folds), (2...1000).contains(inner) else {
      throw CommandFailure(.usage, "the number of folds must be in 2...1000")
    }
    let base = try options.configuration(data: data, config: config)
    let search = try SearchCommand.search(base, vary)
    let session = try SeriesSession(folder: output, isQuiet: quiet)
    try session.perform { series in
      var results: [RunSeries.Result] = []
      for fold in 1...folds {
        guard let trial = vary.isEmpty ? base : try chosen(search, fold, series) else { return false }
        var configuration = trial
        configuration.fold = "\(fold)/\(folds)"
        guard let result = try series.run("fold-\(fold)", configuration) else { return false }
        results.append(result)
        try FoldTable(results).write(to: "\(output)/folds.csv")
      }
      Console.write(FoldTable(results).summary + " -> \(output)/folds.csv\n", to: STDOUT_FILENO)
      return true
    }
  }

  /// The best parameters by the inner folds of an outer one; nil when stopped.
  private func chosen(_ search: HyperparameterSearch, _ fold: Int, _ series: RunSeries) throws -> RunConfiguration? {
    try search.grid { trial in
      var sum = 0.0
      for number in 1...inner {
        var configuration = trial.configuration
        (configuration.outerFold, configuration.fold) = ("\(fold)/\(folds)", "\(number)/\(inner)")
        guard let result = try series.run("inner-\(fold)-\(number)_\(trial.name)", configuration) else { return nil }
        sum += result.best.score(by: configuration.monitor)
      }
      return sum / Double(inner)
    }?.configuration
  }
}
