import ArgumentParser
import FacemarksTraining
import Files
import Glibc

/// Trains the network that finds faces.
struct TrainDetectorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train-detector",
    abstract: "Train the network that finds faces.",
    discussion: """
      Writes into the run's folder: config.json, checkpoint.safetensors (every 500 steps, and when stopped with Ctrl-C) and at \
      the end detector.safetensors. --resume FOLDER goes on with a run that was stopped or killed, to the same result.
      """)

  @Option(
    help: "A folder of labelled crops (labels.csv) with pictures without faces in nonfaces.tar.", completion: .directory
  )
  var data: String?

  @Option(
    help: ArgumentHelp(
      "Folders of whole photos with the places of their faces (scenes.csv, scenes.tar); all are drawn from as often, one that is "
        + "named twice twice as often.", valueName: "folder,..."), completion: .directory)
  var scenes: String?

  @Option(
    name: [.short, .long], help: "The run's folder; it must not hold a run yet (default: runs/detector).",
    completion: .directory)
  var output: String?

  @Option(help: "Go on with the run in this folder; its configuration is kept.", completion: .directory)
  var resume: String?

  @Option(help: ArgumentHelp("A detector's weight file to start from.", valueName: "file"), completion: .weightFile)
  var from: String?

  @Option(
    help: ArgumentHelp("The learning rate at the start; it falls to a hundredth (default: 0.003).", valueName: "rate"))
  var rate: Float?

  @Option(help: ArgumentHelp("Batches of 32 tiles in all (default: 40000).", valueName: "n"))
  var steps: Int?

  @Option(help: ArgumentHelp("The seed of all random numbers (default: 1).", valueName: "n"))
  var seed: UInt64?

  @Option(help: ArgumentHelp("Threads (default: 2); another number gives other last digits.", valueName: "n"))
  var threads: Int?

  @Option(help: "What the file says of its licence.")
  var licence: String?

  @Flag(name: [.short, .long], help: "Print no progress.")
  var quiet = false

  func run() throws {
    let configuration = try readConfiguration()
    let folder = try RunFolder(resume ?? output ?? "runs/detector", isNew: resume == nil)
    defer { extendLifetime(folder) }
    let trainer = try CommandFailure.wrap(.inputUnreadable) {
      let trainer = try DetectorTrainer(configuration, folder: folder.path)
      if resume != nil { try trainer.resume() }
      return trainer
    }
    Interrupt.watch()
    let outcome = try CommandFailure.wrap(.someFailed) {
      try trainer.run(report: show, shouldStop: { Interrupt.isRequested })
    }
    switch outcome {
    case .finished:
      Console.write("\(DetectorTrainer.modelPath(folder.path))\n", to: STDOUT_FILENO)
    case .stopped:
      Console.write("stopped; go on with: facemarks train-detector --resume \(folder.path)\n", to: STDERR_FILENO)
      Interrupt.resume()
    }
  }

  private func readConfiguration() throws -> DetectorConfiguration {
    if let resume {
      guard data == nil, scenes == nil, output == nil, from == nil, rate == nil, steps == nil, seed == nil,
        threads == nil, licence == nil
      else {
        throw CommandFailure(.usage, "--resume takes everything from the run: leave the other options out")
      }
      return try CommandFailure.wrap(.inputUnreadable) {
        try DetectorConfiguration(contentsOf: DetectorTrainer.configurationPath(resume))
      }
    }
    guard let data else { throw CommandFailure(.usage, "--data FOLDER is required") }
    var configuration = DetectorConfiguration(
      data: data, scenes: scenes.map { $0.split(separator: ",").map(String.init) } ?? [])
    configuration.from = from
    if let rate { configuration.rate = rate }
    if let steps { configuration.steps = steps }
    if let seed { configuration.seed = seed }
    if let threads { configuration.threads = threads }
    if let licence { configuration.licence = licence }
    try CommandFailure.wrap(.usage) { try configuration.validate() }
    return configuration
  }

  private func show(_ report: DetectorTrainer.Report) {
    guard !quiet else { return }
    Console.write(
      "step \(report.step)  loss \(NumberText.text(report.loss, 4))  cells found \(NumberText.text(100 * report.found, 2)) %  "
        + "false cells a tile \(NumberText.text(report.falseCells, 3))  \(NumberText.time(report.secondsLeft)) left\n",
      to: STDERR_FILENO)
  }
}
