import ArgumentParser
import Facemarks
import FacemarksTraining
import NeuralNetwork

/// The options of a training run. Those not given keep the values of the configuration that the run begins with.
struct TrainOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The architecture, not the built-in model of its name: NAME, NAME:OPTION=NUMBER,... or a description in a .json file."
        + preset(\.architecture),
      discussion: Architectures.all.map { "\($0.name): \($0.summary)" }.joined(separator: "\n")),
    completion: .architecture)
  var architecture: String?

  @Option(
    help: "How all weights start: \(Initializer.allCases.map(\.rawValue).joined(separator: ", ")).",
    completion: .list(Initializer.allCases.map(\.rawValue)))
  var initializer: String?

  @Option(help: "The rate of all dropout layers, or one for each: 0.1,0.2,0.3,0.5.")
  var dropout: String?

  @Option(
    help: "A weight file of the same architecture to start from, perhaps a narrower one.", completion: .weightFile)
  var from: String?

  @Flag(help: "With --from: start the last layer anew.")
  var newOutput = false

  @Option(
    help: """
      How gray values enter the network: \(InputNormalization.allCases.map(\.rawValue).joined(separator: ", ")).\
      \(preset(\.normalization.rawValue))
      """)
  var normalization: InputNormalization?

  @Option(
    help: """
      The landmarks to learn, names or groups: \
      \(LandmarkScheme.full.groups.keys.sorted().joined(separator: ", ")).\(preset(\.landmarks))
      """, completion: .names(separatedByCommas: LandmarkScheme.full.groups.keys.sorted()))
  var landmarks: String?

  @Option(
    help: """
      Which faces: \(RunConfiguration.Rows.allCases.map(\.rawValue).joined(separator: ", ")) (of which every point is \
      known, or the others).\(preset(\.rows.rawValue))
      """)
  var rows: RunConfiguration.Rows?

  @Option(
    help: """
      What becomes of points without a label: \
      \(MissingLabels.allCases.map { "\($0.rawValue): \($0.summary)" }.joined(separator: "; ")).\
      \(preset(\.missing.rawValue))
      """)
  var missing: MissingLabels?

  @Option(
    help: """
      What of a picture is the crop: data (what they say) or detector (what the face detector finds in it).\
      \(preset(\.crops.rawValue))
      """)
  var crops: RunConfiguration.Crops?

  @Option(
    help: "How far points move towards those placed by hand, where a face has both, 0 to 1.\(preset(\.manualShare))")
  var manualShare: Double?

  @Option(
    help: "A tar archive of pictures without a face: the network learns to judge how sure it is, too.",
    completion: .tarFile)
  var nonfaces: String?

  @Option(help: "How many of an epoch's pictures are such ones.\(preset(\.nonfaceShare))")
  var nonfaceShare: Double?

  @Option(help: "How much it counts beside the points whether a picture shows a face.\(preset(\.faceWeight))")
  var faceWeight: Float?

  @Option(
    help: "The share of faces shown as a second look cuts them, around their points and upright.\(preset(\.aligned))")
  var aligned: Double?

  @Option(
    help: "The side of those crops in detector's boxes: below 1 looks closer.\(preset(\.alignedSide))")
  var alignedSide: Double?

  @Option(help: "How far those crops lie lower, towards the chin, in boxes.\(preset(\.alignedDrop))")
  var alignedDrop: Double?

  @Option(help: "As --augment, for those crops.\(preset(\.alignedAugment))", completion: .augmentations)
  var alignedAugment: String?

  @Option(help: "How often every face is seen.\(preset(\.epochs))")
  var epochs: Int?

  @Option(help: "Faces per step.\(preset(\.batchSize))")
  var batchSize: Int?

  @Option(
    help: "What is minimised: \(Losses.all.map { $0.name }.joined(separator: ", ")).\(preset(\.loss))",
    completion: .list(Losses.all.map { $0.name }))
  var loss: String?

  @Option(
    help: "\(Optimizers.all.map { $0.name }.joined(separator: ", ")).\(preset(\.optimizer))",
    completion: .list(Optimizers.all.map { $0.name }))
  var optimizer: String?

  @Option(help: "The learning rate.\(preset(\.rate))")
  var rate: Float?

  @Option(help: "The learning rate at the end.\(preset(\.finalRate))")
  var finalRate: Float?

  @Option(
    help: """
      How the rate changes: \(RunConfiguration.Decay.allCases.map(\.rawValue).joined(separator: ", ")).\
      \(preset(\.schedule.rawValue))
      """)
  var schedule: RunConfiguration.Decay?

  @Option(help: "Steps during which the rate rises from 0.\(preset(\.warmup))")
  var warmup: Int?

  @Option(help: "For optimizers with momentum.\(preset(\.momentum))")
  var momentum: Float?

  @Option(help: "The momentum at the end; it changes linearly. As --momentum when only that is given.")
  var finalMomentum: Float?

  @Option(
    help: """
      How much weights shrink: times the rate per step (adamw), or as an L2 penalty (the others).\
      \(preset(\.weightDecay))
      """)
  var weightDecay: Float?

  @Option(help: "Scale gradients of a greater norm down to this; 0 leaves them.\(preset(\.clipNorm))")
  var clipNorm: Float?

  @Option(help: "An L1 penalty on weights.\(preset(\.l1))")
  var l1: Float?

  @Option(
    help: ArgumentHelp(
      "A list of NAME[:STRENGTH][@PROBABILITY], 'default' 'aligned' or 'none'.\(preset(\.augment))",
      discussion: Augmentations.all.map { "\($0.name): \($0.summary)" }.joined(separator: "\n")),
    completion: .augmentations)
  var augment: String?

  @Option(
    help: """
      The share of older steps in the averaged weights that are validated and kept; 0: no averaging.\
      \(preset(\.averaging))
      """)
  var averaging: Float?

  @Option(
    help: "The share of faces to validate with, where the data have no split of their own.\(preset(\.validationShare))")
  var validationShare: Double?

  @Option(help: "Validate with part K of N instead, K/N.")
  var fold: String?

  @Option(help: "The share of faces to leave out, the same ones in every run, to compare runs on.\(preset(\.holdout))")
  var holdout: Double?

  @Option(
    help: """
      By which figure of the validation the best epoch is chosen: \
      \(RunConfiguration.Monitor.allCases.map(\.rawValue).joined(separator: ", ")).\(preset(\.monitor.rawValue))
      """)
  var monitor: RunConfiguration.Monitor?

  @Option(help: "Stop after this many epochs without a better validation.")
  var patience: Int?

  @Option(help: "Draw faces that have few, manual points this many times as often.\(preset(\.oversampleManual))")
  var oversampleManual: Double?

  @Option(help: "Draw turned heads this many times as often.\(preset(\.oversampleTurned))")
  var oversampleTurned: Double?

  @Option(help: "Everything random follows from it.\(preset(\.seed))")
  var seed: UInt64?

  @Option(help: "Processor cores to use.\(preset(\.threads))")
  var threads: Int?

  @Option(help: "The licence to state in the weight file.\(preset(\.licence))")
  var licence: String?

  /// The configuration of the file `config`, or the presets, changed by the options.
  /// - Throws: `CommandFailure`.
  func configuration(data: String?, config: String?) throws -> RunConfiguration {
    var run = RunConfiguration()
    if let config { run = try CommandFailure.wrap(.inputUnreadable) { try RunConfiguration(contentsOf: config) } }
    if let data { run.data = data }
    run = changing(run)
    guard !run.data.isEmpty else { throw CommandFailure(.usage, "name the data with --data") }
    try CommandFailure.wrap(.usage) {
      try run.validate()
      // A description's file is an input.
      if try !ArchitectureChoice(run.architecture).isFile { _ = try run.description(outputs: 2) }
    }
    return run
  }

  /// A configuration with the options that were given.
  func changing(_ configuration: RunConfiguration) -> RunConfiguration {
    var run = configuration
    func set<Value>(_ key: WritableKeyPath<RunConfiguration, Value>, _ value: Value?) {
      if let value { run[keyPath: key] = value }
    }
    func set<Value>(_ key: WritableKeyPath<RunConfiguration, Value?>, optional value: Value?) {
      if let value { run[keyPath: key] = value }
    }
    set(\.architecture, architecture)
    set(\.initializer, optional: initializer)
    set(\.dropout, optional: dropout)
    set(\.from, optional: from)
    if newOutput { run.newOutput = true }
    set(\.normalization, normalization)
    set(\.landmarks, landmarks)
    set(\.rows, rows)
    set(\.missing, missing)
    set(\.crops, crops)
    set(\.manualShare, manualShare)
    set(\.nonfaces, optional: nonfaces)
    set(\.nonfaceShare, nonfaceShare)
    set(\.faceWeight, faceWeight)
    set(\.aligned, aligned)
    set(\.alignedSide, alignedSide)
    set(\.alignedDrop, alignedDrop)
    set(\.alignedAugment, alignedAugment)
    set(\.epochs, epochs)
    set(\.batchSize, batchSize)
    set(\.loss, loss)
    set(\.optimizer, optimizer)
    set(\.rate, rate)
    set(\.finalRate, finalRate)
    set(\.schedule, schedule)
    set(\.warmup, warmup)
    set(\.momentum, momentum)
    set(\.finalMomentum, finalMomentum ?? momentum)
    set(\.weightDecay, weightDecay)
    set(\.clipNorm, clipNorm)
    set(\.l1, l1)
    set(\.augment, augment)
    set(\.averaging, averaging)
    set(\.validationShare, validationShare)
    set(\.fold, optional: fold)
    set(\.holdout, holdout)
    set(\.monitor, monitor)
    set(\.patience, optional: patience)
    set(\.oversampleManual, oversampleManual)
    set(\.oversampleTurned, oversampleTurned)
    set(\.seed, seed)
    set(\.threads, threads)
    set(\.licence, licence)
    return run
  }

  private static func preset<Value>(_ key: KeyPath<RunConfiguration, Value>) -> String {
    " (default: \(RunConfiguration()[keyPath: key]))"
  }
}

extension InputNormalization: ExpressibleByArgument {}
extension MissingLabels: ExpressibleByArgument {}
extension RunConfiguration.Crops: ExpressibleByArgument {}
extension RunConfiguration.Decay: ExpressibleByArgument {}
extension RunConfiguration.Rows: ExpressibleByArgument {}
extension RunConfiguration.Monitor: ExpressibleByArgument {}
