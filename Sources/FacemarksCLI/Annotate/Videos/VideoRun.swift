import Facemarks
import Files
import Glibc
import Imaging
import Logging

/// The videos of a run, or its camera, one after the other: each takes all processors.
struct VideoRun {
  /// What became of a video.
  struct Outcome {
    var failure: ExitStatus?
    fileprivate(set) var framesWithFace = 0
    /// What could be hidden.
    fileprivate(set) var hiding = HidingCount()

    fileprivate mutating func add(_ frame: FrameResult) {
      if !frame.faces.isEmpty { framesWithFace += 1 }
      hiding.add(frame.hiding ?? [])
    }
  }

  private let command: AnnotateCommand
  private let effects: FaceEffects
  private let preview: Preview?
  private let sheet: SheetFile?

  /// - Throws: `CommandFailure` when the frames would go nowhere, or there is no window where one was asked for.
  init(_ command: AnnotateCommand, videos: [VideoJob], effects: FaceEffects, sheet: SheetFile?) throws {
    self.command = command
    self.sheet = sheet
    self.effects = effects
    if let codec = command.video.codec.flatMap({ VideoCodec.named($0) }) { try Self.check(codec, for: videos) }
    let isCamera = command.camera.camera != nil
    if command.output.virtualCamera != nil, videos.isEmpty {
      throw CommandFailure(.usage, "--virtual-camera is for videos and cameras, and there is none")
    }
    let isShown = command.output.virtualCamera != nil
    guard !videos.isEmpty, command.video.preview ?? (isCamera && command.output.output == nil && !isShown) else {
      preview = nil
      if !isShown, isCamera || !command.output.noAnnotate { try Self.checkWritten(videos, hint: "") }
      return
    }
    do {
      preview = try Preview()
    } catch {
      if command.video.preview != nil {
        throw CommandFailure(.usage, "--preview: \((error as? ImagingError)?.message ?? "\(error)")")
      }
      if !isShown { try Self.checkWritten(videos, hint: "there is no display for a preview: ") }
      preview = nil
    }
  }

  /// Sees that the codec that was asked for goes into every video.
  private static func check(_ codec: VideoCodec, for videos: [VideoJob]) throws {
    for path in videos.compactMap(\.marked) {
      let fileExtension = PathText.splitExtension(PathText.split(path).name).fileExtension.lowercased()
      guard !codec.containers.contains(fileExtension) else { continue }
      let known = codec.containers.map { "." + $0 }.joined(separator: ", ")
      throw CommandFailure(
        .usage, "\(PathText.printable(path)): \(codec.name) does not go into .\(fileExtension), but into \(known)")
    }
  }

  private static func checkWritten(_ videos: [VideoJob], hint: String) throws {
    guard let job = videos.first(where: { !$0.isWritten }) else { return }
    throw CommandFailure(
      .usage,
      "\(PathText.printable(job.name)): nothing to do with the frames: \(hint)add -o FILE, --json FILE or --csv FILE"
        + (hint.isEmpty ? ", or --preview" : ""))
  }

  /// Works on one video and tells the user.
  func perform(_ job: VideoJob, _ pipelines: PipelineSource, _ selection: LandmarkSelection) -> Outcome {
    let name = PathText.printable(job.name)
    do {
      return try annotate(job, pipelines, selection)
    } catch let failure as CommandFailure {
      failure.report()
      return Outcome(failure: failure.status)
    } catch {
      Console.write("\(name): \(error)\n", to: STDERR_FILENO)
      return Outcome(failure: error is ModelError ? .setupUnusable : .someFailed)
    }
  }

  /// - Throws: `CommandFailure` when nothing can be read; other errors when the outputs cannot be written. Nothing is then left of
  ///   them.
  private func annotate(
    _ job: VideoJob, _ pipelines: PipelineSource, _ selection: LandmarkSelection
  ) throws -> Outcome {
    let name = PathText.printable(job.name)
    if let path = job.marked, let refusal = OutputRegistry.refusal(of: path, force: command.output.force) {
      throw CommandFailure(.someFailed, "\(name): \(refusal)")
    }
    let source = try CommandFailure.wrap(.inputUnreadable) { try open(job) }
    let tracker = FaceTracker(
      pipeline: try pipelines.makeVideoPipeline(),
      settings: FaceTracker.Settings(smoothing: command.video.smooth, focal: command.output.focal ?? .assumed))
    let annotator = VideoAnnotator(
      source, every: command.video.every, tracker: tracker, effects: effects,
      search: try effects.anonymiser.map { _ in HidingSearch(try pipelines.makePipeline()) },
      care: command.filtering.care)
    let sink = try job.marked.map { try makeSink($0, source, rate: annotator.rate) }
    let results = try job.results.map {
      try FrameResultFile(
        $0.writer, to: $0.target == "-" ? nil : $0.target, scheme: selection.scheme,
        isHiding: effects.anonymiser != nil, flushEveryFrame: source.isLive)
    }
    var outcome = Outcome()
    let start = ContinuousClock.now
    var output = VideoAnnotator.Output { frame in
      for file in results { try file.write(selection(frame)) }
      outcome.add(frame)
    }
    if let sheet {
      output.showHidden = { record, canvas, position in
        let tile = try ContactSheet.Tile(of: record, on: canvas, source: name, seconds: position.seconds)
        sheet.add(tile, input: job.index, frame: position.index, number: record.number)
      }
    }
    let shown = try command.output.virtualCamera.map {
      try VirtualCamera($0, width: source.info.width, height: source.info.height, rate: annotator.rate)
    }
    if sink != nil || preview != nil || shown != nil {
      output.deliver = { frame in
        try sink?.write(frame)
        guard preview != nil || shown != nil else { return }
        if shown != nil || !job.isWritten, !source.isLive {
          Self.wait(until: start.advanced(by: .seconds(frame.position.seconds - startTime)))
        }
        try shown?.show(frame.colors())
        try preview?.offer(frame)
      }
    }
    let lastTime = command.camera.duration?.seconds ?? .infinity
    let pipeline = try annotator.pipeline(to: output) { position in
      !Interrupt.isRequested && position.seconds < lastTime
    }
    let ending = watch(pipeline, source, job, results)
    let seconds = start.duration(to: .now) / .seconds(1)
    if let failure = ending.failure { throw failure }
    guard ending.frames > 0 else {
      if Interrupt.isRequested { return Outcome() }
      throw CommandFailure(.inputUnreadable, ending.brokenOff?.description ?? "\(name): no frames in it")
    }
    for result in results { try result.finish() }
    let isWhole = ending.brokenOff == nil && !Interrupt.isRequested
    let end = isWhole ? command.video.end?.seconds : ending.lastSeconds + 1 / annotator.rate
    let notes = try ((source as? VideoFile)?.notes ?? []) + (sink?.finish(end: end) ?? [])
    for note in notes { Console.write("\(name): \(note)\n", to: STDERR_FILENO) }
    if ending.brokenOff != nil { outcome.failure = .someFailed }
    report(ending, outcome, job)
    Logger(label: "videos").debug(
      """
      \(name): \(NumberText.text(Double(ending.frames) / seconds, 1)) frames/s; of \
      \(NumberText.text(seconds, 2)) s reading took \(NumberText.text(ending.reading, 2)), finding \
      \(NumberText.text(ending.seconds[.find] ?? 0, 2)), writing \(NumberText.text(ending.seconds[.deliver] ?? 0, 2))
      """)
    return outcome
  }

  /// A film that is only watched runs at its own pace; but no frame stands for more than a second.
  private static func wait(until due: ContinuousClock.Instant) {
    let microseconds = ContinuousClock.now.duration(to: due) / .microseconds(1)
    if microseconds > 0 { usleep(UInt32(min(microseconds, 1_000_000))) }
  }

  private var startTime: Double { command.video.start?.seconds ?? 0 }

  private func open(_ job: VideoJob) throws -> any FrameSource {
    if let camera = command.camera.camera {
      let options = command.camera
      return try Camera(
        camera, width: options.width, height: options.height, frameRate: options.fps, mirror: options.mirror)
    }
    let keepsOthers = job.marked != nil && !command.video.noAudio
    return try VideoFile(job.name, start: startTime, end: command.video.end?.seconds, keepsOthers: keepsOthers) {
      Interrupt.isRequested
    }
  }

  private func makeSink(_ path: String, _ source: any FrameSource, rate: Double) throws -> VideoFileSink {
    try VideoFileSink(
      path: path, replaces: command.output.force, codec: command.video.codec.flatMap { VideoCodec.named($0) },
      quality: command.video.quality,
      width: source.info.width, height: source.info.height, frameRate: rate, source: source as? VideoFile,
      start: startTime)
  }

  /// Runs the pipeline with a progress line and, where there is one, the window.
  private func watch(
    _ pipeline: VideoPipeline, _ source: any FrameSource, _ job: VideoJob, _ results: [FrameResultFile]
  ) -> VideoPipeline.Ending {
    let running = command.running
    var progress =
      running.quiet || running.verbose ? nil : ProgressBar(total: expectedFrames(of: source), unit: "frames")
    var window = preview
    var shown = ContinuousClock.now
    let ending = pipeline.run {
      if let open = window {
        if !open.update(stem: job.stem) {
          window = nil
          if command.camera.camera != nil || !job.isWritten && command.output.virtualCamera == nil { pipeline.stop() }
        }
      } else {
        usleep(10_000)
      }
      // A camera that gives no frames must not be waited for.
      if Interrupt.isRequested { (source as? Camera)?.stop() }
      if shown.duration(to: .now) > .milliseconds(200) {
        progress?.show(pipeline.count)
        shown = .now
      }
      if job.marked == nil, command.output.virtualCamera == nil, window == nil, !results.isEmpty,
        results.allSatisfy(\.isAbandoned)
      {
        pipeline.stop()
      }
    }
    progress?.clear()
    return ending
  }

  /// How many frames will pass, as far as the source says.
  private func expectedFrames(of source: any FrameSource) -> Int? {
    guard let rate = source.info.frameRate else {
      return source.info.frameCount.map { $0 / command.video.every }
    }
    let length = source.info.frameCount.map { Double($0) / rate }
    let end = min(
      command.video.end?.seconds ?? .infinity, length ?? .infinity, command.camera.duration?.seconds ?? .infinity)
    return end.isFinite ? max(1, Int((end - startTime) * rate / Double(command.video.every))) : nil
  }

  private func report(_ ending: VideoPipeline.Ending, _ outcome: Outcome, _ job: VideoJob) {
    if let reason = ending.brokenOff { Console.write("\(reason)\n", to: STDERR_FILENO) }
    guard !command.running.quiet else { return }
    var line =
      "\(PathText.printable(job.name)): \(NumberText.counted(ending.frames, "frame")), "
      + "\(outcome.framesWithFace) with a face"
    if effects.anonymiser != nil { line += ", " + outcome.hiding.words() }
    if ending.dropped > 0 { line += ", \(ending.dropped) dropped" }
    if Interrupt.isRequested, command.camera.camera == nil { line += ", interrupted" }
    if let target = job.marked ?? command.output.virtualCamera { line += " -> \(PathText.printable(target))" }
    let usesOutput = job.results.contains { $0.target == "-" }
    Console.write(line + "\n", to: usesOutput ? STDERR_FILENO : STDOUT_FILENO)
  }
}
