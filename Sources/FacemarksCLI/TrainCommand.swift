import ArgumentParser
import Facemarks
import FacemarksTraining
import Files
import Glibc
import NeuralNetwork

/// Trains a network.
struct TrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train",
    abstract: "Train a landmark network.",
    discussion: """
      Writes into the run's folder: config.json, history.csv (a row per epoch), checkpoint.safetensors (after every \
      epoch, and when stopped with Ctrl-C), best.safetensors and at the end model.safetensors, the network with the \
      best validation. --resume FOLDER goes on with a run that was stopped or killed, to the same result.
      """)

  @Option(help: "A folder with labels.csv, or a csv file in the format of Kaggle's Facial Keypoints Detection.")
  var data: String?

  @Option(name: [.short, .long], help: "The run's folder; it must not hold a run yet.")
  var output: String?

  @Option(help: "Go on with the run in this folder; its configuration is kept.")
  var resume: String?

  @OptionGroup var options: TrainOptions

  @Flag(name: [.short, .long], help: "Print no progress.")
  var quiet = false

  func run() throws {
    let (folder, configuration) = try prepare()
    guard let lock = try lock(folder) else {
      throw CommandFailure(.usage, "\(folder): another run is at work in this folder; choose another one")
    }
    defer { extendLifetime(lock) }
    guard resume != nil || !holdsRun(folder) else { throw heldFolder(folder) }
    let trainer: Trainer
    do {
      let dataset = try LandmarkDataset.read(configuration.data, threads: configuration.threads)
      trainer = try Trainer(configuration, dataset: dataset, folder: folder)
      if resume != nil { try trainer.resume() }
    } catch {
      throw CommandFailure(.inputUnreadable, "\(error)")
    }
    var progress = TrainProgress(trainer, isQuiet: quiet)
    Interrupt.watch()
    let outcome: Trainer.Outcome
    do {
      outcome = try trainer.run(report: { progress.show($0) }, shouldStop: { Interrupt.isRequested })
    } catch {
      progress.finish()
      throw CommandFailure(.someFailed, "\(error)")
    }
    progress.finish()
    switch outcome {
    case .finished(let epoch):
      Console.write("best epoch \(epoch) -> \(Trainer.modelPath(folder))\n", to: STDOUT_FILENO)
    case .stopped:
      Console.write("stopped; go on with: facemarks train --resume \(folder)\n", to: STDERR_FILENO)
      Interrupt.resume()
    }
  }

  /// The run's folder and configuration; the folder exists afterwards.
  private func prepare() throws -> (String, RunConfiguration) {
    if let resume {
      guard data == nil, output == nil else {
        throw CommandFailure(
          .usage, "--resume takes data and folder from the run: leave --data and --output out")
      }
      do {
        return (resume, try Trainer.configuration(of: resume))
      } catch {
        throw CommandFailure(.inputUnreadable, "\(error)")
      }
    }
    guard let data, let output else {
      throw CommandFailure(
        .usage, "name the data with --data and the run's folder with --output (or --resume a run)")
    }
    let configuration = options.configuration(data: data)
    do {
      try configuration.validate()
    } catch {
      throw CommandFailure(.usage, "\(error)")
    }
    guard !holdsRun(output) else { throw heldFolder(output) }
    do {
      try Files.makeFolder(output)
    } catch {
      throw CommandFailure(.someFailed, "\(error)")
    }
    return (output, configuration)
  }

  private func holdsRun(_ folder: String) -> Bool { access(Trainer.checkpointPath(folder), F_OK) == 0 }

  private func heldFolder(_ folder: String) -> CommandFailure {
    CommandFailure(.usage, "\(folder): holds a run already; go on with --resume \(folder) or choose another folder")
  }

  /// Nil when another run has the folder.
  private func lock(_ folder: String) throws -> FolderLock? {
    do {
      return try FolderLock(folder)
    } catch {
      throw CommandFailure(.someFailed, "\(error)")
    }
  }
}

/// What can be chosen for a run.
struct TrainOptions: ParsableArguments {
  private static let preset = RunConfiguration()

  @Option(help: "The network: \(Architectures.all.map { "\($0.name) (\($0.summary))" }.joined(separator: "; ")).")
  var architecture = preset.architecture

  @Option(
    help: "How gray values enter the network: \(InputNormalization.allCases.map(\.rawValue).joined(separator: ", ")).")
  var normalization = preset.normalization

  @Option(help: "How often every face is seen.")
  var epochs = preset.epochs

  @Option(help: "Faces per step.")
  var batchSize = preset.batchSize

  @Option(help: "What is minimised: \(Losses.all.map { $0.name }.joined(separator: ", ")).")
  var loss = preset.loss

  @Option(help: "\(Optimizers.all.map { $0.name }.joined(separator: ", ")).")
  var optimizer = preset.optimizer

  @Option(help: "The learning rate.")
  var rate = preset.rate

  @Option(help: "The learning rate at the end.")
  var finalRate = preset.finalRate

  @Option(help: "How the rate changes: \(RunConfiguration.Decay.allCases.map(\.rawValue).joined(separator: ", ")).")
  var schedule = preset.schedule

  @Option(help: "Steps during which the rate rises from 0.")
  var warmup = preset.warmup

  @Option(help: "For optimizers with momentum.")
  var momentum = preset.momentum

  @Option(help: "The momentum at the end; it changes linearly. The same when left out.")
  var finalMomentum: Float?

  @Option(help: "How much weights shrink: times the rate per step (adamw), or as an L2 penalty (the others).")
  var weightDecay = preset.weightDecay

  @Option(
    help: ArgumentHelp(
      "A list of NAME[:STRENGTH][@PROBABILITY], 'default' or 'none'.",
      discussion: Augmentations.all.map { "\($0.name): \($0.summary)" }.joined(separator: "\n")))
  var augment = preset.augmentations

  @Option(help: "The share of older steps in the averaged weights that are validated and kept; 0: no averaging.")
  var averaging = preset.averaging

  @Option(help: "The share of faces to validate with, where the data have no split of their own.")
  var validationShare = preset.validationShare

  @Option(help: "Stop after this many epochs without a better validation.")
  var patience: Int?

  @Option(help: "Draw faces that have few, manual points this many times as often.")
  var oversampleManual = preset.oversampleManual

  @Option(help: "Draw turned heads this many times as often.")
  var oversampleTurned = preset.oversampleTurned

  @Option(help: "Everything random follows from it.")
  var seed = preset.seed

  @Option(help: "Processor cores to use.")
  var threads = preset.threads

  @Option(help: "The licence to state in the weight file.")
  var licence = preset.licence

  func configuration(data: String) -> RunConfiguration {
    var run = RunConfiguration()
    (run.data, run.architecture, run.normalization) = (data, architecture, normalization)
    (run.epochs, run.batchSize, run.loss, run.optimizer) = (epochs, batchSize, loss, optimizer)
    (run.rate, run.finalRate, run.schedule, run.warmup) = (rate, finalRate, schedule, warmup)
    (run.momentum, run.finalMomentum, run.weightDecay) = (momentum, finalMomentum ?? momentum, weightDecay)
    (run.augmentations, run.averaging, run.validationShare) = (augment, averaging, validationShare)
    (run.patience, run.oversampleManual, run.oversampleTurned) = (patience, oversampleManual, oversampleTurned)
    (run.seed, run.threads, run.licence) = (seed, threads, licence)
    return run
  }
}

extension InputNormalization: ExpressibleByArgument {}
extension RunConfiguration.Decay: ExpressibleByArgument {}
