import Facemarks
import FacemarksTraining
import Files
import NeuralNetwork
import TestSupport
import Testing

/// What a run's options do to its data and weights.
@Suite struct RunChoicesTests {
  private func configuration() -> RunConfiguration {
    var run = RunConfiguration()
    (run.data, run.architecture, run.epochs, run.batchSize) = ("stripes", Tiny.name, 2, 8)
    (run.warmup, run.threads, run.augment, run.averaging) = (0, 1, "none", 0)
    return run
  }

  /// 40 faces; the last points of every second one are missing.
  private let dataset = SyntheticData.stripes(
    40, change: { sample, index in sample.split = index < 32 ? .training : .validation },
    points: { index, landmark in
      index % 2 == 1 && landmark > 4 ? nil : (Float(20 + landmark), Float(30 + index))
    })

  private func train(_ run: RunConfiguration) throws -> (trainer: Trainer, model: Safetensors) {
    let folder = try TemporaryFolder()
    let trainer = try Trainer(run, dataset: dataset, folder: folder.path)
    _ = try trainer.run(report: { _ in }, shouldStop: { false })
    return (trainer, try Safetensors(contentsOf: Trainer.modelPath(folder.path)))
  }

  private var outputLayer: String { "\(Tiny.description(outputs: 30).layers.count - 1)." }

  /// Nouri's specialists: all layers but the last are copied. At a rate too small to matter they stay.
  @Test(arguments: [true, false]) func startsFromAnotherNetwork(newOutput: Bool) throws {
    let folder = try TemporaryFolder()
    let general = try train(configuration()).model
    let path = "\(folder.path)/general.safetensors"
    try general.write(to: path)
    var run = configuration()
    (run.from, run.newOutput, run.landmarks, run.seed) = (path, newOutput, "nose", 5)
    (run.rate, run.finalRate, run.weightDecay, run.epochs) = (1e-20, 1e-20, 0, 1)
    let special = try train(run).model
    let trained = general.entries.keys.filter { !$0.contains("running") }
    #expect(trained.contains { $0.hasPrefix(outputLayer) } && trained.contains { !$0.hasPrefix(outputLayer) })
    for name in trained {
      let after = try #require(special.entries[name]?.values)
      var before = try #require(general.entries[name]?.values)
      // Tiny's last layer starts at zero; what is added at this rate is below 1e-15.
      if name.hasPrefix(outputLayer), newOutput { before = [Float](repeating: 0, count: before.count) }
      #expect(zip(after, before).allSatisfy { abs($0 - $1) < 1e-15 }, "\(name)")
    }
    #expect(special.metadata[LandmarkModel.Key.landmarks] == "nose_tip")
  }

  /// At a rate too small to matter hidden unit 25 of 31 is still nearly the copy of unit 5 of 20 that it started as.
  @Test func startsFromANarrowerNetwork() throws {
    let folder = try TemporaryFolder()
    var run = configuration()
    run.architecture = "simplenet:hidden=20"
    let narrow = try train(run).model
    let path = "\(folder.path)/narrow.safetensors"
    try narrow.write(to: path)
    (run.architecture, run.from, run.epochs) = ("simplenet:hidden=31", path, 1)
    (run.rate, run.finalRate, run.weightDecay) = (1e-20, 1e-20, 0)
    let wide = try train(run).model
    let name = try #require(narrow.entries.keys.first { narrow.entries[$0]?.shape == [20, 96 * 96] })
    let (before, after) = (try #require(narrow.entries[name]), try #require(wide.entries[name]))
    #expect(after.shape == [31, 96 * 96])
    func unit(_ number: Int, _ entry: Safetensors.Entry) -> ArraySlice<Float> {
      entry.values[number * 96 * 96..<(number + 1) * 96 * 96]
    }
    func square(_ values: some Sequence<Float>) -> Float { values.reduce(0) { $0 + $1 * $1 } }
    let gap = square(zip(unit(25, after), unit(5, before)).map { $0 - $1 })
    #expect(gap > 0 && gap < 0.01 * square(before.values) / 20)
  }

  @Test func aNetworkOfOtherLayersIsRefused() throws {
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/other.safetensors"
    try Network(SimpleNet.description(outputs: 30)).file().write(to: path)
    var run = configuration()
    run.from = path
    #expect(throws: WeightFileError.self) { try train(run) }
  }

  /// Tiny's last layer starts at zero, so the rows of landmarks that are not learned stay zero.
  @Test func otherLandmarksAreNotLearned() throws {
    var run = configuration()
    run.landmarks = "eye-centers,nose_tip"
    let model = try train(run).model
    let weight = try #require(model.entries["\(outputLayer)weight"])
    let inputs = weight.values.count / 30
    for output in 0..<30 {
      let isZero = weight.values[output * inputs..<(output + 1) * inputs].allSatisfy { $0 == 0 }
      #expect(isZero == ![0, 1, 10].contains(output / 2), "output \(output)")
    }
  }

  @Test func rowsAreChosen() throws {
    var run = configuration()
    run.rows = .complete
    #expect(try train(run).trainer.split.training == (0..<32).filter { $0 % 2 == 0 })
    run.rows = .partial
    #expect(try train(run).trainer.split.training == (0..<32).filter { $0 % 2 == 1 })
    // Faces without any point to learn do not train.
    (run.rows, run.landmarks) = (.all, "mouth")
    #expect(try train(run).trainer.split.validation == (32..<40).filter { $0 % 2 == 0 })
  }

  @Test func missingLabelsAreFilledForTrainingOnly() throws {
    var run = configuration()
    run.missing = .mean
    let trainer = try train(run).trainer
    #expect(trainer.split.training.allSatisfy(trainer.dataset.isComplete))
    #expect(!trainer.dataset.isComplete(33))
    run.missing = .drop
    #expect(try train(run).trainer.split.training == (0..<32).filter { $0 % 2 == 0 })
  }

  @Test(arguments: ["l1", "l2"]) func penaltiesMakeWeightsSmaller(which: String) throws {
    var run = configuration()
    (run.optimizer, run.epochs, run.weightDecay) = (Adam.name, 6, 0)
    func size(_ run: RunConfiguration) throws -> Float {
      let network = try Network(train(run).model, name: "model")
      return network.parameters.filter { $0.role == .weight }
        .map { $0.value.values.reduce(0) { $0 + abs($1) } }.reduce(0, +)
    }
    let free = try size(run)
    if which == "l1" { run.l1 = 0.01 } else { run.weightDecay = 0.1 }
    #expect(try size(run) < 0.95 * free)
  }

  @Test func aDescriptionThatGivesOtherNumbersIsRefused() throws {
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/net.json"
    try Files.write(
      #"{"input":[1,96,96],"layers":[{"type":"flatten","options":{}},{"type":"dense","options":{"units":8}}]}"#,
      to: path)
    var run = configuration()
    run.architecture = path
    let error = #expect(throws: TrainingError.self) { try Trainer(run, dataset: dataset, folder: folder.path) }
    #expect(error?.description == "\(path): takes 1x96x96 and gives 8; needed are 1x96x96 and 30")
  }

  /// By the figure that is asked for, the best of three epochs is another one.
  @Test func theBestEpochIsThatOfTheMonitor() throws {
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/history.csv"
    try Files.write(
      """
      epoch,loss,rmse,val_loss,val_rmse,val_mae,val_nme,val_failure_rate,rate,momentum,images_per_second,seconds
      1,0,0,3,2,0,1,0,0,0,0,0
      2,0,0,1,3,0,2,0,0,0,0,0
      3,0,0,2,1,0,3,0,0,0,0,0

      """, to: path)
    let history = try History(contentsOf: path)
    #expect(history.best(by: .loss)?.epoch == 2)
    #expect(history.best(by: .rmse)?.epoch == 3)
    #expect(history.best(by: .nme)?.epoch == 1)
  }
}
