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
      best validation. --resume FOLDER goes on with a run that was stopped or killed, to the same result; --config \
      RUN/config.json repeats one, with the options given beside it changed.
      """)

  @Option(
    help: "\(DataName.words)",
    completion: .dataSet)
  var data: String?

  @Option(
    name: [.short, .long],
    help: "The run's folder; it must not hold a run yet. Without it, runs/NAME, the name telling the options.",
    completion: .directory)
  var output: String?

  @Option(help: "Go on with the run in this folder; its configuration is kept.", completion: .directory)
  var resume: String?

  @Option(
    help: "A configuration to begin with, such as an earlier run's config.json.",
    completion: .file(extensions: ["json"]))
  var config: String?

  @OptionGroup var options: TrainOptions

  @Flag(name: [.short, .long], help: "Print no progress.")
  var quiet = false

  func run() throws {
    let configuration = try readConfiguration()
    let folder = try RunFolder(resume ?? output ?? "runs/\(configuration.name)", isNew: resume == nil)
    defer { extendLifetime(folder) }
    let trainer = try CommandFailure.wrap(.inputUnreadable) {
      let trainer = try Trainer(configuration, dataset: configuration.readData(), folder: folder.path)
      if resume != nil { try trainer.resume() }
      return trainer
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
      Console.write("best epoch \(epoch) -> \(Trainer.modelPath(folder.path))\n", to: STDOUT_FILENO)
    case .stopped:
      Console.write("stopped; go on with: facemarks train --resume \(folder.path)\n", to: STDERR_FILENO)
      Interrupt.resume()
    }
  }

  private func readConfiguration() throws -> RunConfiguration {
    guard let resume else { return try options.configuration(data: data, config: config) }
    guard data == nil, output == nil, config == nil else {
      throw CommandFailure(
        .usage, "--resume takes everything from the run: leave --data and --output out, and --config")
    }
    let kept = try CommandFailure.wrap(.inputUnreadable) { try Trainer.configuration(of: resume) }
    guard options.changing(kept) == kept else {
      let path = PathText.printable(Trainer.configurationPath(resume))
      throw CommandFailure(
        .usage, "--resume keeps the run's options, and these are others; for a new run with them: --config \(path)")
    }
    return kept
  }
}
