import ArgumentParser

struct FacemarksCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "facemarks", subcommands: [TrainCommand.self, EvaluateCommand.self, DetectorsCommand.self])
}
