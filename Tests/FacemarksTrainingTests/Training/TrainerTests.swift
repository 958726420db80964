import Facemarks
import FacemarksTraining
import Files
import NeuralNetwork
import TestSupport
import Testing

@Suite struct TrainerTests {
  private func configuration() -> RunConfiguration {
    var run = RunConfiguration()
    (run.data, run.architecture, run.epochs, run.batchSize) = ("stripes", Tiny.name, 4, 8)
    (run.warmup, run.threads, run.augment) = (0, 1, "mirror,rotation:5,noise")
    return run
  }

  private let dataset = SyntheticData.stripes(40) { sample, index in
    sample.split = index < 32 ? .training : .validation
  }

  /// Trains, asking for a stop after each of the given numbers of batches and going on from the checkpoint.
  private func train(_ configuration: RunConfiguration, stops: [Int] = []) throws -> (model: [UInt8], history: History)
  {
    let folder = try TemporaryFolder()
    for stop in stops {
      let trainer = try Trainer(configuration, dataset: dataset, folder: folder.path)
      if stop != stops.first { try trainer.resume() }
      var batches = 0
      let outcome = try trainer.run(report: { if case .batch = $0 { batches += 1 } }, shouldStop: { batches >= stop })
      #expect(outcome == .stopped)
    }
    let trainer = try Trainer(configuration, dataset: dataset, folder: folder.path)
    if !stops.isEmpty { try trainer.resume() }
    guard case .finished = try trainer.run(report: { _ in }, shouldStop: { false }) else {
      throw TrainingError("stopped by itself")
    }
    return (try Files.read(Trainer.modelPath(folder.path)), try History(contentsOf: "\(folder.path)/history.csv"))
  }

  /// Stopped in the middle of an epoch and at its end.
  @Test func stoppingAndGoingOnChangesNothing() throws {
    let (whole, pieces) = (try train(configuration()), try train(configuration(), stops: [2, 5, 4]))
    #expect(whole.model == pieces.model)
    #expect(whole.history.rows.map(\.loss) == pieces.history.rows.map(\.loss))
    #expect(whole.history.rows.map(\.rmse) == pieces.history.rows.map(\.rmse))
    #expect(whole.history.rows.map(\.validationRMSE) == pieces.history.rows.map(\.validationRMSE))
    #expect(whole.history.rows.map(\.epoch) == [1, 2, 3, 4])
  }

  @Test func anotherSeedIsAnotherRun() throws {
    var other = configuration()
    other.seed = 2
    #expect(try train(configuration()).model != train(other).model)
  }

  @Test func itLearns() throws {
    var long = configuration()
    (long.epochs, long.augment, long.averaging) = (30, "none", 0.9)
    let rows = try train(long).history.rows
    #expect(rows[29].loss < 0.3 * rows[0].loss)
    #expect(rows[29].validationRMSE < 0.5 * rows[0].validationRMSE)
  }

  /// The rates of the history are those of the schedule: the last step of each epoch, 4 of 16 steps.
  @Test func schedulesReallyRun() throws {
    var run = configuration()
    (run.schedule, run.rate, run.finalRate, run.optimizer) = (.exponential, 0.01, 0.0001, Nesterov.name)
    (run.momentum, run.finalMomentum) = (0.9, 0.99)
    let rows = try train(run).history.rows
    // By hand: 0.01 * 0.01^(s / 15) and 0.9 + 0.09 s / 15 at s = 3, 7, 11, 15.
    let rates = [0.00398107, 0.00116591, 0.000341455, 0.0001]
    let momenta = [0.918, 0.942, 0.966, 0.99]
    #expect(zip(rows, rates).allSatisfy { abs($0.rate - $1) < 1e-4 * $1 + 1e-8 }, "\(rows.map(\.rate))")
    #expect(zip(rows, momenta).allSatisfy { abs($0.momentum - $1) < 1e-6 }, "\(rows.map(\.momentum))")
  }

  @Test func earlyStoppingKeepsTheBestWeights() throws {
    var run = configuration()
    (run.epochs, run.patience, run.schedule, run.rate, run.averaging) = (200, 3, .constant, 0.02, 0)
    let folder = try TemporaryFolder()
    let trainer = try Trainer(run, dataset: dataset, folder: folder.path)
    let outcome = try trainer.run(report: { _ in }, shouldStop: { false })
    let rows = try History(contentsOf: "\(folder.path)/history.csv").rows
    let best = try #require(rows.min { $0.validationNME < $1.validationNME })
    #expect(outcome == .finished(bestEpoch: best.epoch))
    #expect(rows.count == best.epoch + 3)
    let model = try LandmarkModel(contentsOf: Trainer.modelPath(folder.path))
    let errors = Evaluation.errors(of: model, on: dataset, indices: trainer.split.validation, threads: 1)
    #expect(abs(errors.nme - best.validationNME) < 1e-3 * best.validationNME)
  }

  @Test func otherDataAreNotContinued() throws {
    let folder = try TemporaryFolder()
    let trainer = try Trainer(configuration(), dataset: dataset, folder: folder.path)
    _ = try trainer.run(report: { _ in }, shouldStop: { true })
    let other = SyntheticData.stripes(41) { sample, index in sample.split = index < 32 ? .training : .validation }
    let error = #expect(throws: TrainingError.self) {
      try Trainer(configuration(), dataset: other, folder: folder.path).resume()
    }
    #expect(error?.description.contains("not those that the run began with") == true)
  }

  /// Checkpoints that no run of this configuration writes: the places in them are checked before they are used.
  @Test(arguments: [("epoch", "-1"), ("epoch", "99"), ("batch", "-3"), ("batch", "4"), ("batch", "1"), ("step", "7")])
  func aCheckpointOfAnotherRunIsRefused(key: String, value: String) throws {
    let folder = try TemporaryFolder()
    let trainer = try Trainer(configuration(), dataset: dataset, folder: folder.path)
    var batches = 0
    _ = try trainer.run(report: { if case .batch = $0 { batches += 1 } }, shouldStop: { batches >= 6 })
    let path = Trainer.checkpointPath(folder.path)
    var file = try Safetensors(contentsOf: path)
    #expect(file.metadata["epoch"] == "1" && file.metadata["batch"] == "2" && file.metadata["step"] == "6")
    file.metadata[key] = value
    try file.write(to: path)
    let error = #expect(throws: TrainingError.self) {
      try Trainer(configuration(), dataset: dataset, folder: folder.path).resume()
    }
    #expect(error?.description.contains("does not belong to the configuration beside it") == true)
  }

  @Test func aLossThatGrowsWithoutBoundIsAnError() throws {
    var run = configuration()
    (run.optimizer, run.rate, run.schedule, run.loss) = (SGD.name, 100, .constant, MeanSquaredError.name)
    run.epochs = 50
    let folder = try TemporaryFolder()
    let trainer = try Trainer(run, dataset: dataset, folder: folder.path)
    let error = #expect(throws: TrainingError.self) { try trainer.run(report: { _ in }, shouldStop: { false }) }
    #expect(error?.description.contains("no longer finite") == true)
  }
}
