import Imaging

/// The quantities that learning curves show, with their columns in a history.
package enum CurveMetric: String, CaseIterable, Sendable {
  case loss, rmse, mae, nme

  var training: String { rawValue }
  var validation: String { "val_\(rawValue)" }

  var axis: Chart.Axis {
    switch self {
    case .loss: Chart.Axis("loss")
    case .rmse: Chart.Axis("RMSE", unit: "px of 96")
    case .mae: Chart.Axis("mean absolute error", unit: "px of 96")
    case .nme: Chart.Axis("NME", unit: "% of the eye distance")
    }
  }

  var title: String {
    switch self {
    case .loss: "Loss over the epochs"
    case .rmse: "RMSE over the epochs"
    case .mae: "Mean absolute error over the epochs"
    case .nme: "NME over the epochs"
    }
  }

  /// From the numbers of the file to those of the axis.
  var factor: Double { self == .nme ? 100 : 1 }
}

/// The learning curves of some runs in one chart: training dashed, validation as a full line of the same colour, a disc at
/// the best epoch.
package struct LearningCurves: Sendable {
  private let runs: [(name: String, history: RunHistory)]
  private let metric: CurveMetric
  private let isLogarithmic: Bool

  package init(_ histories: [RunHistory], metric: CurveMetric, isLogarithmic: Bool = true) {
    var seen: [String: Int] = [:]
    // Runs of one name are numbered.
    runs = histories.map { history in
      seen[history.name, default: 0] += 1
      let number = seen[history.name] ?? 1
      return (number == 1 ? history.name : "\(history.name) (\(number))", history)
    }
    self.metric = metric
    self.isLogarithmic = isLogarithmic
  }

  /// The runs that have no numbers of the metric.
  package var runsWithout: [String] {
    runs.filter { $0.history[metric.training] == nil && $0.history[metric.validation] == nil }.map(\.name)
  }

  package var chart: Chart {
    var series: [Chart.Series] = []
    var (hasTraining, hasValidation, hasBest) = (false, false, false)
    for (number, run) in runs.enumerated() {
      let training = values(run.history, metric.training)
      let validation = values(run.history, metric.validation)
      guard training != nil || validation != nil else { continue }
      if let training {
        hasTraining = true
        let name = validation == nil ? run.name : ""
        series.append(Chart.Series(name, .dashed, x: run.history.epochs, y: training, color: number))
      }
      if let validation {
        hasValidation = true
        series.append(Chart.Series(run.name, .line, x: run.history.epochs, y: validation, color: number))
      }
      if let best = bestEpoch(run.history), let shown = validation ?? training {
        hasBest = true
        series.append(
          Chart.Series("", .points, x: [run.history.epochs[best]], y: [shown[best]], color: number))
      }
    }
    var keys: [(style: Chart.Style, words: String)] = []
    if hasValidation { keys.append((.line, "validation")) }
    if hasTraining { keys.append((.dashed, "training")) }
    if hasBest { keys.append((.points, "best epoch")) }
    var axis = metric.axis
    axis.scale = isLogarithmic ? .logarithmic : .linear
    return Chart(title: metric.title, x: Chart.Axis("epoch"), y: axis, series: series, keys: keys)
  }

  /// The numbers as csv: `run,epoch,training,validation`, in the units of the history; a number that is not known is empty.
  package var table: String {
    var lines = ["run,epoch,\(metric.training),\(metric.validation),best"]
    for run in runs {
      let best = bestEpoch(run.history)
      for (row, epoch) in run.history.epochs.enumerated() {
        let numbers = [metric.training, metric.validation].map { FigureTable.number(run.history[$0]?[row]) }
        lines.append(
          ([FigureTable.field(run.name), FigureTable.number(epoch)] + numbers + [row == best ? "1" : "0"])
            .joined(separator: ","))
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// The row whose weights the trainer keeps: the lowest RMSE of the validation, or the lowest of what is shown.
  private func bestEpoch(_ history: RunHistory) -> Int? {
    history.best(["val_rmse", metric.validation])
  }

  private func values(_ history: RunHistory, _ column: String) -> [Double]? {
    history[column]?.map { $0 * metric.factor }
  }
}

/// Fields of the csv files beside charts.
enum FigureTable {
  /// Empty for what is not known.
  static func number(_ value: Double?) -> String {
    guard let value, value.isFinite else { return "" }
    return value == value.rounded() && abs(value) < 1e15 ? "\(Int(value))" : "\(value)"
  }

  /// In quotes where the text would break the row.
  static func field(_ text: String) -> String {
    guard text.contains(where: { ",\"".contains($0) || $0.isNewline }) else { return text }
    return "\"" + text.map { $0 == "\"" ? "\"\"" : $0.isNewline ? " " : String($0) }.joined() + "\""
  }
}
