import Dispatch
import Facemarks
import Files
import Imaging
import NeuralNetwork
import Synchronization

/// Trains the detector's network, in a folder of its own: `config.json`, `checkpoint.safetensors` (every 500 steps and when
/// stopped) and at the end `detector.safetensors`, the running average of the weights.
///
/// The result depends on data, configuration and machine, not on interruptions.
package final class DetectorTrainer {
  /// The progress, every 500 steps.
  package struct Report: Sendable {
    package var step: Int
    /// The mean of these steps.
    package var loss: Double
    /// Of the cells that are to find a face on tiles made of validation pictures, the share that does.
    package var found: Double
    /// Cells on such a tile that see a face where there is none.
    package var falseCells: Double
    package var secondsLeft: Double
  }

  package enum Outcome: Sendable, Hashable { case finished, stopped }

  package let configuration: DetectorConfiguration
  package let network: Network
  private let folder: String
  private let average: Network
  private let optimizerState: OptimizerState
  private let training: DetectorTiles
  private let validation: DetectorTiles
  private var state = Checkpoint()

  package static func configurationPath(_ folder: String) -> String { "\(folder)/config.json" }
  package static func modelPath(_ folder: String) -> String { "\(folder)/detector.safetensors" }

  private static let block = 500
  private static let validationTiles = 512
  /// From this logit on a cell sees a face: a probability of 0.3.
  private static let logit: Float = -0.847

  /// - Parameter folder: exists and is writable.
  /// - Throws: `TrainingError` when the configuration or the data are no use; else as reading the data.
  package init(_ configuration: DetectorConfiguration, folder: String) throws {
    try configuration.validate()
    let dataset = try LandmarkDataset.read(configuration.data, threads: configuration.threads)
      .adding(nonfaces: "\(configuration.data)/nonfaces.tar")
    let split = Split(dataset, SplitOptions(seed: configuration.seed))
    var read: [String: SceneDataset] = [:]
    for path in configuration.scenes where read[path] == nil {
      read[path] = try SceneDataset.read(path, threads: configuration.threads)
    }
    let scenes = configuration.scenes.compactMap { read[$0] }
    training = try DetectorTiles(
      DetectorSources(dataset, indices: split.training, scenes: scenes, side: .training))
    validation = try DetectorTiles(
      DetectorSources(dataset, indices: split.validation, scenes: scenes, side: .validation))
    self.configuration = configuration
    self.folder = folder
    let description = NetworkDescription(
      input: [1, DetectorTiles.side, DetectorTiles.side], layers: DetectorGrid.layers)
    network = try Network(description, seed: configuration.seed)
    average = try Network(description, seed: configuration.seed)
    if let path = configuration.from {
      try Self.start(network, from: path)
      average.updateAverage(of: network, decay: 0)
    }
    optimizerState = OptimizerState(AdamW.self, network.parameters, weightDecay: configuration.weightDecay)
    state.fingerprint = ([dataset.fingerprint] + scenes.map(\.fingerprint)).joined(separator: "+")
  }

  /// Takes over the weights of a file. A residual block that it does not have adds nothing at first: the scale of its last
  /// normalisation is 0 (Goyal et al., "Accurate, Large Minibatch SGD", 2017).
  private static func start(_ network: Network, from path: String) throws {
    let file = try Safetensors(contentsOf: path)
    try network.load(file, name: path) { file.entries[$0] != nil }
    let missing = network.parameters.filter { file.entries[$0.name] == nil }
    guard missing.count < network.parameters.count else {
      throw TrainingError("\(path): has none of the network's weights")
    }
    for parameter in missing where parameter.name.hasSuffix(".1.3.weight") { parameter.value.fill(0) }
  }

  /// Goes on from the folder's checkpoint; call before `run`.
  /// - Throws: `TrainingError` when the data are not those of the checkpoint.
  package func resume() throws {
    let fingerprint = state.fingerprint
    state = try Checkpoint(
      contentsOf: Trainer.checkpointPath(folder), network: network, average: average, optimizerState: optimizerState)
    guard state.fingerprint == fingerprint, (0...configuration.steps).contains(state.step) else {
      throw TrainingError("\(folder): the data or the configuration are not those that the run began with")
    }
  }

  /// Trains to the end, or until `shouldStop`, asked after every step, says so.
  package func run(report: (Report) -> Void, shouldStop: () -> Bool) throws -> Outcome {
    try Files.write(try configuration.text, to: DetectorTrainer.configurationPath(folder))
    if state.step == 0 { try save() }
    let rates = Schedule.cosine(configuration.rate, to: configuration.rate / 100).warmedUp(steps: 200)
    let input = Tensor([configuration.batchSize, 1, DetectorTiles.side, DetectorTiles.side])
    let gradient = Tensor([1])
    let clock = ContinuousClock()
    var (began, first) = (clock.now, state.step)
    while state.step < configuration.steps {
      let targets = draw(training, stream: UInt64(state.step), into: input)
      let pass = Pass(isTraining: true, seed: UInt64(state.step), threads: configuration.threads)
      state.lossSum += targets.loss(network.forward(input, pass), gradient: gradient)
      network.zeroGradients()
      network.backwardParameters(gradient, pass)
      optimizerState.update(rate: rates.value(state.step, configuration.steps), threads: configuration.threads)
      state.step += 1
      let kept = min(configuration.averaging, Float(state.step) / Float(state.step + 10))
      average.updateAverage(of: network, decay: kept, threads: configuration.threads)
      if state.step % Self.block == 0 || state.step == configuration.steps {
        guard state.lossSum.isFinite else { throw TrainingError("the loss is no longer finite: try a lower rate") }
        let duration = (clock.now - began).components
        let seconds = Double(duration.seconds) + Double(duration.attoseconds) * 1e-18
        report(self.report(secondsPerStep: seconds / Double(state.step - first)))
        state.lossSum = 0
        try save()
        (began, first) = (clock.now, state.step)
      }
      if shouldStop(), state.step < configuration.steps {
        try save()
        return .stopped
      }
    }
    let metadata = [
      LandmarkModel.Key.name: "detector", LandmarkModel.Key.licence: configuration.licence,
      LandmarkModel.Key.data: state.fingerprint, LandmarkModel.Key.configuration: try configuration.text,
    ]
    try average.file(metadata: metadata).write(to: DetectorTrainer.modelPath(folder))
    return .finished
  }

  /// A batch of tiles; each has its random numbers by the run's seed, the stream and its place.
  private func draw(_ tiles: DetectorTiles, stream: UInt64, into input: Tensor) -> DetectorTargets {
    let (count, size) = (input.shape[0], DetectorTiles.side * DetectorTiles.side)
    let seed = configuration.seed
    nonisolated(unsafe) let buffer = input.buffer
    let threads = min(configuration.threads, count)
    let parts = Mutex([DetectorTargets](repeating: DetectorTargets(count: 0), count: threads))
    DispatchQueue.concurrentPerform(iterations: threads) { thread in
      let share = count * thread / threads..<count * (thread + 1) / threads
      var targets = DetectorTargets(count: share.count)
      let sampler = CropSampler()
      for (tile, slot) in share.enumerated() {
        var random = RandomGenerator(seed, stream, UInt64(slot))
        let pixels = UnsafeMutableBufferPointer(rebasing: buffer[slot * size..<(slot + 1) * size])
        tiles.draw(into: pixels, targets: &targets, tile: tile, sampler: sampler, random: &random)
      }
      parts.withLock { [targets] in $0[thread] = targets }
    }
    return DetectorTargets(joining: parts.withLock { $0 })
  }

  private func report(secondsPerStep: Double) -> Report {
    let input = Tensor([configuration.batchSize, 1, DetectorTiles.side, DetectorTiles.side])
    var (faces, found, falseCells, tiles) = (0, 0, 0, 0)
    for stream in 0..<max(1, Self.validationTiles / configuration.batchSize) {
      let targets = draw(validation, stream: .max - UInt64(stream), into: input)
      let output = average.forward(input, Pass(isTraining: false, threads: configuration.threads))
      for index in targets.isFace.indices where targets.weights[index] > 0 {
        let sees = output.pointer[DetectorTargets.place(index)] > Self.logit
        if targets.isFace[index] {
          faces += 1
          found += sees ? 1 : 0
        } else {
          falseCells += sees ? 1 : 0
        }
      }
      tiles += targets.count
    }
    let done = state.step % Self.block == 0 ? Self.block : state.step % Self.block
    return Report(
      step: state.step, loss: state.lossSum / Double(done), found: Double(found) / Double(max(faces, 1)),
      falseCells: Double(falseCells) / Double(tiles),
      secondsLeft: secondsPerStep * Double(configuration.steps - state.step))
  }

  private func save() throws {
    try state.write(
      to: Trainer.checkpointPath(folder), network: network, average: average, optimizerState: optimizerState)
  }
}
