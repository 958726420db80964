import Facemarks
import Imaging

/// The work on one clip, in parts of a moment each, so that workers are free for others in between. One part at a time.
final class ClipWork: @unchecked Sendable {
  /// What came of a part.
  struct Part: Sendable {
    /// Whole lines.
    var text: String
    var frames: Int
    var faces: Int
    /// Whether the clip is at its end.
    var isLast: Bool
  }

  private let file: ClipFile
  private let source: VideoFile
  private let tracker: FaceTracker
  private let selection: LandmarkSelection?
  private let frame: VideoFrame
  private let writer: any FrameWriter
  private var isBegun = false

  /// How long a part takes.
  private static let moment = Duration.milliseconds(100)

  /// - Parameter isCancelled: asked while frames are read; true ends the clip there.
  /// - Throws: `RequestFailure` for what is no video that can be read.
  init(_ file: ClipFile, _ query: FaceQuery, isCancelled: @escaping () -> Bool) throws {
    self.file = file
    do {
      source = try VideoFile(foreign: file.path, isCancelled: isCancelled)
    } catch {
      throw RequestFailure(.unprocessableContent, "clip: \(error.message)")
    }
    guard source.info.width * source.info.height <= ServiceLimits.clipPixels else {
      throw RequestFailure(
        .contentTooLarge, "clip: its frames have more than \(ServiceLimits.clipPixels / 1_000_000) million pixels",
        rejection: .size)
    }
    frame = VideoFrame(source.info)
    tracker = try FaceTracker(FaceLandmarker.Options(model: query.model, minConfidence: query.minConfidence))
    selection = LandmarkSelection(query.landmarks, of: tracker.scheme)
    writer = query.format == .csv ? FrameCSVWriter() : FrameJSONWriter()
  }

  /// The next lines. An error ends the clip: of a damaged one the frames before are good.
  func next() -> Part {
    var part = Part(text: "", frames: 0, faces: 0, isLast: false)
    if !isBegun { part.text = writer.header(scheme: selection?.scheme ?? tracker.scheme, isHiding: false) }
    isBegun = true
    let end = ContinuousClock.now.advanced(by: Self.moment)
    do {
      repeat {
        guard try frame.read(from: source) else {
          part.isLast = true
          break
        }
        let position = frame.position
        let faces = try tracker.faces(in: frame.readable(), at: position.seconds)
        var result = FrameResult(frame: position.index, seconds: position.seconds, faces: faces)
        result.blinks = tracker.blinks
        part.text += writer.lines(for: selection?(result) ?? result, scheme: selection?.scheme ?? tracker.scheme)
        part.frames += 1
        part.faces += faces.count
      } while .now < end
    } catch {
      let message = (error as? ImagingError)?.message ?? "\(error)"
      part.text += RequestFailure(.unprocessableContent, "clip: \(message)").json + "\n"
      part.isLast = true
    }
    return part
  }
}
