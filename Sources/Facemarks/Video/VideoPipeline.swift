import Imaging
import Synchronization

/// A frame on its way through the stages. One stage at a time has it.
package final class PipelineFrame: @unchecked Sendable {
  package let pixels: VideoFrame
  package var faces: [TrackedFace] = []
  /// That ended with this frame.
  var blinks: [BlinkEvent] = []
  /// The places to hide; nil where nothing is hidden.
  package var hiding: [HidingRecord]?

  fileprivate init(_ info: VideoInfo) { pixels = VideoFrame(info) }

  package var position: FramePosition { pixels.position }

  /// All that is known of it.
  var result: FrameResult {
    var result = FrameResult(frame: position.index, seconds: position.seconds, faces: faces, hiding: hiding)
    result.blinks = blinks
    return result
  }

  /// The memory that a frame takes: the decoder's pixels, gray and colour.
  package static func bytes(_ info: VideoInfo) -> Int { 11 * info.width * info.height / 2 }
}

/// The work of a stage of the pipeline. It is called by one thread, frame after frame in order.
package final class VideoStage: @unchecked Sendable {
  package enum Name: Sendable {
    case find, hide, draw, deliver
  }

  fileprivate let name: Name
  private let work: (PipelineFrame?) throws -> PipelineFrame?
  /// The most frames that it holds back.
  fileprivate let held: Int
  /// Seconds spent in it.
  fileprivate var seconds = 0.0

  package init(_ name: Name, _ work: @escaping (PipelineFrame) throws -> Void) {
    self.name = name
    held = 0
    self.work = { frame in
      if let frame { try work(frame) }
      return frame
    }
  }

  /// One that holds frames back.
  /// - Parameter work: takes a frame and gives one back, this or an earlier one, in order; nil while there is none to give. At
  ///   the end it is called without a frame until it gives none.
  package init(_ name: Name, holding held: Int, _ work: @escaping (PipelineFrame?) throws -> PipelineFrame?) {
    self.name = name
    self.held = held
    self.work = work
  }

  fileprivate func callAsFunction(_ frame: PipelineFrame?) throws -> PipelineFrame? {
    let start = ContinuousClock.now
    defer { seconds += start.duration(to: .now) / .seconds(1) }
    return try work(frame)
  }
}

/// Reading, looking and writing at the same time, each on a thread of its own with a short queue between them, so that
/// the slowest sets the pace and memory does not grow with the length of the video.
///
/// A file's frames all pass. A live source's frames are dropped where the later stages cannot keep up.
package final class VideoPipeline: @unchecked Sendable {
  /// The outcome of a run.
  package struct Ending: Sendable {
    /// Frames that passed all stages.
    package var frames = 0
    /// The time of the last of them.
    package var lastSeconds = 0.0
    /// Frames of a live source that were dropped.
    package var dropped = 0
    /// Seconds that reading took.
    package var reading = 0.0
    /// Seconds spent in each stage.
    package var seconds: [VideoStage.Name: Double] = [:]
    /// Why the source broke off before its end; the frames that were read have passed.
    package var brokenOff: ImagingError?
    /// Why a stage could not go on; some frames that were read are lost.
    package var failure: (any Error)?
  }

  private let source: any FrameSource
  private let every: Int
  private let stages: [VideoStage]
  private let isWanted: (FramePosition) -> Bool
  /// The number of frames to pass over before the next one is read; used by the reader only.
  private var skipping = 0
  /// The members below are shared by the threads.
  private let ending = Mutex(Ending())
  private let isStopped = Atomic<Bool>(false)
  private let isFinished = Atomic<Bool>(false)
  private let free: BoundedQueue<PipelineFrame>
  private let queues: [BoundedQueue<PipelineFrame>]

  /// The most bytes of frames in memory, but for very large frames.
  private static let frameMemory = 128 << 20

  /// - Parameters:
  ///   - every: only every n-th frame is read out.
  ///   - stages: what is done to a frame, each on a thread of its own.
  ///   - isWanted: false for the first frame that is too late; called for every frame read.
  package init(
    _ source: any FrameSource, every: Int = 1, stages: [VideoStage],
    while isWanted: @escaping (FramePosition) -> Bool = { _ in true }
  ) throws {
    self.source = source
    self.every = every
    self.stages = stages
    self.isWanted = isWanted
    let bytes = PipelineFrame.bytes(source.info)
    // One for each stage and the reader, and some between them.
    let atWork = stages.count + 1
    let between = source.isLive ? 1 : min(max(Self.frameMemory / bytes - atWork, stages.count), 8)
    let held = stages.reduce(0) { $0 + $1.held }
    let count = atWork + held + (source.isLive ? stages.count + 1 : between)
    free = BoundedQueue(capacity: count)
    queues = stages.map { _ in BoundedQueue(capacity: between) }
    for _ in 0..<count { _ = free.push(PipelineFrame(source.info)) }
  }

  /// Frames that have passed all stages so far.
  package var count: Int { ending.withLock { $0.frames } }

  /// Ends the run as if the source had ended here.
  package func stop() { isStopped.store(true, ordering: .relaxed) }

  /// Runs until the source ends or somebody stops it. Meanwhile `wait` is called on this thread, again and again, as long
  /// as there is work; it should take some time.
  package func run(whileWaiting wait: () -> Void) -> Ending {
    var threads: [Worker?] = [Worker { self.read() }]
    for index in stages.indices { threads.append(Worker { self.work(index) }) }
    if threads.contains(where: { $0 == nil }) {
      fail(ThreadError())
    } else {
      while !isFinished.load(ordering: .acquiring) { wait() }
    }
    for thread in threads { thread?.join() }
    var result = ending.withLock { $0 }
    for stage in stages { result.seconds[stage.name] = stage.seconds }
    return result
  }

  private func read() {
    defer { queues[0].close() }
    while !isStopped.load(ordering: .relaxed), let frame = free.pop() {
      let start = ContinuousClock.now
      let isRead: Bool
      do {
        isRead = try readNext(into: frame)
      } catch {
        ending.withLock { $0.brokenOff = error }
        return
      }
      ending.withLock { $0.reading += start.duration(to: .now) / .seconds(1) }
      guard isRead else { return }
      if source.isLive {
        if let late = queues[0].pushReplacingOldest(frame) {
          ending.withLock { $0.dropped += 1 }
          _ = free.push(late)
        }
      } else if !queues[0].push(frame) {
        return
      }
    }
  }

  /// False at the end.
  private func readNext(into frame: PipelineFrame) throws(ImagingError) -> Bool {
    // Passed over only now, so that a frame never waits for those behind it, nor is lost with them.
    for _ in 0..<skipping { guard try source.skip() != nil else { return false } }
    skipping = every - 1
    frame.faces = []
    frame.hiding = nil
    return try frame.pixels.read(from: source) && isWanted(frame.position)
  }

  private func work(_ index: Int) {
    let isLast = index == stages.count - 1
    func pass(_ frame: PipelineFrame) -> Bool {
      guard isLast else { return queues[index + 1].push(frame) }
      ending.withLock {
        $0.frames += 1
        $0.lastSeconds = frame.position.seconds
      }
      _ = free.push(frame)
      return true
    }
    do {
      var isOpen = true
      while isOpen, let frame = queues[index].pop() {
        if let done = try stages[index](frame) { isOpen = pass(done) }
      }
      while isOpen, let done = try stages[index](nil) { isOpen = pass(done) }
    } catch {
      fail(error)
    }
    if isLast {
      isFinished.store(true, ordering: .releasing)
    } else {
      queues[index + 1].close()
    }
  }

  /// Ends all threads.
  private func fail(_ error: any Error) {
    ending.withLock { if $0.failure == nil { $0.failure = error } }
    stop()
    free.close()
    for queue in queues { queue.close() }
  }
}
