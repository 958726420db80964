import ArgumentParser
import Facemarks
import Files
import Glibc
import Imaging

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

/// One run: plan, photos, videos, exit status.
private struct AnnotateRun {
  private let command: AnnotateCommand
  private let inputs: InputList
  private let plan: OutputNaming
  private let effects: FaceEffects
  private let sheet: SheetFile?

  /// - Throws: `CommandFailure` when the outputs cannot be as asked.
  init(_ command: AnnotateCommand) throws {
    self.command = command
    let output = command.output
    effects = try command.filtering.effects(command.drawing, landmarks: output.landmarks)
    if let camera = command.camera.camera {
      if output.pts != nil || output.crops != nil {
        throw CommandFailure(.usage, "--pts and --crops are for photos, not for a camera")
      }
      if output.keepMetadata != nil { throw CommandFailure(.usage, "--keep-metadata is for photos, not for a camera") }
      inputs = InputList([], recursive: false, excluded: [])
      plan = try OutputNaming(camera: camera, options: output)
    } else {
      inputs = InputList(
        command.input.inputs, recursive: command.input.recursive,
        excluded: [output.output, output.pts, output.crops].compactMap { $0 })
      plan = try OutputNaming(inputs, options: output, mark: effects.anonymiser == nil ? .marked : .hidden)
      if output.blinks != nil, plan.videos.isEmpty, !plan.photos.isEmpty {
        throw CommandFailure(.usage, "--blinks is for videos, and there are only photos")
      }
    }
    if let sheet = command.filtering.sheet {
      try plan.claims.check(sheet, for: "--sheet", force: output.force)
    }
    sheet = command.filtering.sheet.map { SheetFile($0) }
  }

  /// - Throws: `CommandFailure` unless all went well.
  func perform() throws {
    var tally = RunTally()
    // Windows belong to the first thread, and without a display there may be nothing to do.
    let videos = try VideoRun(command, videos: plan.videos, effects: effects, sheet: sheet)
    let pipelines =
      plan.photos.isEmpty && plan.videos.isEmpty
      ? nil
      : try PipelineSource(command.detection, isDense: isDense || effects.filters.contains(where: \.usesPose))
    let pipeline = plan.photos.isEmpty ? nil : try pipelines?.makePipeline()
    // Where nothing is to be read, any landmarks will do.
    let scheme = try pipeline?.scheme ?? pipelines?.scheme() ?? .full
    let selection = try selection(of: scheme)
    try prepareOutputs()
    if let pipelines { try reportLeastSize(pipeline, pipelines) }
    Interrupt.watch()
    if !command.running.quiet { for note in inputs.notes { Console.write(note + "\n", to: STDERR_FILENO) } }
    if !inputs.items.isEmpty { try runPhotos(pipelines, pipeline, selection, &tally) }
    for job in plan.videos {
      guard !Interrupt.isRequested, let pipelines else { break }
      tally.add(videos.perform(job, pipelines, selection))
    }
    try writeSheet()
    if Interrupt.isRequested, command.camera.camera == nil { Interrupt.resume() }
    reportMissingNumbers(&tally)
    try tally.conclude(failOnNoFace: command.running.failOnNoFace)
  }

  /// The landmarks that are asked for, among those of the network.
  /// - Throws: `CommandFailure` where it has not all of them.
  private func selection(of scheme: LandmarkScheme) throws(CommandFailure) -> LandmarkSelection {
    let wanted = command.output.landmarks ?? (command.output.csvFormat == .openface ? .ibug68 : nil)
    guard let selection = LandmarkSelection(wanted, of: scheme), scheme == .full || !isDense else {
      let name = PathText.printable(command.detection.model ?? "the network")
      throw CommandFailure(
        .usage, "\(name): gives the landmarks of \(scheme.name) only; leave --model out, or name dense or open")
    }
    return selection
  }

  /// Whether something is asked for that needs the 68 points.
  private var isDense: Bool {
    let output = command.output
    return [.ibug68, .full].contains(output.landmarks) || output.csvFormat == .openface || output.blinks != nil
      || output.focal != nil || (command.drawing.draw ?? []).contains(where: \.needsFullScheme)
  }

  private func runPhotos(
    _ source: PipelineSource?, _ pipeline: FacePipeline?, _ selection: LandmarkSelection, _ tally: inout RunTally
  ) throws {
    let photos = PhotoRun(
      command, plan: plan, effects: effects, selection: selection, sheet: sheet, items: inputs.items.count)
    for (index, item) in inputs.items.enumerated() {
      if case .failed(let message) = item {
        photos.report.finish(index, .failed(CommandFailure(.inputUnreadable, message)))
      }
    }
    if let source, let pipeline, !plan.photos.isEmpty { photos.work(source, first: pipeline) }
    photos.report.close()
    if Interrupt.isRequested {
      photos.reportInterruption()
      try writeSheet()
      Interrupt.resume()
    }
    if plan.writesPhotoResults {
      tally.isComplete = photos.writeResults() && tally.isComplete
    }
    try tally.add(photos.report)
  }

  /// Reports that smaller faces are asked for than the detector is made for.
  private func reportLeastSize(_ pipeline: FacePipeline?, _ source: PipelineSource) throws {
    guard let wanted = command.detection.minSize, !command.running.quiet else { return }
    let least = try (pipeline ?? source.makePipeline()).smallestFace
    guard Double(wanted) < least else { return }
    Console.write(
      "--min-size \(wanted): the detector is made for faces of \(NumberText.text(least, 0)) pixels and more; smaller ones are "
        + "mostly missed\n", to: STDERR_FILENO)
  }

  /// Reports numbers of `--keep-face` and `--only-face` that no face and no doubtful place had.
  private func reportMissingNumbers(_ tally: inout RunTally) {
    let filtering = command.filtering
    for (name, wanted) in [("keep-face", filtering.keepFace), ("only-face", filtering.onlyFace)] {
      let missing = tally.missing(among: wanted ?? [])
      guard !missing.isEmpty else { continue }
      tally.isComplete = false
      let numbers = missing.map { "\($0)" }.joined(separator: ", ")
      Console.write("--\(name): nothing has the number \(numbers); --json lists the numbers\n", to: STDERR_FILENO)
    }
  }

  /// Writes the contact sheet, also after an interruption.
  private func writeSheet() throws {
    guard let line = try sheet?.write(), !command.running.quiet else { return }
    let usesOutput = [command.output.json, command.output.csv].contains("-")
    Console.write(line, to: usesOutput ? STDERR_FILENO : STDOUT_FILENO)
  }

  /// Makes the folders of the outputs and checks that they can be written to, before the work begins.
  private func prepareOutputs() throws {
    for file in plan.resultFiles { try OutputRegistry.checkExisting(file, force: command.output.force) }
    let sheetFolder = command.filtering.sheet.map { PathText.split($0).folder } ?? ""
    for folder in plan.folders + (sheetFolder.isEmpty ? [] : [sheetFolder]) {
      try CommandFailure.wrap(.someFailed) { try Files.makeFolder(folder) }
      guard PathText.withSystemPath(folder, { access($0, W_OK | X_OK) }) == 0 else {
        let reason = String(cString: strerror(errno))
        throw CommandFailure(.someFailed, "\(PathText.printable(folder)): cannot write into this folder: \(reason)")
      }
    }
  }
}
