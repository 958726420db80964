import Imaging

/// Follows the faces of one video and hides and marks them, frame after frame: the stages of a `VideoPipeline` between the source
/// and what takes the frames.
package final class VideoAnnotator {
  /// What gets the results, each called by one thread at a time and in the order of the frames.
  package struct Output {
    /// Gets what is known of each frame.
    package var report: (FrameResult) throws -> Void
    /// Gets the hidden faces, with the frame on which all is hidden: each where it is found for the first time, and now and then
    /// later. Nil where nobody looks at them.
    package var showHidden: ((HidingRecord, _ on: Image, FramePosition) throws -> Void)?
    /// Gets each frame with all that is drawn on it; nil where only the reports are wanted, and then nothing is drawn.
    package var deliver: ((VideoFrame) throws -> Void)?

    package init(
      report: @escaping (FrameResult) throws -> Void,
      showHidden: ((HidingRecord, _ on: Image, FramePosition) throws -> Void)? = nil,
      deliver: ((VideoFrame) throws -> Void)? = nil
    ) {
      (self.report, self.showHidden, self.deliver) = (report, showHidden, deliver)
    }
  }

  /// Frames per second that are read out; 25 where the source does not say.
  package let rate: Double
  private let source: any FrameSource
  private let every: Int
  private let tracker: FaceTracker
  private let effects: FaceEffects
  private let search: HidingSearch?
  private let care: HidingSearch.Care
  private var sheetTimes = SheetTimes()

  /// A second of frames is held back for hiding where they take no more bytes: 41 frames of 1920x1080.
  private static let heldMemory = 256 << 20

  /// - Parameters:
  ///   - every: only every n-th frame is read out.
  ///   - tracker: of this video alone.
  ///   - search: finds what is to be hidden; nil where `effects` hide nothing.
  ///   - care: the effort of that search.
  package init(
    _ source: any FrameSource, every: Int = 1, tracker: FaceTracker, effects: FaceEffects, search: HidingSearch? = nil,
    care: HidingSearch.Care = .standard
  ) {
    self.source = source
    self.every = every
    self.tracker = tracker
    self.effects = effects
    self.search = search
    self.care = care
    rate = (source.info.frameRate ?? 25) / Double(every)
  }

  /// The pipeline that does it, to be run once.
  /// - Parameter isWanted: false for the first frame that is too late.
  /// - Throws: `ImagingError` when the frames have no room.
  package func pipeline(
    to output: Output, while isWanted: @escaping (FramePosition) -> Bool = { _ in true }
  ) throws -> VideoPipeline {
    var stages = [
      VideoStage(.find) { [self] frame in
        frame.faces = try tracker.faces(in: frame.pixels.readable(), at: frame.position.seconds)
        frame.blinks = tracker.blinks
        if search == nil { try output.report(frame.result) }
      }
    ]
    if let search { stages.append(hiding(search, output)) }
    if let deliver = output.deliver {
      stages.append(VideoStage(.draw) { [self] frame in try draw(on: frame, output) })
      stages.append(VideoStage(.deliver) { frame in try deliver(frame.pixels) })
    }
    return try VideoPipeline(source, every: every, stages: stages, while: isWanted)
  }

  /// Looks once more, for all that might be a face, and lets a frame go when those around it are known.
  private func hiding(_ search: HidingSearch, _ output: Output) -> VideoStage {
    // Who watches does not want to wait for more than is needed.
    var ahead = LookAhead<PipelineFrame>(
      scheme: tracker.scheme, rate: rate, bytes: PipelineFrame.bytes(source.info),
      memory: source.isLive ? 0 : Self.heldMemory)
    var numbers = PlaceNumbers()
    var count = 0
    return VideoStage(.hide, holding: ahead.held) { [self] frame in
      let ready: LookAhead<PipelineFrame>.Entry?
      if let frame {
        let faces = frame.faces.map { (id: $0.id, face: $0.face) }
        let isClose = care == .thorough || count % max(1, ahead.reach / 2) == 0
        let picture = try frame.pixels.readable()
        let thumbnail = try FrameThumbnail(picture)
        let found = try search.candidates(in: picture.gray(), care: isClose ? care : .quick)
        count += 1
        let records = effects.hiding(
          faces, suspects: found.faces + found.doubtful, sure: search.pipeline.leastConfidence, scheme: tracker.scheme
        ) { numbers.numbers(for: $0, faces: faces, at: frame.position.seconds) }
        ready = ahead.add(LookAhead.Entry(frame: frame, records: records, thumbnail: thumbnail))
      } else {
        ready = ahead.next()
      }
      guard let ready else { return nil }
      ready.frame.hiding = ready.records
      try output.report(ready.frame.result)
      return ready.frame
    }
  }

  /// Hides, lays filters on and draws.
  private func draw(on frame: PipelineFrame, _ output: Output) throws {
    let hiding = frame.hiding ?? []
    let faces = frame.faces.map(\.face)
    let places = effects.places(of: faces, hiding: hiding, scheme: tracker.scheme)
    try frame.pixels.draw(within: places) { canvas in
      try effects.apply(
        to: canvas, faces: faces, numbers: frame.faces.map(\.id), hiding: hiding, scheme: tracker.scheme)
    }
    guard let showHidden = output.showHidden else { return }
    for record in hiding where record.isHidden && record.isFound {
      guard sheetTimes.isDue(record.number, at: frame.position.seconds) else { continue }
      try showHidden(record, frame.pixels.colors(), frame.position)
    }
  }
}
