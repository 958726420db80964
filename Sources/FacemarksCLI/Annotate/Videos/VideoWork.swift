import Facemarks
import Files
import Glibc
import Imaging
import Logging

/// One video from its opening to its line in the report.
final class VideoWork {
  private let job: VideoJob
  private let command: AnnotateCommand
  private let retouch: FaceEffects
  private let preview: Preview?
  private let sheet: SheetFile?
  private var sheetTimes = SheetTimes()
  private var framesWithFace = 0
  private var hidingCount = HidingCount()
  /// The time of the last frame written.
  private var lastSeconds = 0.0

  init(
    _ job: VideoJob, _ command: AnnotateCommand, _ retouch: FaceEffects, _ preview: Preview?, _ sheet: SheetFile?
  ) {
    self.job = job
    self.retouch = retouch
    self.command = command
    self.preview = preview
    self.sheet = sheet
  }

  /// A second of frames is held back for hiding where they take no more bytes: 41 frames of 1920x1080.
  private static let heldMemory = 256 << 20

  private var isCamera: Bool { command.camera.camera != nil }

  /// - Throws: `SourceFailure` when nothing can be read; other errors when the outputs cannot be written. Nothing is then
  ///   left of them.
  func perform(_ pipelines: PipelineSource) throws -> VideoRun.Outcome {
    let source = try open()
    let detection = try pipelines.makeVideoPipeline()
    let tracker = FaceTracker(
      pipeline: detection, settings: FaceTracker.Settings(smoothing: command.video.smooth))
    let rate = (source.info.frameRate ?? 25) / Double(command.video.every)
    let sink = try job.marked.map { try makeSink($0, source, rate: rate) }
    let results = try job.results.map {
      try FrameResultFile(
        $0.writer, to: $0.target == "-" ? nil : $0.target, scheme: detection.scheme,
        isHiding: retouch.anonymiser != nil, flushEveryFrame: source.isLive)
    }
    let clock = ContinuousClock()
    let start = clock.now
    let lastTime = command.camera.duration?.seconds ?? .infinity
    let scheme = detection.scheme
    let look = VideoStage { [self] frame in try find(in: frame, tracker, scheme, results) }
    let hide = try retouch.anonymiser.map { _ in try makeHiding(pipelines, scheme, source, rate: rate, results) }
    let paint = isShown ? VideoStage { [self] frame in try draw(on: frame, scheme) } : nil
    let deliver = VideoStage { [self] frame in
      try sink?.write(frame.pixels)
      lastSeconds = frame.position.seconds
      guard let preview else { return }
      if !job.isWritten, !source.isLive {
        Self.wait(until: start.advanced(by: .seconds(frame.position.seconds - startTime)))
      }
      try preview.offer(frame)
    }
    let pipeline = try VideoPipeline(
      source, every: command.video.every, stages: [look, hide, paint, deliver].compactMap { $0 }
    ) { position in
      !Interrupt.isRequested && position.seconds < lastTime
    }
    let ending = watch(pipeline, source, expected: expectedFrames(of: source), results: results)
    let seconds = start.duration(to: clock.now) / .seconds(1)
    if let failure = ending.failure { throw failure }
    guard ending.frames > 0 else {
      if Interrupt.isRequested { return VideoRun.Outcome() }
      throw SourceFailure(
        reason: ending.brokenOff ?? ImagingError(file: PathText.printable(job.name), message: "no frames in it"))
    }
    for result in results { try result.finish() }
    let isWhole = ending.brokenOff == nil && !Interrupt.isRequested
    let end = isWhole ? command.video.end?.seconds : lastSeconds + 1 / rate
    let notes = try ((source as? VideoFile)?.notes ?? []) + (sink?.finish(end: end) ?? [])
    for note in notes { Console.write("\(PathText.printable(job.name)): \(note)\n", to: STDERR_FILENO) }
    tell(ending, source, seconds: seconds)
    Logger(label: "videos").debug(
      """
      \(PathText.printable(job.name)): \(NumberText.text(Double(ending.frames) / seconds, 1)) frames/s; of \
      \(NumberText.text(seconds, 2)) s reading took \(NumberText.text(ending.reading, 2)), finding \
      \(NumberText.text(look.seconds, 2)), writing \(NumberText.text(deliver.seconds, 2))
      """)
    return VideoRun.Outcome(
      failure: ending.brokenOff == nil ? nil : .writing, hasFace: framesWithFace > 0, numbers: hidingCount.numbers)
  }

  /// A film that is only watched runs at its own pace; but no frame stands for more than a second.
  private static func wait(until due: ContinuousClock.Instant) {
    let microseconds = ContinuousClock.now.duration(to: due) / .microseconds(1)
    if microseconds > 0 { usleep(UInt32(min(microseconds, 1_000_000))) }
  }

  private var startTime: Double { command.video.start?.seconds ?? 0 }

  private func open() throws -> any FrameSource {
    do {
      if let camera = command.camera.camera {
        let options = command.camera
        return try Camera(
          camera, width: options.width, height: options.height, frameRate: options.fps, mirror: options.mirror)
      }
      let keepsOthers = job.marked != nil && !command.video.noAudio
      return try VideoFile(job.name, start: startTime, end: command.video.end?.seconds, keepsOthers: keepsOthers) {
        Interrupt.isRequested
      }
    } catch {
      throw SourceFailure(reason: error)
    }
  }

  private func makeSink(_ path: String, _ source: any FrameSource, rate: Double) throws -> VideoFileSink {
    try VideoFileSink(
      path: path, replaces: command.output.force, codec: command.video.codec.flatMap { VideoCodec.named($0) },
      quality: command.video.quality,
      width: source.info.width, height: source.info.height, frameRate: rate, source: source as? VideoFile,
      start: startTime)
  }

  /// Finds the faces; unless they are to be hidden, writes them down and draws them.
  private func find(
    in frame: PipelineFrame, _ tracker: FaceTracker, _ scheme: LandmarkScheme, _ results: [FrameResultFile]
  ) throws {
    frame.faces = try tracker.faces(in: frame.pixels.readable(), at: frame.position.seconds)
    if !frame.faces.isEmpty { framesWithFace += 1 }
    if retouch.anonymiser == nil { try report(frame, results) }
  }

  /// Looks once more, for all that might be a face, and lets a frame go when those around it are known.
  private func makeHiding(
    _ pipelines: PipelineSource, _ scheme: LandmarkScheme, _ source: any FrameSource, rate: Double,
    _ results: [FrameResultFile]
  ) throws -> VideoStage {
    let search = HidingSearch(try pipelines.makePipeline())
    let filtering = command.filtering
    let bytes = PipelineFrame.bytes(source.info)
    // Who watches does not want to wait for more than is needed.
    var ahead = LookAhead<PipelineFrame>(
      scheme: scheme, rate: rate, bytes: bytes, memory: source.isLive ? 0 : Self.heldMemory)
    var numbers = PlaceNumbers()
    var count = 0
    return VideoStage(holding: ahead.held) { [self] frame in
      let ready: LookAhead<PipelineFrame>.Entry?
      if let frame {
        let faces = frame.faces.map { (id: $0.id, face: $0.face) }
        let isClose = filtering.thorough || count % max(1, ahead.reach / 2) == 0
        let sketch = try FrameThumbnail(frame.pixels.readable())
        let found = try search.candidates(in: frame.pixels.readable().gray(), care: isClose ? filtering.care : .quick)
        count += 1
        let records = retouch.hiding(
          faces, suspects: found.faces + found.doubtful, sure: search.pipeline.leastConfidence, scheme: scheme
        ) { numbers.numbers(for: $0, faces: faces, at: frame.position.seconds) }
        ready = ahead.add(LookAhead.Entry(frame: frame, records: records, sketch: sketch))
      } else {
        ready = ahead.next()
      }
      guard let ready else { return nil }
      ready.frame.hiding = ready.records
      try report(ready.frame, results)
      return ready.frame
    }
  }

  /// Writes down what is known of a frame.
  private func report(_ frame: PipelineFrame, _ results: [FrameResultFile]) throws {
    let result = FrameResult(
      frame: frame.position.index, seconds: frame.position.seconds, faces: frame.faces, hiding: frame.hiding)
    for file in results { try file.write(result) }
    if let hiding = frame.hiding { hidingCount.add(hiding) }
  }

  /// Hides, lays filters on and draws.
  private func draw(on frame: PipelineFrame, _ scheme: LandmarkScheme) throws {
    let hiding = frame.hiding
    let faces = frame.faces.map(\.face)
    let places = retouch.places(of: faces, hiding: hiding ?? [], scheme: scheme)
    try frame.pixels.draw(within: places) { canvas in
      try retouch.apply(
        to: canvas, faces: faces, numbers: frame.faces.map(\.id), hiding: hiding ?? [], scheme: scheme)
    }
    guard let sheet else { return }
    for record in hiding ?? [] where record.isHidden && record.isFound {
      guard sheetTimes.isDue(record.number, at: frame.position.seconds) else { continue }
      let tile = try ContactSheet.Tile(
        of: record, on: frame.pixels.colors(), source: PathText.printable(job.name), seconds: frame.position.seconds)
      sheet.add(tile, input: job.index, frame: frame.position.index, number: record.number)
    }
  }

  private var isShown: Bool { job.marked != nil || preview != nil }

  /// Runs the pipeline with a progress line and, where there is one, the window.
  private func watch(
    _ pipeline: VideoPipeline, _ source: any FrameSource, expected: Int?, results: [FrameResultFile]
  ) -> VideoPipeline.Ending {
    var progress =
      command.running.quiet || command.running.verbose ? nil : ProgressBar(total: expected, unit: "frames")
    var window = preview
    var shown = ContinuousClock.now
    let ending = pipeline.run {
      if let open = window {
        if !open.update(stem: job.stem) {
          window = nil
          if isCamera || !job.isWritten { pipeline.stop() }
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
      if job.marked == nil, window == nil, !results.isEmpty, results.allSatisfy(\.isAbandoned) { pipeline.stop() }
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

  private func tell(_ ending: VideoPipeline.Ending, _ source: any FrameSource, seconds: Double) {
    let name = PathText.printable(job.name)
    if let reason = ending.brokenOff { Console.write("\(reason)\n", to: STDERR_FILENO) }
    guard !command.running.quiet else { return }
    var line = "\(name): \(NumberText.counted(ending.frames, "frame")), \(framesWithFace) with a face"
    if retouch.anonymiser != nil { line += ", " + hidingCount.words() }
    if ending.dropped > 0 { line += ", \(ending.dropped) dropped" }
    if Interrupt.isRequested, !isCamera { line += ", interrupted" }
    if let marked = job.marked { line += " -> \(PathText.printable(marked))" }
    let usesOutput = job.results.contains { $0.target == "-" }
    Console.write(line + "\n", to: usesOutput ? STDERR_FILENO : STDOUT_FILENO)
  }
}
