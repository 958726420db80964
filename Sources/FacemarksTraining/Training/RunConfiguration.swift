import Facemarks
import NeuralNetwork

/// Why a run cannot be made or continued, or options or models do not fit together.
package struct TrainingError: Error, Hashable, Sendable, CustomStringConvertible {
  package let description: String

  package init(_ description: String) { self.description = description }
}

/// Everything that decides a training run. Kept as `config.json` in the run's folder; the keys are the names below, those
/// of the command line without hyphens.
package struct RunConfiguration: Codable, Hashable, Sendable {
  package enum Decay: String, Codable, CaseIterable, Sendable {
    case constant, step, exponential, linear, cosine
  }

  /// Which samples take part.
  package enum Rows: String, Codable, CaseIterable, Sendable {
    case all
    /// Samples with every landmark of the scheme.
    case complete
    /// The others.
    case partial
  }

  /// By which figure of the validation the best epoch is chosen.
  package enum Monitor: String, Codable, CaseIterable, Sendable {
    case nme, rmse, loss
  }

  /// The source of the crops.
  package enum Crops: String, Codable, CaseIterable, Sendable {
    /// The central crop of the data set's picture.
    case data
    /// The box of the face detector; the central crop where it finds nothing.
    case detector
  }

  /// A folder with labels.csv or a csv file in Kaggle's format.
  package var data = ""
  package var crops = Crops.data
  /// The share by which points are moved towards those placed by hand, where a face has both: 0...1.
  package var manualShare = 0.0
  /// A tar archive of pictures without a face; the network then learns to predict confidences, too (`NetworkOutputs`).
  package var nonfaces: String?
  /// The share of pictures without a face in an epoch.
  package var nonfaceShare = 0.15
  /// The weight of the face's logit in the loss; see `Objective`.
  package var faceWeight: Float = 0.05
  /// The share of faces shown in refined crops; see `BatchSource.Settings.aligned`.
  package var aligned = 0.0
  /// The side of those crops as a share of a detector's box: below 1 the refined crop is a closer one.
  package var alignedSide = 1.0
  /// How far those crops' middle lies below a box's, as a share of its side.
  package var alignedDrop = 0.0
  package var rows = Rows.all
  /// The landmarks that are learned: names of landmarks and groups, separated by commas.
  package var landmarks = "all"
  /// The treatment of points without a label.
  package var missing = MissingLabels.mask
  /// The share of samples that take no part, the same for every seed and fold, so that runs can be compared on it.
  package var holdout = 0.0
  /// Fold K of N as "K/N": validates with the K-th of N parts, instead of `validationShare`.
  package var fold: String?
  /// For nested cross-validation: what is held out is part K of N, as "K/N", and `fold` divides the rest.
  package var outerFold: String?
  package var validationShare = 0.08
  /// See `ArchitectureChoice`.
  package var architecture = Compact.name
  /// Starts all weights in one way; nil leaves it to the architecture.
  package var initializer: String?
  /// One rate for all dropout layers or one for each, separated by commas; nil leaves them to the architecture.
  package var dropout: String?
  /// A weight file of the same architecture to start from, perhaps a narrower one.
  package var from: String?
  /// Whether the last layer starts anew all the same.
  package var newOutput = false
  package var normalization = InputNormalization.standardized
  package var epochs = 30
  package var batchSize = 64
  package var loss = WingLoss.name
  package var optimizer = AdamW.name
  /// The learning rate at the start and at the end; how it gets from one to the other is `schedule`.
  package var rate: Float = 0.002
  package var finalRate: Float = 0.00002
  package var schedule = Decay.cosine
  /// Steps during which the rate rises from 0.
  package var warmup = 300
  /// For optimizers with momentum: at the start, and at the end, linearly.
  package var momentum: Float = 0.9
  package var finalMomentum: Float = 0.9
  package var weightDecay: Float = 0.01
  /// Gradients of a greater norm, over all parameters, are scaled down to it; 0 leaves them as they are.
  package var clipNorm: Float = 0
  /// Added to the gradient of every weight with the weight's sign.
  package var l1: Float = 0
  /// A list for `Augmentations.parse`.
  package var augment = "default"
  /// As `augment`, for refined crops.
  package var alignedAugment = "aligned"
  /// The share of an older step's weights in the running average that is validated and kept; 0 keeps the weights as they are.
  package var averaging: Float = 0.999
  package var monitor = Monitor.nme
  /// Stop after this many epochs without a better validation; nil runs all epochs.
  package var patience: Int?
  /// The factors by which samples with few manual points, and samples of turned heads, are drawn more often.
  package var oversampleManual = 1.0
  package var oversampleTurned = 1.0
  package var seed: UInt64 = 1
  package var threads = 2
  /// Goes into the weight file.
  package var licence = "not stated"

  package init() {}

  /// - Throws: `TrainingError` that names the option and what is possible.
  package func validate() throws {
    func require(_ condition: Bool, _ words: String) throws { if !condition { throw TrainingError(words) } }
    _ = try ArchitectureChoice(architecture)
    try require(
      Losses.named(loss) != nil,
      "unknown loss '\(loss)'; known are \(Losses.all.map { $0.name }.joined(separator: ", "))")
    try require(
      Optimizers.named(optimizer) != nil,
      "unknown optimizer '\(optimizer)'; known are \(Optimizers.all.map { $0.name }.joined(separator: ", "))")
    try require(
      initializer.map { Initializer(rawValue: $0) != nil } ?? true,
      "unknown initializer '\(initializer ?? "")'; known are "
        + Initializer.allCases.map(\.rawValue).joined(separator: ", "))
    try require(dropout == nil || dropoutRates != nil, "dropout must be rates in 0...0.99, separated by commas")
    try require(
      LandmarkScheme.full.indices(of: landmarks) != nil,
      "unknown landmarks '\(landmarks)'; known are the groups "
        + "\(LandmarkScheme.full.groups.keys.sorted().joined(separator: ", ")) and the landmarks' names")
    for fold in [fold, outerFold] {
      try require(
        fold == nil || Self.fold(fold) != nil, "the fold must be K/N with 1 <= K <= N and N in 2...1000")
    }
    _ = try Augmentations.parse(augment)
    _ = try Augmentations.parse(alignedAugment)
    try require((0...1).contains(manualShare), "the share of manual points must be in 0...1")
    try require((0...1).contains(aligned), "the share of aligned crops must be in 0...1")
    try require((0.5...1.5).contains(alignedSide), "the side of aligned crops must be 0.5 to 1.5 boxes")
    try require((-0.5...0.5).contains(alignedDrop), "aligned crops can lie -0.5 to 0.5 boxes lower")
    try require((0...0.9).contains(nonfaceShare), "the share of pictures without a face must be in 0...0.9")
    try require(faceWeight >= 0 && faceWeight <= 1, "the weight of the face must be in 0...1")
    try require(
      nonfaces == nil || missing == .mask, "pictures without a face have no points to fill: leave --missing at mask")
    try require((1...1_000_000).contains(epochs), "the number of epochs must be 1 or more")
    try require((1...65536).contains(batchSize), "the batch size must be in 1...65536")
    try require(rate > 0 && rate <= 100, "the learning rate must be above 0 and at most 100")
    try require(finalRate >= 0 && finalRate <= 100, "the final learning rate must be in 0...100")
    try require(
      schedule != .exponential || finalRate > 0, "an exponential schedule needs a final learning rate above 0")
    try require(warmup >= 0, "the warm-up must be 0 steps or more")
    try require(
      (0..<1).contains(momentum) && (0..<1).contains(finalMomentum), "the momentum must be at least 0 and below 1")
    try require(clipNorm >= 0 && clipNorm.isFinite, "the greatest norm of a gradient must be 0 or more")
    try require(weightDecay >= 0 && weightDecay <= 1, "the weight decay must be in 0...1")
    try require(l1 >= 0 && l1 <= 1, "the L1 penalty must be in 0...1")
    try require((0..<1).contains(averaging), "the averaging must be at least 0 and below 1")
    try require(validationShare > 0 && validationShare < 1, "the validation share must be above 0 and below 1")
    try require((0..<1).contains(holdout), "the share held out must be at least 0 and below 1")
    try require(patience.map { $0 > 0 } ?? true, "the patience must be 1 epoch or more")
    try require(
      (0...100).contains(oversampleManual) && (0...100).contains(oversampleTurned), "oversampling must be in 0...100")
    try require((1...256).contains(threads), "the number of threads must be in 1...256")
  }

  /// The rate as a function of the step.
  package var rates: Schedule {
    let main: Schedule =
      switch schedule {
      case .constant: .constant(rate)
      case .step: stages
      case .exponential: .exponential(rate, to: finalRate)
      case .linear: .linear(rate, to: finalRate)
      case .cosine: .cosine(rate, to: finalRate)
      }
    return warmup > 0 ? main.warmedUp(steps: warmup) : main
  }

  /// Three stages of the same length: the rate, its geometric mean with the final rate, the final rate.
  private var stages: Schedule {
    let (rate, finalRate) = (rate, finalRate)
    return Schedule { step, total in
      switch 3 * step / max(total, 1) {
      case 0: rate
      case 1: (rate * finalRate).squareRoot()
      default: finalRate
      }
    }
  }

  package var momenta: Schedule { .linear(momentum, to: finalMomentum) }

  var refinedCrop: RefinedCrop { RefinedCrop(scale: alignedSide, drop: alignedDrop) }

  var dropoutRates: [Double]? {
    guard let parts = dropout?.split(separator: ",", omittingEmptySubsequences: false) else { return nil }
    let rates = parts.compactMap { Double($0) }
    return rates.count == parts.count && rates.allSatisfy({ (0...0.99).contains($0) }) ? rates : nil
  }

  private static func fold(_ text: String?) -> SplitOptions.Fold? {
    guard let parts = text?.split(separator: "/", omittingEmptySubsequences: false), parts.count == 2,
      let number = Int(parts[0]), let count = Int(parts[1]), (2...1000).contains(count), (1...count).contains(number)
    else { return nil }
    return SplitOptions.Fold(number, of: count)
  }

  package var splitPlan: SplitOptions {
    SplitOptions(
      holdout: holdout, outerFold: Self.fold(outerFold), validation: validationShare, fold: Self.fold(fold), seed: seed)
  }

  /// The data set that is trained on.
  /// - Throws: what reading it throws; `ImagingError` when there is no face detector to cut the crops.
  package func readData() throws -> LandmarkDataset { try dataChoice.read(threads: threads) }

  /// All that the data of a run depend on.
  package var dataChoice: DataChoice {
    DataChoice(data: data, crops: crops, manualShare: manualShare, nonfaces: nonfaces)
  }

  package struct DataChoice: Hashable {
    var data: String
    var crops: Crops
    var manualShare: Double
    var nonfaces: String?

    /// - Parameter threads: change nothing.
    func read(threads: Int) throws -> LandmarkDataset {
      var dataset = try LandmarkDataset.read(data, threads: threads)
      if crops == .detector { dataset = try dataset.cropped(by: .haar()) }
      if manualShare > 0 { dataset = dataset.blendingManual(Float(manualShare)) }
      return try nonfaces.map(dataset.adding(nonfaces:)) ?? dataset
    }
  }

  /// How often each sample is drawn in an epoch; nil when all are drawn once.
  func oversampling(_ dataset: LandmarkDataset, training: [Int]) -> [Double]? {
    guard nonfaces != nil || oversampleManual != 1 || oversampleTurned != 1 else { return nil }
    var factors = dataset.oversampling(manualOnly: oversampleManual, turned: oversampleTurned)
    let others = training.filter { !dataset.samples[$0].isFace }
    let faces = training.reduce(0) { $0 + (dataset.samples[$1].isFace ? factors[$1] : 0) }
    let factor = nonfaceShare / (1 - nonfaceShare) * faces / Double(max(others.count, 1))
    for index in others { factors[index] = factor }
    return factors
  }

  /// The network that is trained.
  /// - Throws: `DescriptionError`, or `FileError` for a description that cannot be read.
  package func description(outputs: Int) throws -> NetworkDescription {
    var description = try ArchitectureChoice(architecture).description(outputs: outputs)
    if let initializer = initializer.flatMap({ Initializer(rawValue: $0) }) {
      description = description.initialized(by: initializer)
    }
    if let dropoutRates { description = try description.withDropout(dropoutRates) }
    return description
  }
}
