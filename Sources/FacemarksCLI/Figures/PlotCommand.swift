import ArgumentParser
import FacemarksTraining
import Files
import Glibc

/// Draws charts of runs and models.
struct PlotCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plot",
    abstract: "Draw learning curves, errors and predictions.",
    discussion: "Charts are written as .png or .svg, their numbers as csv with --table.",
    subcommands: [PlotCurves.self, PlotPoints.self, PlotCumulative.self, PlotFaces.self, PlotConfidence.self])
}

/// Learning curves.
struct PlotCurves: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "curves",
    abstract: "The learning curves of runs on one chart.",
    discussion: """
      Training is dashed, validation a full line of the same colour; a disc marks the epoch with the lowest RMSE of the \
      validation. Columns of history.csv are found by their names; a run that lacks the metric is left out.
      """)

  @Argument(help: "Folders of runs, or their history.csv.", completion: .file(extensions: ["csv"]))
  var runs: [String]

  @Option(help: "What to show: \(CurveMetric.allCases.map(\.rawValue).joined(separator: ", ")).")
  var metric = CurveMetric.loss

  @Flag(help: "A linear instead of a logarithmic axis.")
  var linear = false

  @OptionGroup var figure: FigureOutput

  @Option(help: "Write the numbers into this csv file.", completion: .file(extensions: ["csv"]))
  var table: String?

  func run() throws {
    let files = runs.map { FileStatus(of: $0)?.kind == .folder ? PathText.join($0, "history.csv") : $0 }
    try figure.check(endings: FigurePage.fileExtensions, inputs: files, table: table)
    var histories: [RunHistory] = []
    try CommandFailure.wrap(.inputUnreadable) { for run in runs { histories.append(try RunHistory(run: run)) } }
    let curves = LearningCurves(histories, metric: metric, isLogarithmic: !linear)
    let without = curves.runsWithout
    guard without.count < histories.count else {
      throw CommandFailure(.inputUnreadable, "no run has numbers for '\(metric.rawValue)'; choose another --metric")
    }
    for name in without {
      Console.write("\(name): has no numbers for '\(metric.rawValue)', left out\n", to: STDERR_FILENO)
    }
    try figure.write(curves.chart.page(), table: (table, { curves.table }))
  }
}

extension CurveMetric: ExpressibleByArgument {}
