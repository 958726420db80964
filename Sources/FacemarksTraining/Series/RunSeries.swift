import Facemarks
import Files

/// Several runs in folders of their own under one folder. Finished runs are not trained again, stopped ones go on: a series
/// that was interrupted is simply started again.
package final class RunSeries {
  /// The result of a run.
  package struct Result: Sendable {
    package var folder: String
    package var configuration: RunConfiguration
    package var best: History.Row
    package var epochs: Int
    package var seconds: Double
    package var weights: Int
  }

  package enum Event: Sendable {
    case started(name: String, weights: Int, multiplyAdds: Int, training: Int, validation: Int)
    case training(name: String, Trainer.Event)
    /// - Parameter isNew: false when it was finished before.
    case finished(name: String, Result, isNew: Bool)
  }

  package let folder: String
  private let report: (Event) -> Void
  private let shouldStop: () -> Bool
  private var data: (choice: RunConfiguration.DataChoice, dataset: LandmarkDataset)?

  /// - Parameter folder: exists.
  package init(folder: String, report: @escaping (Event) -> Void, shouldStop: @escaping () -> Bool) {
    (self.folder, self.report, self.shouldStop) = (folder, report, shouldStop)
  }

  /// Trains one run to its end.
  /// - Returns: nil when asked to stop; the run's checkpoint is written.
  /// - Throws: `TrainingError`, also when the folder holds a run of another configuration.
  package func run(_ name: String, _ configuration: RunConfiguration) throws -> Result? {
    let path = "\(folder)/\(name)"
    let holdsRun = FileStatus(of: Trainer.checkpointPath(path)) != nil
    if holdsRun {
      guard try Trainer.configuration(of: path) == configuration else {
        throw TrainingError("\(path): holds a run with other options; choose another folder or remove it")
      }
      if FileStatus(of: Trainer.modelPath(path)) != nil {
        let result = try result(path, configuration)
        report(.finished(name: name, result, isNew: false))
        return result
      }
    }
    try Files.makeFolder(path)
    let trainer = try Trainer(configuration, dataset: try dataset(configuration), folder: path)
    if holdsRun { try trainer.resume() }
    report(
      .started(
        name: name, weights: trainer.network.weightCount, multiplyAdds: trainer.network.multiplyAdds,
        training: trainer.split.training.count, validation: trainer.split.validation.count))
    let outcome = try trainer.run(report: { report(.training(name: name, $0)) }, shouldStop: shouldStop)
    guard case .finished = outcome else { return nil }
    let result = try result(path, configuration)
    report(.finished(name: name, result, isNew: true))
    return result
  }

  /// The data of a run; read once for all runs on the same.
  private func dataset(_ configuration: RunConfiguration) throws -> LandmarkDataset {
    let choice = configuration.dataChoice
    if let data, data.choice == choice { return data.dataset }
    let dataset = try choice.read(threads: configuration.threads)
    data = (choice, dataset)
    return dataset
  }

  private func result(_ path: String, _ configuration: RunConfiguration) throws -> Result {
    let history = try History(contentsOf: Trainer.historyPath(path))
    guard let best = history.best(by: configuration.monitor), let last = history.rows.last else {
      throw TrainingError("\(path): has no history")
    }
    return Result(
      folder: path, configuration: configuration, best: best, epochs: last.epoch, seconds: last.seconds,
      weights: try LandmarkModel(contentsOf: Trainer.modelPath(path)).weightCount)
  }
}
