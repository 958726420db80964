import NeuralNetwork

/// The state of a run between two batches, as a weight file: what is needed to go on as if never interrupted.
struct Checkpoint {
  /// The epoch and batch that come next, counted from 0.
  var epoch = 0
  var batch = 0
  /// Optimizer steps done.
  var step = 0
  /// Of the epoch so far.
  var lossSum = 0.0
  var squareSum = 0.0
  var valueCount = 0
  var seconds = 0.0
  /// The best validation so far; infinite before the first.
  var best = Double.infinity
  var bestEpoch = 0
  /// Of the data, so that a run is not continued on another set.
  var fingerprint = ""

  private static let averagePrefix = "average."
  /// No run counts further.
  private static let mostCounted = 1 << 48

  func write(to path: String, network: Network, average: Network, optimizerState: OptimizerState) throws {
    var file = Safetensors(entries: network.entries)
    for (name, entry) in average.entries { file.entries[Self.averagePrefix + name] = entry }
    for (name, tensor) in optimizerState.tensors {
      file.entries[name] = Safetensors.Entry(shape: tensor.shape.array, values: tensor.values)
    }
    file.metadata = [
      "epoch": "\(epoch)", "batch": "\(batch)", "step": "\(step)", "loss_sum": "\(lossSum)",
      "square_sum": "\(squareSum)", "value_count": "\(valueCount)", "seconds": "\(seconds)",
      "best": "\(best)", "best_epoch": "\(bestEpoch)", "fingerprint": fingerprint,
    ]
    try file.write(to: path)
  }

  /// Reads a checkpoint into the networks and the optimizer.
  /// - Throws: `FileError` or `WeightFileError`.
  init(contentsOf path: String, network: Network, average: Network, optimizerState: OptimizerState) throws {
    let file = try Safetensors(contentsOf: path)
    func value<Value: LosslessStringConvertible>(_ key: String, _ isPossible: (Value) -> Bool) throws -> Value {
      guard let value = file.metadata[key].flatMap({ Value($0) }) else {
        throw WeightFileError(file: path, problem: "its metadata has no '\(key)': it is not a checkpoint")
      }
      guard isPossible(value) else {
        throw WeightFileError(file: path, problem: "the '\(key)' in its metadata is not possible")
      }
      return value
    }
    // Whether these belong to the run is for the trainer to say.
    func place(_ key: String) throws -> Int { try value(key) { (-Self.mostCounted...Self.mostCounted).contains($0) } }
    func count(_ key: String) throws -> Int { try value(key) { (0...Self.mostCounted).contains($0) } }
    func number(_ key: String) throws -> Double { try value(key, \.isFinite) }
    (epoch, batch, step) = (try place("epoch"), try place("batch"), try place("step"))
    (lossSum, seconds, best) = (try number("loss_sum"), try number("seconds"), try value("best") { !$0.isNaN })
    (squareSum, valueCount) = (try number("square_sum"), try count("value_count"))
    (bestEpoch, fingerprint) = (try count("best_epoch"), try value("fingerprint") { _ in true })
    try network.load(file, name: path)
    let averaged = file.entries.filter { $0.key.hasPrefix(Self.averagePrefix) }
      .map { (String($0.key.dropFirst(Self.averagePrefix.count)), $0.value) }
    try average.load(Safetensors(entries: Dictionary(averaged) { first, _ in first }), name: path)
    for (name, tensor) in optimizerState.tensors {
      guard let entry = file.entries[name], entry.shape == tensor.shape.array else {
        throw WeightFileError(file: path, problem: "the tensor '\(name)' is missing or has another shape")
      }
      tensor.values = entry.values
    }
    optimizerState.resume(after: step)
  }

  init() {}
}
