import Imaging

/// Follows the faces of one video: the landmarks of a frame say where the next one's crops are cut, so that the detector only
/// runs to find new faces and lost ones. Frames are given in order; one thread at a time.
public final class FaceTracker {
  public struct Settings: Sendable, Hashable {
    public var smoothing: Smoothing = .oneEuro

    public init(smoothing: Smoothing = .oneEuro) { self.smoothing = smoothing }
  }

  public let settings: Settings
  private let pipeline: FacePipeline
  private let reader: FaceReader
  private var tracks: [Track] = []
  private var lastID = 0
  private var lastSeconds: Double?
  /// Seconds of video since the whole frame was searched.
  private var sinceSearch = Double.infinity

  /// - Parameter pipeline: its detector, network and limits are used; it may serve another purpose between two frames.
  public init(pipeline: FacePipeline, settings: Settings = Settings()) {
    self.pipeline = pipeline
    self.settings = settings
    reader = FaceReader(model: pipeline.model)
  }

  /// The faces of the next frame, by id.
  ///
  /// - Parameters:
  ///   - frame: 8-bit colour, of the same size each time.
  ///   - seconds: the frame's time in the video; later than that of the frame before.
  public func faces(in frame: Image, at seconds: Double) throws -> [TrackedFace] {
    let step = step(to: seconds)
    for index in tracks.indices { try follow(&tracks[index], in: frame, step: step) }
    tracks.removeAll { $0.missing > 1.2 }
    sinceSearch += step
    if sinceSearch >= (tracks.contains { $0.missing == 0 } ? 1 : 0.2) {
      sinceSearch = 0
      try search(frame)
    }
    return tracks.compactMap { track in
      guard let id = track.id, track.missing == 0 else { return nil }
      return TrackedFace(
        id: id, face: Face(box: track.place.box, confidence: track.confidence, landmarks: track.smoothed))
    }
  }

  /// Seconds since the last frame; a video without usable times counts as one of 30 frames a second.
  private func step(to seconds: Double) -> Double {
    defer { lastSeconds = seconds }
    guard let lastSeconds, seconds - lastSeconds > 1e-4 else { return 1.0 / 30 }
    return min(seconds - lastSeconds, 1)
  }

  private func follow(_ track: inout Track, in frame: Image, step: Double) throws {
    track.crop = track.nextCrop(after: step)
    var reading = try reader.read(frame, at: track.crop)
    if let first = reading, first.place.shift(to: track.crop) > 0.15 || first.place.ratio(to: track.crop) > 1.15 {
      track.crop = first.place
      reading = try reader.read(frame, at: track.crop)
    }
    guard let reading, reading.residual < 0.25, reading.patch.correlation(with: track.patch) > 0.5,
      reading.place.ratio(to: track.place) < 1.5
    else {
      track.missing += step
      track.velocity = Point(x: 0, y: 0)
      return
    }
    let moved = Point(
      x: (reading.place.center.x - track.place.center.x) / (step + track.missing),
      y: (reading.place.center.y - track.place.center.y) / (step + track.missing))
    track.velocity = moved
    track.missing = 0
    track.place = reading.place
    track.landmarks = reading.landmarks
    track.patch.approach(reading.patch, by: 0.05)
    track.smoothed = track.smoother.smooth(reading.landmarks, unit: reading.place.side, step: step)
  }

  private func search(_ frame: Image) throws {
    let whole = Box(x: 0, y: 0, width: Double(frame.width), height: Double(frame.height))
    guard let part = try frame.gray(in: whole) else { return }
    let factor = min(1, 480 / Double(max(frame.width, frame.height)))
    let small =
      factor == 1
      ? part.picture
      : try part.picture.resized(
        width: max(1, Int(Double(frame.width) * factor)), height: max(1, Int(Double(frame.height) * factor)))
    for detection in try pipeline.detections(in: small) {
      let box = DetectionScale.enlarged(detection.box, x: factor, y: factor)
      guard !tracks.contains(where: { $0.missing == 0 && $0.place.box.overlap(box) > 0.2 }) else { continue }
      guard let reading = try reader.read(frame, at: FacePlace(box)), reading.residual < 0.25 else { continue }
      lastID += 1
      let smoother = settings.smoothing.makeSmoother(for: pipeline.scheme)
      var track = Track(
        id: lastID, place: reading.place, landmarks: reading.landmarks, crop: FacePlace(box), patch: reading.patch,
        confidence: pipeline.profile.confidence(of: detection.score), smoother: smoother, smoothed: reading.landmarks)
      track.smoothed = track.smoother.smooth(reading.landmarks, unit: reading.place.side, step: 1.0 / 30)
      tracks.append(track)
    }
  }
}
