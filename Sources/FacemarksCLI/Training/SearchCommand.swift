import ArgumentParser
import FacemarksTraining
import Files
import Glibc

/// Tries hyper-parameters.
struct SearchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "search",
    abstract: "Try values of hyper-parameters and keep the best.",
    discussion: """
      Greedy: the values of the first parameter are tried, then, at its best one, those of the second, and so on. With \
      --grid every combination is tried. Each trial is a run in a folder of its own, with early stopping by --patience; \
      search.csv is written as they end. A search that was stopped goes on with the same command.
      """)

  @Option(
    help: "\(DataName.words)",
    completion: .dataSet)
  var data: String?

  @Option(name: [.short, .long], help: "The folder for the trials and search.csv.", completion: .directory)
  var output: String

  @Option(
    help: "A configuration to begin with, such as an earlier run's config.json.",
    completion: .file(extensions: ["json"]))
  var config: String?

  @Option(
    help: "NAME=VALUE,VALUE,...: an option of 'train' or of the architecture; may be given several times, in order.")
  var vary: [String]

  @Flag(help: "Try every combination.")
  var grid = false

  @OptionGroup var options: TrainOptions

  @Flag(name: [.short, .long], help: "Print no progress.")
  var quiet = false

  func run() throws {
    let search = try Self.search(try options.configuration(data: data, config: config), vary)
    let session = try SeriesSession(folder: output, isQuiet: quiet)
    try session.perform { series in
      var table = SearchTable(search)
      var done: [String: Double] = [:]
      func score(_ trial: HyperparameterSearch.Trial) throws -> Double? {
        if let score = done[trial.name] { return score }
        guard let result = try series.run(trial.name, trial.configuration) else { return nil }
        table.add(trial, result)
        try table.write(to: "\(output)/search.csv")
        done[trial.name] = result.best.score(by: trial.configuration.monitor)
        return done[trial.name]
      }
      guard let best = try grid ? search.grid(score) : search.greedy(score) else { return false }
      try best.configuration.write(to: "\(output)/best.json")
      Console.write("best: \(best.name) -> \(output)/best.json\n", to: STDOUT_FILENO)
      return true
    }
  }

  /// - Throws: `CommandFailure` when an axis is not NAME=VALUES or its name is unknown.
  static func search(_ base: RunConfiguration, _ vary: [String]) throws -> HyperparameterSearch {
    let axes = try vary.map { text in
      let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
      guard parts.count == 2 else {
        throw CommandFailure(.usage, "--vary \(text): give NAME=VALUE,VALUE,...")
      }
      return HyperparameterSearch.Axis(parts[0], parts[1].split(separator: ",").map(String.init))
    }
    return try CommandFailure.wrap(.usage) { try HyperparameterSearch(base: base, axes: axes) }
  }
}
