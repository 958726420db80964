import ArgumentParser

/// The program. A command is a file of its own and its line in `subcommands`.
struct FacemarksCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "facemarks",
    abstract: "Marks the landmarks of faces: eyes, eyebrows, nose and mouth.",
    usage: """
      facemarks [OPTIONS] INPUT...
      facemarks COMMAND [OPTIONS]
      """,
    discussion: """
      facemarks photo.jpg writes photo_marked.jpg beside it, facemarks clip.mp4 writes clip_marked.mp4, \
      facemarks --camera 0 shows what a webcam sees. All options for these: facemarks annotate --help

      Exit status:
      \(ExitStatus.allCases.map { "  \($0.rawValue)  \($0.meaning)" }.joined(separator: "\n"))
      """,
    version: "facemarks 0.1.0",
    subcommands: [
      AnnotateCommand.self,
      FiltersCommand.self,
      CamerasCommand.self,
      TrainCommand.self,
      TrainDetectorCommand.self,
      EvaluateCommand.self,
      CombineCommand.self,
      StackCommand.self,
      RecallCommand.self,
      RobustnessCommand.self,
      JudgeCommand.self,
      CrossValidateCommand.self,
      SearchCommand.self,
      SummaryCommand.self,
      SubmitCommand.self,
      AugmentCommand.self,
      BaselineCommand.self,
      DetectorsCommand.self,
      BenchmarkCommand.self,
      ExportCommand.self,
      TrackingCommand.self,
      PlotCommand.self,
      InspectCommand.self,
    ],
    defaultSubcommand: AnnotateCommand.self
  )
}
