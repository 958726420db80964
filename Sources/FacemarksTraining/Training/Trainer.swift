import Facemarks
import Files
import Imaging
import NeuralNetwork

/// Trains a landmark network on a data set, in a folder of its own:
///
/// - `config.json`: the run's configuration,
/// - `history.csv`: a row per epoch,
/// - `checkpoint.safetensors`: the state, written after every epoch and when it is stopped,
/// - `best.safetensors`: the model with the best validation so far,
/// - `curves.svg` and `curves.png`: the learning curves, once the run has ended,
/// - `model.safetensors`: the best model, at the very end.
///
/// The result depends on data, configuration (with its seed and thread count) and machine, not on interruptions.
package final class Trainer {
  package enum Event: Sendable {
    /// After every batch: mean loss of the epoch so far, images/s, seconds left by the present speed.
    case batch(epoch: Int, done: Int, of: Int, loss: Double, imagesPerSecond: Double, secondsLeft: Double)
    case epoch(History.Row, isBest: Bool)
  }

  package enum Outcome: Sendable, Hashable {
    case finished(bestEpoch: Int)
    /// Asked to stop; the checkpoint is written.
    case stopped
  }

  package let configuration: RunConfiguration
  package let dataset: LandmarkDataset
  package let split: Split
  /// The indices of the landmarks that are learned.
  package let landmarks: [Int]
  package let network: Network
  private let folder: String
  private let average: Network
  private let optimizerState: OptimizerState
  private let outputs: NetworkOutputs
  private let objective: Objective
  private let source: BatchSource
  private var history = History()
  private var state = Checkpoint()

  package static func configurationPath(_ folder: String) -> String { "\(folder)/config.json" }
  package static func checkpointPath(_ folder: String) -> String { "\(folder)/checkpoint.safetensors" }
  package static func modelPath(_ folder: String) -> String { "\(folder)/model.safetensors" }
  private var bestPath: String { "\(folder)/best.safetensors" }
  package static func historyPath(_ folder: String) -> String { "\(folder)/history.csv" }

  /// - Parameter folder: exists and is writable.
  /// - Throws: `TrainingError` when the configuration or the data are no use.
  package init(_ configuration: RunConfiguration, dataset: LandmarkDataset, folder: String) throws {
    try configuration.validate()
    guard let loss = Losses.named(configuration.loss), let optimizer = Optimizers.named(configuration.optimizer),
      let landmarks = dataset.scheme.indices(of: configuration.landmarks)
    else { throw TrainingError("the configuration names what does not exist") }
    self.configuration = configuration
    self.folder = folder
    self.landmarks = landmarks
    var split = try Self.split(dataset, configuration, landmarks: landmarks)
    let (dataset, training) = configuration.missing.applied(
      to: dataset, training: split.training, landmarks: landmarks, seed: configuration.seed)
    guard !training.isEmpty else {
      throw TrainingError("\(dataset.path): no face has all points to train on (missing: drop)")
    }
    split.training = training
    (self.dataset, self.split) = (dataset, split)
    outputs = NetworkOutputs(landmarks: dataset.scheme.count, predictsConfidence: configuration.nonfaces != nil)
    objective = Objective(loss: loss, outputs: outputs, faceWeight: configuration.faceWeight)
    let description = try configuration.description(outputs: outputs.count)
    do {
      network = try Network(description, seed: configuration.seed)
      average = try Network(description, seed: configuration.seed)
    } catch let error as DescriptionError {
      throw TrainingError("\(configuration.architecture): \(error)")
    }
    guard network.input == [1, FaceCrop.side, FaceCrop.side], network.output == [outputs.count] else {
      throw TrainingError(
        "\(configuration.architecture): takes \(network.input) and gives \(network.output); "
          + "needed are 1x\(FaceCrop.side)x\(FaceCrop.side) and \(outputs.count)")
    }
    optimizerState = OptimizerState(optimizer, network.parameters, weightDecay: configuration.weightDecay)
    var settings = BatchSource.Settings(
      batchSize: min(configuration.batchSize, split.training.count), seed: configuration.seed,
      normalization: configuration.normalization, augmentations: try Augmentations.parse(configuration.augment))
    settings.dropsIncompleteBatch = true
    settings.landmarks = landmarks
    settings.oversample = configuration.oversampling(dataset, training: split.training)
    settings.aligned = Float(configuration.aligned)
    settings.refinedCrop = configuration.refinedCrop
    settings.alignedAugmentations = try Augmentations.parse(configuration.alignedAugment)
    settings.parts = outputs.predictsConfidence ? 0.03 : 0
    source = BatchSource(dataset: dataset, indices: split.training, settings: settings)
    guard source.batchesPerEpoch > 0 else { throw TrainingError("the oversampling leaves no batch to train on") }
    state.fingerprint = dataset.fingerprint
  }

  /// The samples of a run: those of the asked for rows that have a point to learn, and where the network predicts confidences
  /// also those of which only is known whether they show a face.
  static func split(
    _ dataset: LandmarkDataset, _ configuration: RunConfiguration, landmarks: [Int]
  ) throws -> Split {
    var split = Split(dataset, configuration.splitPlan)
    func isWanted(_ index: Int) -> Bool {
      switch configuration.rows {
      case .all: true
      case .complete: dataset.isComplete(index) || !dataset.samples[index].isFace
      case .partial: !dataset.isComplete(index)
      }
    }
    split.training = split.training.filter(isWanted)
    split.validation = split.validation.filter(isWanted)
    guard !split.training.isEmpty, !split.validation.isEmpty else {
      throw TrainingError("\(dataset.path): too few faces to train and validate (\(dataset.count))")
    }
    split.training = split.training.filter {
      dataset.hasPoints($0, among: landmarks) || !dataset.samples[$0].isFace
        || configuration.nonfaces != nil && !dataset.hasPoints($0)
    }
    split.validation = split.validation.filter { dataset.hasPoints($0, among: landmarks) }
    guard !split.training.isEmpty, !split.validation.isEmpty else {
      throw TrainingError("\(dataset.path): no known points to train on and validate with")
    }
    return split
  }

  /// Goes on from the folder's checkpoint; call before `run`.
  /// - Throws: `TrainingError` when the data or the configuration are not those of the checkpoint.
  package func resume() throws {
    state = try Checkpoint(
      contentsOf: Self.checkpointPath(folder), network: network, average: average, optimizerState: optimizerState)
    guard state.fingerprint == dataset.fingerprint else {
      throw TrainingError("\(folder): the data in \(dataset.path) are not those that the run began with")
    }
    let batches = source.batchesPerEpoch
    guard (0...configuration.epochs).contains(state.epoch), (0..<batches).contains(state.batch),
      state.step == state.epoch * batches + state.batch
    else {
      throw TrainingError("\(Self.checkpointPath(folder)): does not belong to the configuration beside it")
    }
    if state.epoch > 0 {
      history = try History(contentsOf: Self.historyPath(folder))
      history.truncate(after: state.epoch)
    }
  }

  /// Trains to the end, or until `shouldStop`, asked after every batch, says so.
  package func run(report: (Event) -> Void, shouldStop: () -> Bool) throws -> Outcome {
    try configuration.write(to: Self.configurationPath(folder))
    if state.step == 0 {
      try start()
      try save()
    }
    let queue = BatchQueue(source, epoch: state.epoch, batch: state.batch)
    defer { queue.stop() }
    let clock = ContinuousClock()
    let (input, gradient) = (Tensor([1]), Tensor([1]))
    var targets = Objective.Targets()
    let totalSteps = configuration.epochs * source.batchesPerEpoch
    var (mark, done) = (clock.now, 0)
    while state.epoch < configuration.epochs, !isExhausted {
      guard let batch = queue.next() else { throw TrainingError("the batches ended early") }
      let began = clock.now
      input.resize([batch.count, 1, FaceCrop.side, FaceCrop.side])
      input.values = batch.pixels
      targets.fill(from: batch, landmarks: dataset.scheme.count)
      let (rate, momentum) = step(input, targets, gradient, of: totalSteps)
      state.batch += 1
      state.seconds += seconds(clock.now - began)
      done += batch.count
      let speed = Double(done) / max(seconds(clock.now - mark), 1e-9)
      report(
        .batch(
          epoch: state.epoch + 1, done: state.batch, of: source.batchesPerEpoch,
          loss: state.lossSum / Double(state.batch),
          imagesPerSecond: speed, secondsLeft: Double((totalSteps - state.step) * source.settings.batchSize) / speed))
      if state.batch == source.batchesPerEpoch {
        report(try finishEpoch(rate: rate, momentum: momentum, imagesPerSecond: speed))
        (mark, done) = (clock.now, 0)
      }
      if shouldStop(), state.epoch < configuration.epochs {
        try save()
        return .stopped
      }
    }
    try RunFigures.write(folder: folder)
    try Files.write(try Files.read(bestPath), to: Self.modelPath(folder))
    return .finished(bestEpoch: state.bestEpoch)
  }

  /// Takes over the weights of the file to start from; those of a narrower network are widened. Where the outputs are to start anew,
  /// the layers that give them do, and what has another size in the last layer, which may have branches.
  private func start() throws {
    guard let path = configuration.from else { return }
    let file = try Safetensors(contentsOf: path)
    let anew = configuration.newOutput ? parametersOfOutputs(beside: file) : []
    func isWanted(_ name: String) -> Bool { !anew.contains(name) }
    let outputs = configuration.newOutput ? network.output : (try? Network(file, name: path))?.output
    var random = RandomGenerator(configuration.seed, 0x7769_6465)
    let wide = outputs == network.output ? file.widened(to: network, random: &random, where: isWanted) : nil
    for network in [network, average] { try network.load(wide ?? file, name: path, where: isWanted) }
  }

  private func parametersOfOutputs(beside file: Safetensors) -> Set<String> {
    let last = "\(network.layers.count - 1)."
    return Set(
      network.parameters.filter { parameter in
        let shape = parameter.value.shape.array
        return parameter.name.hasPrefix(last)
          && (shape[0] == network.output[0] || file.entries[parameter.name]?.shape != shape)
      }.map(\.name))
  }

  private var isExhausted: Bool {
    configuration.patience.map { state.epoch - state.bestEpoch >= $0 && state.bestEpoch > 0 } ?? false
  }

  /// One step of the optimizer and of the running average.
  private func step(
    _ input: Tensor, _ targets: Objective.Targets, _ gradient: Tensor, of total: Int
  ) -> (rate: Float, momentum: Float) {
    let random = RandomGenerator(configuration.seed, UInt64(state.step)).seed
    let pass = Pass(isTraining: true, seed: random, threads: configuration.threads)
    let output = network.forward(input, pass)
    state.lossSum += objective.evaluate(output, targets, gradient: gradient)
    addSquares(output, targets)
    network.zeroGradients()
    network.backwardParameters(gradient, pass)
    if configuration.l1 > 0 { addPenalty() }
    if configuration.clipNorm > 0 { network.clipGradients(norm: configuration.clipNorm) }
    let rate = configuration.rates.value(state.step, total)
    let momentum = configuration.momenta.value(state.step, total)
    optimizerState.update(rate: rate, momentum: momentum, threads: configuration.threads)
    state.step += 1
    let share = min(configuration.averaging, Float(state.step) / Float(state.step + 10))
    let kept = configuration.averaging == 0 ? 0 : share
    average.updateAverage(of: network, decay: kept, threads: configuration.threads)
    return (rate, momentum)
  }

  private func addSquares(_ output: Tensor, _ targets: Objective.Targets) {
    let width = targets.points.shape[1]
    for i in 0..<targets.points.count where targets.weights.pointer[i] > 0 {
      let value = output.pointer[i / width * outputs.count + i % width]
      let difference = Double(value - targets.points.pointer[i])
      state.squareSum += difference * difference
      state.valueCount += 1
    }
  }

  private func addPenalty() {
    for parameter in network.parameters where parameter.role == .weight {
      let (w, g) = (parameter.value.pointer, parameter.gradient.pointer)
      for i in 0..<parameter.value.count { g[i] += w[i] > 0 ? configuration.l1 : w[i] < 0 ? -configuration.l1 : 0 }
    }
  }

  private func finishEpoch(rate: Float, momentum: Float, imagesPerSecond: Double) throws -> Event {
    let mean = state.lossSum / Double(state.batch)
    guard mean.isFinite else {
      throw TrainingError(
        "the loss is no longer finite in epoch \(state.epoch + 1): try a lower learning rate (--rate)")
    }
    let (errors, validationLoss) = Evaluation.measure(
      average, outputs, normalization: configuration.normalization, on: dataset, indices: split.validation,
      landmarks: landmarks, objective: objective, refinedCrop: refinedCrop, threads: configuration.threads)
    let rmse = Double(FaceCrop.side) / 2 * (state.squareSum / Double(max(state.valueCount, 1))).squareRoot()
    state.epoch += 1
    (state.batch, state.lossSum, state.squareSum, state.valueCount) = (0, 0, 0, 0)
    let row = History.Row(
      epoch: state.epoch, loss: mean, rmse: rmse, validationLoss: validationLoss, validationRMSE: errors.rmse,
      validationMAE: errors.mae, validationNME: errors.nme, failureRate: errors.failureRate, rate: Double(rate),
      momentum: Double(momentum), imagesPerSecond: imagesPerSecond, seconds: state.seconds)
    let score = row.score(by: configuration.monitor)
    let isBest = score < state.best
    history.add(row)
    if isBest {
      (state.best, state.bestEpoch) = (score, state.epoch)
      try average.file(metadata: try metadata(row)).write(to: bestPath)
    }
    try history.write(to: Self.historyPath(folder))
    try save()
    return .epoch(row, isBest: isBest)
  }

  private func metadata(_ row: History.Row) throws -> [String: String] {
    var metadata = [
      LandmarkModel.Key.name: configuration.architecture,
      LandmarkModel.Key.scheme: dataset.scheme.name,
      LandmarkModel.Key.normalization: configuration.normalization.rawValue,
      LandmarkModel.Key.licence: configuration.licence,
      LandmarkModel.Key.data: dataset.fingerprint,
      LandmarkModel.Key.configuration: try configuration.text,
      LandmarkModel.Key.validation: "epoch \(row.epoch): RMSE \(row.validationRMSE) px of 96, NME \(row.validationNME)",
    ]
    if let refinedCrop {
      metadata[LandmarkModel.Key.crops] = LandmarkModel.alignedCrops
      metadata[LandmarkModel.Key.refinedCropScale] = "\(refinedCrop.scale)"
      metadata[LandmarkModel.Key.refinedCropDrop] = "\(refinedCrop.drop)"
    }
    if landmarks.count < dataset.scheme.count {
      metadata[LandmarkModel.Key.landmarks] = landmarks.map { dataset.scheme.landmarks[$0] }.joined(separator: ",")
    }
    return metadata
  }

  /// Nil for a network without refinement.
  private var refinedCrop: RefinedCrop? { configuration.aligned > 0 ? configuration.refinedCrop : nil }

  private func save() throws {
    try state.write(to: Self.checkpointPath(folder), network: network, average: average, optimizerState: optimizerState)
  }

  /// The configuration of an earlier run.
  package static func configuration(of folder: String) throws -> RunConfiguration {
    try RunConfiguration(contentsOf: configurationPath(folder))
  }
}

private func seconds(_ duration: Duration) -> Double {
  Double(duration.components.seconds) + Double(duration.components.attoseconds) * 1e-18
}
