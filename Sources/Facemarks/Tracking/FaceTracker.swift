import Imaging

/// Follows the faces of one video. The landmarks of a frame place the crops of the next one, so that the detector runs only to find
/// new and lost faces. Frames are given in order, by one thread at a time.
///
/// A face's confidence is a mean over the last checks. A check takes the confidence of the landmark network or, where that is
/// higher, as with profiles and masks, the detector's calibrated one. For a network without confidences it measures how little
/// the landmarks move when the crop is moved. The confidence is near 1 for a face that looks into the camera and falls when it
/// turns away or is covered. While it is below ``FaceLandmarker/Options/minConfidence`` the face is followed but not given.
public final class FaceTracker {
  package struct Settings: Sendable, Hashable {
    package var smoothing: Smoothing
    package var focal: FocalLength

    package init(smoothing: Smoothing = .oneEuro, focal: FocalLength = .assumed) {
      (self.smoothing, self.focal) = (smoothing, focal)
    }
  }

  /// For a cascade that a tracker uses: coarser steps than on a photo take half of the time, and a face that is missed once is found
  /// a moment later.
  package static let detectorSettings = DetectorSettings(scaleFactor: 1.2)

  package let settings: Settings
  /// The names and order of the landmarks.
  package var scheme: LandmarkScheme { pipeline.scheme }
  private let pipeline: FacePipeline
  private let predictor: FacePredictor
  private let shape: FaceShape?
  private var tracks: [Track] = []
  private var lastID = 0
  private var lastSeconds: Double?
  private var cuts = CutFinder()
  private var schedule: SearchSchedule?
  private var frames = 0
  /// The blinks that ended with the last frame.
  package private(set) var blinks: [BlinkEvent] = []

  /// - Parameter settings: how the landmarks are smoothed.
  /// - Parameter pipeline: its detector, network and limits are used; it may serve another purpose between two frames.
  package init(pipeline: FacePipeline, settings: Settings = Settings()) {
    self.pipeline = pipeline
    self.settings = settings
    predictor = FacePredictor(model: pipeline.model)
    shape = FaceShape(pipeline.scheme)
  }

  /// The faces of the next frame, by id.
  ///
  /// - Parameters:
  ///   - frame: 8-bit gray or colour, of the same size each time.
  ///   - seconds: the frame's time in the video; later than that of the frame before.
  /// - Throws: `ImagingError` or `ModelError` when the frame cannot be searched or read.
  public func faces(in frame: Image, at seconds: Double) throws -> [TrackedFace] {
    let step = step(to: seconds)
    frames += 1
    let thumbnail = try FrameThumbnail(frame)
    let isCut = cuts.isCut(thumbnail) || schedule?.fits(frame) == false
    for index in tracks.indices {
      if tracks[index].isSeen {
        try follow(&tracks[index], in: frame, step: step, isCut: isCut)
      } else {
        tracks[index].missing += step
      }
    }
    suspendOverlaps(step: step)
    for index in tracks.indices { try recover(index, in: frame, step: step) }
    try search(frame, thumbnail: thumbnail, step: step, isCut: isCut)
    tracks.removeAll { !$0.isSeen && !$0.isRemembered }
    blinks = []
    let reader = FaceReader(
      scheme: scheme, width: frame.width, height: frame.height, focal: settings.focal)
    return tracks.indices.compactMap { face(&tracks[$0], reader, at: seconds, step: step) }.sorted { $0.id < $1.id }
  }

  /// - Parameter seconds: the frame's time; `step` seconds after the last.
  private func face(_ track: inout Track, _ reader: FaceReader?, at seconds: Double, step: Double) -> TrackedFace? {
    guard let id = track.id, track.isShown else { return nil }
    let box = shape?.fit(track.smoothed)?.place.box ?? track.place.box
    let confidence =
      track.landmarkConfidences == nil ? track.evidence.confidence : track.evidence.networkConfidence
    if let least = pipeline.settings.minConfidence, confidence < least { return nil }
    var face = Face(
      box: box, confidence: confidence, landmarks: track.smoothed, landmarkConfidences: track.landmarkConfidences)
    reader?.read(&face, lids: track.landmarks, shape: &track.headShape)
    if track.isSeen { followEyes(of: &face, &track, id, at: seconds, step: step) }
    return TrackedFace(id: id, face: face)
  }

  private func followEyes(of face: inout Face, _ track: inout Track, _ id: Int, at seconds: Double, step: Double) {
    if let seen = face.leftEye {
      let (state, blink) = track.leftEye.update(seen, at: seconds, step: step)
      face.leftEye = state
      if let blink { blinks.append(BlinkEvent(face: id, isLeft: true, blink: blink)) }
    }
    if let seen = face.rightEye {
      let (state, blink) = track.rightEye.update(seen, at: seconds, step: step)
      face.rightEye = state
      if let blink { blinks.append(BlinkEvent(face: id, isLeft: false, blink: blink)) }
    }
  }

  /// Seconds since the last frame; a video without usable times counts as one of 30 frames a second.
  private func step(to seconds: Double) -> Double {
    defer { lastSeconds = seconds }
    guard let lastSeconds, seconds - lastSeconds > 1e-4 else { return 1.0 / 30 }
    return min(seconds - lastSeconds, 1)
  }

  // Following

  private func follow(_ track: inout Track, in frame: Image, step: Double, isCut: Bool) throws {
    guard let prediction = try find(track, in: frame, step: step) else { return lose(&track, step: step, isCut: isCut) }
    let similarity = prediction.patch.correlation(with: track.patch)
    track.sinceCheck += step
    if isCut || similarity < Track.similarityLimit {
      guard let sensitivity = try sensitivity(prediction, in: frame, to: ShiftDirection.allCases),
        sensitivity <= TrackConfidence.kept,
        !isCut || similarity >= Self.similarityAcrossCut
      else { return lose(&track, step: step, isCut: isCut) }
      track.evidence.add(sensitivity: sensitivity)
      track.sinceCheck = 0
    } else if track.id == nil || track.sinceCheck >= checkInterval(track) {
      try check(&track, prediction, in: frame)
      guard track.evidence.sensitivity <= (track.id == nil ? newLimit : TrackConfidence.kept) else {
        return lose(&track, step: step, isCut: true)
      }
      if track.id == nil, track.evidence.count >= 3 { confirm(&track) }
    }
    track.update(prediction, similarity: similarity, step: step)
  }

  /// Predicts the face at its expected place. Where the patch is not similar there, it is predicted again at the best match of the
  /// patch nearby: the network finds a face no further than about a tenth of the crop's side off.
  private func find(_ track: Track, in frame: Image, step: Double) throws -> FacePredictor.Prediction? {
    let crop = track.nextCrop(after: step)
    var best = try predictor.predict(frame, at: crop).flatMap { isPlausible($0, in: frame) ? $0 : nil }
    func similarity(_ prediction: FacePredictor.Prediction?) -> Double {
      prediction?.patch.correlation(with: track.patch) ?? -1
    }
    if similarity(best) < Track.similarityLimit, let place = try predictor.locate(track.patch, frame, around: crop),
      place.shift(to: crop) > Self.leastShift, let other = try predictor.predict(frame, at: place),
      isPlausible(other, in: frame),
      similarity(other) > similarity(best)
    {
      best = other
    }
    // A crop that is well placed gives better landmarks.
    if let first = best, !first.isCentered, let second = try predictor.predict(frame, at: first.place),
      isPlausible(second, in: frame)
    {
      best = second
    }
    return best
  }

  /// Seconds between two checks of a track whose appearance has not changed.
  private func checkInterval(_ track: Track) -> Double {
    track.evidence.sensitivity <= TrackConfidence.certain ? 0.8 : 0.3
  }

  /// The similarity of a face before and behind a possible cut.
  private static let similarityAcrossCut = 0.5
  /// A match of the patch that is nearer than this, in sides, gives the same prediction.
  private static let leastShift = 0.06

  private func check(_ track: inout Track, _ prediction: FacePredictor.Prediction, in frame: Image) throws {
    if let sensitivity = try sensitivity(prediction, in: frame, to: [track.nextCheck]) {
      track.evidence.add(sensitivity: sensitivity)
    }
    track.nextCheck = track.nextCheck == .lowerRight ? .upperLeft : .lowerRight
    track.sinceCheck = 0
  }

  /// The crop sensitivity (`TrackConfidence`) of the landmarks. Where these are unsure, that which stands for the detector's
  /// confidence counts if it is lower.
  /// - Parameter seen: the result of `confidence(of:_:)`; nil runs the detector.
  private func sensitivity(
    _ prediction: FacePredictor.Prediction, in frame: Image, to sides: [ShiftDirection], seen: Double? = nil
  ) throws -> Double? {
    guard let sensitivity = try predictor.cropSensitivity(frame, from: prediction, to: sides) else { return nil }
    guard sensitivity > TrackConfidence.certain,
      let seen = try seen ?? detectorConfidence(at: prediction.place, in: frame)
    else {
      return sensitivity
    }
    return min(sensitivity, TrackConfidence.sensitivity(forCalibrated: seen))
  }

  /// The calibrated confidence, 0...1, that a face is at a place, by the detector and the prediction in its box; nil where none
  /// is found there, or without a calibration.
  private func detectorConfidence(at place: RotatedSquare, in frame: Image) throws -> Double? {
    guard pipeline.calibration != nil else { return nil }
    let found = try pipeline.detections(
      in: frame, region: place.box.enlarged(by: 2), factor: min(1, Self.recheckSide / place.side))
    let places = found.map { (detection: $0, place: RotatedSquare($0.box, roll: $0.roll)) }
    guard let nearest = places.min(by: { $0.place.shift(to: place) < $1.place.shift(to: place) }),
      nearest.place.shift(to: place) < Self.recheckShift,
      let prediction = try predictor.predict(frame, at: nearest.place)
    else { return nil }
    return confidence(of: nearest.detection, prediction)
  }

  /// The side to which a face is shrunk for the detector, in pixels: well within its range, and quick to search.
  private static let recheckSide = 40.0
  /// A detection further off than this, in sides, is another face.
  private static let recheckShift = 0.5

  /// - Parameter prediction: of the detection's box.
  private func confidence(of detection: Detection, _ prediction: FacePredictor.Prediction) -> Double? {
    prediction.meanConfidence.flatMap { pipeline.calibration?.confidence(score: detection.score, points: $0) }
  }

  private func confirm(_ track: inout Track) {
    lastID += 1
    track.id = lastID
  }

  private func lose(_ track: inout Track, step: Double, isCut: Bool) {
    track.missing = step
    track.isCoasting = !isCut
  }

  private func isPlausible(_ prediction: FacePredictor.Prediction, in frame: Image) -> Bool {
    let (place, crop) = (prediction.place, prediction.crop)
    let inside = Box(x: 0, y: 0, width: Double(frame.width), height: Double(frame.height)).contains(place.center)
    return inside && prediction.residual < Self.residualLimit && place.shift(to: crop) < Self.shiftLimit
      && place.ratio(to: crop) < Self.ratioLimit && place.side >= Self.leastSide
      && place.side >= Self.minSizeTolerance * Double(pipeline.settings.minSize ?? 0)
  }

  /// Limits of a plausible prediction: the distance of its points from the shape of a face, in eye distances, and the shift from
  /// its crop, in sides, and the ratio of the sizes.
  private static let residualLimit = 0.3
  private static let shiftLimit = 0.6
  private static let ratioLimit = 1.6
  /// The side of the smallest face followed, in pixels.
  private static let leastSide = 16.0
  /// The share of the smallest size asked for down to which a face is followed.
  private static let minSizeTolerance = 0.8

  /// Of two tracks on one face the one with the lower similarity to its own patch is suspended, so that a face that passes
  /// behind another one is not taken for it.
  private func suspendOverlaps(step: Double) {
    for one in tracks.indices {
      for other in tracks.indices where other > one && tracks[one].isSeen && tracks[other].isSeen {
        let (a, b) = (tracks[one], tracks[other])
        guard a.place.box.overlap(b.place.box) > Self.sameOverlap else { continue }
        let isFirst = a.id != nil && (b.id == nil || a.similarity >= b.similarity - Self.similarityMargin)
        let loser = isFirst ? other : one
        tracks[loser].missing = step
        tracks[loser].isCoasting = false
      }
    }
  }

  /// Two tracks whose boxes overlap by more than this (intersection over union) are on one face.
  private static let sameOverlap = 0.4
  /// By so much a younger track must be more similar than an older one to stay in its place.
  private static let similarityMargin = 0.1

  // Finding

  private func recover(_ index: Int, in frame: Image, step: Double) throws {
    let track = tracks[index]
    guard !track.isSeen, track.isRemembered, hasRoom else { return }
    let place = track.expectedPlace(in: frame)
    if let prediction = try predictor.predict(frame, at: place), isPlausible(prediction, in: frame),
      isFree(prediction.place)
    {
      let similarity = prediction.patch.correlation(with: track.patch)
      if similarity >= Self.resumedSimilarity,
        let sensitivity = try sensitivity(prediction, in: frame, to: ShiftDirection.allCases),
        sensitivity <= newLimit
      {
        tracks[index].evidence.add(sensitivity: sensitivity)
        tracks[index].update(prediction, similarity: similarity, step: step)
        return
      }
    }
    // After a cut the whole frame is searched anyway.
    guard frames % 3 == 0, track.isCoasting else { return }
    // The longer it is lost the further off it may be.
    let region = place.box.enlarged(by: min(2.2 + 2 * track.missing, 3.5))
    let found = try pipeline.detections(
      in: frame, region: region, factor: min(1, 1.4 * pipeline.smallestFace / place.side))
    try admit(found, in: frame, step: step)
  }

  /// The similarity from which on a lost face is resumed at its expected place.
  private static let resumedSimilarity = 0.6

  private func search(_ frame: Image, thumbnail: FrameThumbnail, step: Double, isCut: Bool) throws {
    if schedule?.fits(frame) != true {
      schedule = SearchSchedule(
        width: frame.width, height: frame.height,
        factor: pipeline.closestSearch(width: frame.width, height: frame.height), speed: pipeline.detector.speed)
    }
    if isCut { schedule?.sceneChanged() }
    let boxes = tracks.filter(\.isSeen).map(\.place.box)
    guard let tile = schedule?.next(step: step, thumbnail: thumbnail, faces: boxes) else { return }
    let found = try pipeline.detections(in: frame, region: tile.region, factor: tile.factor)
    try admit(found, in: frame, step: step)
  }

  /// A new track has at most this sensitivity.
  private var newLimit: Double {
    pipeline.model.predictsConfidence ? TrackConfidence.newByConfidence : TrackConfidence.new
  }

  /// Whether no face that is seen has the place; a part of a face can look like a small one.
  private func isFree(_ place: RotatedSquare) -> Bool {
    !tracks.contains { track in
      track.isSeen
        && (track.place.box.overlap(place.box) > Self.freeOverlap
          || track.place.box.share(of: place.box) > Suppression.coverLimit)
    }
  }

  /// A place that overlaps a face by more than this (intersection over union) is taken.
  private static let freeOverlap = 0.3

  /// Checks detections: rejects false positives, resumes lost tracks, starts new ones.
  private func admit(_ detections: [Detection], in frame: Image, step: Double) throws {
    for detection in detections {
      let place = RotatedSquare(detection.box, roll: detection.roll)
      guard isFree(place), let first = try predictor.predict(frame, at: place), isPlausible(first, in: frame),
        max(first.faceConfidence ?? 1, confidence(of: detection, first) ?? 0) >= FacePipeline.leastNetworkConfidence,
        let prediction = try predictor.predict(frame, at: first.place), isPlausible(prediction, in: frame),
        isFree(prediction.place),
        let sensitivity = try sensitivity(
          prediction, in: frame, to: ShiftDirection.allCases, seen: confidence(of: detection, first)),
        sensitivity <= newLimit
      else { continue }
      if let index = known(prediction, in: frame) {
        let similarity = prediction.patch.correlation(with: tracks[index].patch)
        tracks[index].evidence.add(sensitivity: sensitivity)
        tracks[index].update(prediction, similarity: similarity, step: step)
        continue
      }
      guard makeRoom(for: prediction.place) else { continue }
      var track = Track(
        prediction, evidence: TrackConfidence(sensitivity: sensitivity),
        smoother: settings.smoothing.makeSmoother(for: pipeline.scheme)
      )
      if sensitivity <= TrackConfidence.certain { confirm(&track) }
      tracks.append(track)
    }
  }

  /// The lost track that matches the prediction by appearance; nearby tracks need less similarity.
  private func known(_ prediction: FacePredictor.Prediction, in frame: Image) -> Int? {
    var best: (index: Int, similarity: Double)?
    for (index, track) in tracks.enumerated() where !track.isSeen && track.isRemembered {
      let similarity = prediction.patch.correlation(with: track.patch)
      let expected = track.expectedPlace(in: frame)
      let isNear =
        expected.shift(to: prediction.place) < 1 + 2 * track.missing && expected.ratio(to: prediction.place) < 1.8
      guard similarity >= (isNear ? 0.5 : 0.8), similarity > (best?.similarity ?? -1) else { continue }
      best = (index, similarity)
    }
    return best?.index
  }

  private var hasRoom: Bool { tracks.count(where: \.isSeen) < pipeline.settings.maxFaces ?? .max }

  /// With as many faces as wanted, a new one must be clearly larger than the smallest and takes its place.
  private func makeRoom(for place: RotatedSquare) -> Bool {
    if hasRoom { return true }
    let seen = tracks.indices.filter { tracks[$0].isSeen }
    guard let smallest = seen.min(by: { tracks[$0].place.side < tracks[$1].place.side }),
      place.side > 1.25 * tracks[smallest].place.side
    else { return false }
    tracks[smallest].forget()
    return true
  }
}
