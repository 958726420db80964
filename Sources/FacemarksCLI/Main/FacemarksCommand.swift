import ArgumentParser

/// The program. A new command is one file and its line in `groups`.
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
    version: "facemarks 0.2.0",
    groupedSubcommands: groups,
    defaultSubcommand: AnnotateCommand.self
  )

  private static let groups = [
    CommandGroup(
      name: "Faces",
      subcommands: [
        AnnotateCommand.self, TimelapseCommand.self, FiltersCommand.self, CamerasCommand.self, ServeCommand.self,
      ]),
    CommandGroup(
      name: "Training",
      subcommands: [
        TrainCommand.self, TrainDetectorCommand.self, CrossValidateCommand.self, SearchCommand.self,
        CombineCommand.self,
        StackCommand.self, BaselineCommand.self, AugmentCommand.self,
      ]),
    CommandGroup(
      name: "Models and Data",
      subcommands: [
        EvaluateCommand.self, SubmitCommand.self, SummaryCommand.self, ExportCommand.self, PlotCommand.self,
        InspectCommand.self, LabCommand.self,
      ]),
  ]

  static let names = groups.flatMap(\.subcommands).compactMap { $0.configuration.commandName }

  /// The command line that prints the help of the command with which the arguments begin.
  static func helpCommand(for arguments: [String]) -> String {
    var words = ["facemarks"]
    var commands = groups.flatMap(\.subcommands)
    for word in arguments {
      guard let command = commands.first(where: { $0.configuration.commandName == word }) else { break }
      words.append(word)
      commands = command.configuration.subcommands
    }
    return words.joined(separator: " ") + " --help"
  }

  /// The command that a mistyped word was meant for: with one letter or two wrong, missing or too many.
  static func command(like word: String) -> String? {
    let own = groups.flatMap(\.subcommands).compactMap { $0.configuration.commandName }.map { ($0, $0) }
    let lab = LabCommand.configuration.subcommands.compactMap { $0.configuration.commandName }.map { ("lab " + $0, $0) }
    guard word.count > 3, word.allSatisfy({ $0.isLetter || $0 == "-" }) else { return nil }
    return (own + lab).map { ($0.0, distance($0.1, word)) }.filter { $0.1 <= 2 }.min { $0.1 < $1.1 }?.0
  }

  /// The number of letters to change, add or remove (Levenshtein, 1966).
  private static func distance(_ one: String, _ other: String) -> Int {
    let other = Array(other)
    var row = Array(0...other.count)
    for (index, letter) in one.enumerated() {
      var diagonal = row[0]
      row[0] = index + 1
      for column in other.indices {
        let changed = diagonal + (letter == other[column] ? 0 : 1)
        diagonal = row[column + 1]
        row[column + 1] = min(changed, row[column] + 1, row[column + 1] + 1)
      }
    }
    return row[other.count]
  }
}
