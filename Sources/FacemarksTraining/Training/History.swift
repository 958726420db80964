import Files

/// The results of a run's epochs, kept as `history.csv`.
package struct History: Sendable {
  package struct Row: Hashable, Sendable {
    /// Counted from 1.
    package var epoch: Int
    /// Mean training loss, augmented.
    package var loss: Double
    /// Of the training batches, augmented, px of 96.
    package var rmse: Double
    /// On the validation side, as the loss of the training but of unchanged crops.
    package var validationLoss: Double
    /// On the validation side, px of 96.
    package var validationRMSE: Double
    /// Mean absolute coordinate difference on the validation side, px of 96.
    package var validationMAE: Double
    /// On the validation side, as a share of the eye distance.
    package var validationNME: Double
    package var failureRate: Double
    /// At the end of the epoch.
    package var rate: Double
    package var momentum: Double
    package var imagesPerSecond: Double
    /// Since the run began, over all its parts.
    package var seconds: Double

    /// The figure to choose epochs by, the lower the better; the RMSE where no face has an NME.
    package func score(by monitor: RunConfiguration.Monitor) -> Double {
      switch monitor {
      case .nme: validationNME.isNaN ? validationRMSE : validationNME
      case .rmse: validationRMSE
      case .loss: validationLoss
      }
    }
  }

  package static let header =
    "epoch,loss,rmse,val_loss,val_rmse,val_mae,val_nme,val_failure_rate,rate,momentum,images_per_second,seconds"
  package private(set) var rows: [Row] = []

  package init() {}

  /// - Throws: `FileError`, or `TrainingError` when the file is not a history.
  package init(contentsOf path: String) throws {
    let lines = String(decoding: try Files.read(path), as: UTF8.self).split(separator: "\n")
    guard lines.first.map(String.init) == Self.header else { throw TrainingError("\(path): not a training history") }
    for (number, line) in lines.enumerated().dropFirst() {
      let fields = line.split(separator: ",", omittingEmptySubsequences: false).compactMap { Double($0) }
      guard fields.count == 12, let epoch = Int(exactly: fields[0]) else {
        throw TrainingError("\(path):\(number + 1): not a row of a training history")
      }
      rows.append(
        Row(
          epoch: epoch, loss: fields[1], rmse: fields[2], validationLoss: fields[3], validationRMSE: fields[4],
          validationMAE: fields[5], validationNME: fields[6], failureRate: fields[7], rate: fields[8],
          momentum: fields[9], imagesPerSecond: fields[10], seconds: fields[11]))
    }
  }

  /// The first row with the best figure; nil without rows.
  package func best(by monitor: RunConfiguration.Monitor) -> Row? {
    rows.min { $0.score(by: monitor) < $1.score(by: monitor) }
  }

  package mutating func add(_ row: Row) { rows.append(row) }

  /// Forgets the epochs after `epoch`.
  package mutating func truncate(after epoch: Int) { rows.removeAll { $0.epoch > epoch } }

  package func write(to path: String) throws {
    let lines = rows.map { row in
      [
        row.loss, row.rmse, row.validationLoss, row.validationRMSE, row.validationMAE, row.validationNME,
        row.failureRate, row.rate, row.momentum, row.imagesPerSecond, row.seconds,
      ].reduce("\(row.epoch)") { "\($0),\($1)" }
    }
    try Files.write(([Self.header] + lines).joined(separator: "\n") + "\n", to: path)
  }
}
