import ArgumentParser

/// Photos in; marked photos, results and a line per photo out.
struct AnnotateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "annotate",
    abstract: "Mark the faces on photos.",
    discussion: "The command may be left out: facemarks photo.jpg."
  )

  @OptionGroup var input: InputOptions
  @OptionGroup(title: "Output") var output: OutputOptions
  @OptionGroup(title: "Drawing") var drawing: DrawingOptions
  @OptionGroup(title: "Detection") var detection: DetectionOptions
  @OptionGroup(title: "Running") var running: RunOptions

  func run() throws {
    LogOutput.start(verbose: running.verbose)
    try PhotoRun(input, output, drawing, detection, running).perform()
  }
}
