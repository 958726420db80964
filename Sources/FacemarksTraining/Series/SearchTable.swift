import Files

/// The trials of a search as csv: the parameters, then the results.
package struct SearchTable: Sendable {
  private let names: [String]
  private var lines: [String]

  package init(_ search: HyperparameterSearch) {
    names = search.axes.map(\.name)
    lines = [
      (names + ["weights", "epochs", "best_epoch", "val_loss", "val_rmse", "val_nme", "seconds"])
        .joined(separator: ",")
    ]
  }

  /// A trial and its run; a parameter that it leaves alone stays empty.
  package mutating func add(_ trial: HyperparameterSearch.Trial, _ result: RunSeries.Result) {
    let settings = names.map { name in trial.settings.first { $0.name == name }?.value ?? "" }
    let best = result.best
    lines.append(
      (settings + [
        "\(result.weights)", "\(result.epochs)", "\(best.epoch)", "\(best.validationLoss)", "\(best.validationRMSE)",
        "\(best.validationNME)", "\(result.seconds)",
      ]).joined(separator: ","))
  }

  /// - Throws: `FileError`.
  package func write(to path: String) throws { try Files.write(lines.joined(separator: "\n") + "\n", to: path) }
}
