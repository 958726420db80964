import Files

/// The results of the folds of a cross-validation.
package struct FoldTable: Sendable {
  private let results: [RunSeries.Result]

  package init(_ results: [RunSeries.Result]) { self.results = results }

  /// "5 folds: RMSE 1.234 +- 0.056 px", the mean over the folds and the standard deviation among them.
  package var summary: String {
    let values = results.map(\.best.validationRMSE)
    let mean = values.reduce(0, +) / Double(values.count)
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    let deviation = (squares / Double(max(values.count - 1, 1))).squareRoot()
    func text(_ value: Double) -> String { "\((value * 1000).rounded() / 1000)" }
    return "\(values.count) folds: RMSE \(text(mean)) +- \(text(deviation)) px"
  }

  /// - Throws: `FileError`.
  package func write(to path: String) throws {
    let lines = results.enumerated().map { number, result in
      let best = result.best
      return [
        "\(number + 1)", "\(best.epoch)", "\(best.validationLoss)", "\(best.validationRMSE)", "\(best.validationMAE)",
        "\(best.validationNME)", "\(result.seconds)", result.configuration.name,
      ].joined(separator: ",")
    }
    let header = "fold,best_epoch,val_loss,val_rmse,val_mae,val_nme,seconds,run"
    try Files.write(([header] + lines).joined(separator: "\n") + "\n", to: path)
  }
}
