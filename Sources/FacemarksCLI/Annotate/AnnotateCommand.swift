import ArgumentParser
import Files

/// Marks the faces of photos, videos or a camera, and writes results.
struct AnnotateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "annotate",
    abstract: "Mark the faces on photos and videos, or before a camera.",
    discussion: "The command may be left out: facemarks photo.jpg, facemarks clip.mp4, facemarks --camera 0."
  )

  @OptionGroup var input: InputOptions
  @OptionGroup(title: "Output") var output: OutputOptions
  @OptionGroup(title: "Drawing") var drawing: DrawingOptions
  @OptionGroup(title: "Filters") var filtering: FilterOptions
  @OptionGroup(title: "Detection") var detection: DetectionOptions
  @OptionGroup(title: "Video") var video: VideoOptions
  @OptionGroup(title: "Camera") var camera: CameraOptions
  @OptionGroup(title: "Running") var running: RunOptions

  func validate() throws {
    try filtering.validate(with: output, video)
    guard let name = camera.camera else {
      if let word = input.inputs.first, FileStatus(of: word) == nil, let command = FacemarksCommand.command(like: word)
      {
        throw ValidationError("Unknown command '\(word)'; did you mean '\(command)'?")
      }
      return
    }
    if name.isEmpty { throw ValidationError("--camera needs a number or a device, and this one is empty.") }
    if !input.inputs.isEmpty { throw ValidationError("--camera takes its frames from a camera: leave the input out.") }
    if video.start != nil || video.end != nil {
      throw ValidationError("--start and --end are for files; a camera has --duration.")
    }
  }

  func run() throws {
    // Not in `validate`: the parser takes the word behind an unknown option for its value, and reports the option after
    // `validate` only.
    if camera.camera == nil, input.inputs.isEmpty { throw ValidationError("Missing expected argument '<input> ...'") }
    LogOutput.start(verbose: running.verbose)
    try AnnotateRun(self).perform()
  }
}
