import Facemarks
import NeuralNetwork

/// Why a run cannot be made or continued.
public struct TrainingError: Error, Hashable, Sendable, CustomStringConvertible {
  public let description: String

  public init(_ description: String) { self.description = description }
}

/// Everything that decides a training run. Kept as `config.json` in the run's folder.
public struct RunConfiguration: Codable, Hashable, Sendable {
  public enum Decay: String, Codable, CaseIterable, Sendable {
    case constant, step, exponential, linear, cosine
  }

  /// A folder with labels.csv or a csv file in Kaggle's format.
  public var data = ""
  public var architecture = Compact.name
  public var normalization = InputNormalization.standardized
  public var epochs = 30
  public var batchSize = 64
  public var loss = WingLoss.name
  public var optimizer = AdamW.name
  /// The learning rate at the start and at the end; how it gets from one to the other is `schedule`.
  public var rate: Float = 0.002
  public var finalRate: Float = 0.00002
  public var schedule = Decay.cosine
  /// Steps during which the rate rises from 0.
  public var warmup = 300
  /// For optimizers with momentum: at the start, and at the end, linearly.
  public var momentum: Float = 0.9
  public var finalMomentum: Float = 0.9
  public var weightDecay: Float = 0.01
  /// A list for `Augmentations.parse`.
  public var augmentations = "default"
  /// The share of an older step's weights in the running average that is validated and kept; 0 keeps the weights as they are.
  public var averaging: Float = 0.999
  public var validationShare = 0.08
  /// Stop after this many epochs without a better validation; nil runs all epochs.
  public var patience: Int?
  /// How many times as often samples with few manual points, and samples of turned heads, are drawn.
  public var oversampleManual = 1.0
  public var oversampleTurned = 1.0
  public var seed: UInt64 = 1
  public var threads = 2
  /// Goes into the weight file.
  public var licence = "not stated"

  public init() {}

  /// - Throws: `TrainingError` that names the option and what is possible.
  public func validate() throws {
    func require(_ condition: Bool, _ words: String) throws { if !condition { throw TrainingError(words) } }
    try require(
      Architectures.named(architecture) != nil,
      "unknown architecture '\(architecture)'; known are \(Architectures.all.map { $0.name }.joined(separator: ", "))")
    try require(
      Losses.named(loss) != nil,
      "unknown loss '\(loss)'; known are \(Losses.all.map { $0.name }.joined(separator: ", "))")
    try require(
      Optimizers.named(optimizer) != nil,
      "unknown optimizer '\(optimizer)'; known are \(Optimizers.all.map { $0.name }.joined(separator: ", "))")
    _ = try Augmentations.parse(augmentations)
    try require((1...1_000_000).contains(epochs), "the number of epochs must be 1 or more")
    try require((1...65536).contains(batchSize), "the batch size must be in 1...65536")
    try require(rate > 0 && rate <= 100, "the learning rate must be above 0 and at most 100")
    try require(finalRate >= 0 && finalRate <= 100, "the final learning rate must be in 0...100")
    try require(
      schedule != .exponential || finalRate > 0, "an exponential schedule needs a final learning rate above 0")
    try require(warmup >= 0, "the warm-up must be 0 steps or more")
    try require(
      (0..<1).contains(momentum) && (0..<1).contains(finalMomentum), "the momentum must be at least 0 and below 1")
    try require(weightDecay >= 0 && weightDecay <= 1, "the weight decay must be in 0...1")
    try require((0..<1).contains(averaging), "the averaging must be at least 0 and below 1")
    try require(validationShare > 0 && validationShare < 1, "the validation share must be above 0 and below 1")
    try require(patience.map { $0 > 0 } ?? true, "the patience must be 1 epoch or more")
    try require(
      (0...100).contains(oversampleManual) && (0...100).contains(oversampleTurned), "oversampling must be in 0...100")
    try require((1...256).contains(threads), "the number of threads must be in 1...256")
  }

  /// The learning rate over the run.
  public var rates: Schedule {
    let main: Schedule =
      switch schedule {
      case .constant: .constant(rate)
      case .step: .step(rate, factor: 0.1, every: max(1, epochs / 3))
      case .exponential: .exponential(rate, to: finalRate)
      case .linear: .linear(rate, to: finalRate)
      case .cosine: .cosine(rate, to: finalRate)
      }
    return warmup > 0 ? main.warmedUp(steps: warmup) : main
  }

  public var momenta: Schedule { .linear(momentum, to: finalMomentum) }
}
