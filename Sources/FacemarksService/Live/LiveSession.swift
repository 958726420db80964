import Facemarks
import Files
import Imaging

/// The frames of one webcam, with faces that are followed. One frame at a time; it has networks of its own (some 30 MB).
final class LiveSession: @unchecked Sendable {
  struct Answer: Sendable {
    /// One line, as of `--json` for videos.
    var json: String
    /// The frame with filters or hidden faces as JPEG, where it was asked for.
    var picture: [UInt8]?
    var faces = 0
  }

  private let query: FaceQuery
  private let effects: FaceEffects
  private let tracker: FaceTracker
  private let search: HidingSearch?
  private let selection: LandmarkSelection?
  private var numbers = PlaceNumbers()
  private var size: (width: Int, height: Int)?
  private var count = 0
  private let begin = ContinuousClock.now

  /// - Throws: `UnusableModelError`.
  init(_ query: FaceQuery) throws {
    self.query = query
    effects = query.effects
    let options = FaceLandmarker.Options(model: query.model, minConfidence: query.minConfidence)
    tracker = try FaceTracker(options)
    search = try query.anonymiser.map { _ in HidingSearch(try options.makePipeline()) }
    selection = LandmarkSelection(query.landmarks, of: tracker.scheme)
  }

  /// - Parameter jpeg: of the size of the first.
  /// - Parameter time: when it came.
  /// - Throws: `RequestFailure` or `ImagingError` for what is no such frame.
  func answer(_ jpeg: [UInt8], at time: ContinuousClock.Instant) throws -> Answer {
    guard jpeg.starts(with: [0xFF, 0xD8]) else { throw RequestFailure.badRequest("a frame must be a JPEG") }
    let frame = try Image(decoding: jpeg, name: "frame", pixelLimit: ServiceLimits.framePixels)
    if let size, size != (frame.width, frame.height) {
      throw RequestFailure.badRequest("the frames of a session have one size; open another session")
    }
    size = (frame.width, frame.height)
    let seconds = begin.duration(to: time) / .seconds(1)
    var result = FrameResult(frame: count, seconds: seconds, faces: try tracker.faces(in: frame, at: seconds))
    result.blinks = tracker.blinks
    result.hiding = try hiding(result, in: frame)
    count += 1
    let written = selection?(result) ?? result
    let json = FrameJSONWriter().lines(for: written, scheme: query.landmarks).dropLast()
    var answer = Answer(json: String(json), faces: result.faces.count)
    if query.changesPictures {
      let canvas = frame.channels == 1 ? try frame.colored() : frame
      try effects.apply(
        to: canvas, faces: result.faces.map(\.face), numbers: result.faces.map(\.id), hiding: result.hiding ?? [],
        scheme: tracker.scheme)
      answer.picture = try canvas.encoded(as: "jpg")
    }
    return answer
  }

  /// What is to be hidden: the faces that are followed, and all else in this frame that may be one.
  private func hiding(_ result: FrameResult, in frame: Image) throws -> [HidingRecord]? {
    guard let search else { return nil }
    let found = try search.candidates(in: frame.gray(), care: .quick)
    let faces = result.faces.map { (id: $0.id, face: $0.face) }
    return effects.hiding(
      faces, suspects: found.faces + found.doubtful, sure: search.pipeline.leastConfidence, scheme: tracker.scheme
    ) { numbers.numbers(for: $0, faces: faces, at: result.seconds) }
  }
}
