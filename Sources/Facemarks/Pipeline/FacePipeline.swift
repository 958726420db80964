import Imaging

/// From a gray picture to faces with landmarks: detect, correct the boxes, crop, predict the landmarks and, where the network
/// profits from it, refine the crops.
///
/// Detection runs on a shrunken picture, the crops are taken from the full one. Not Sendable: one per thread.
package final class FacePipeline {
  package struct Settings: Sendable, Hashable {
    /// Smaller boxes (in picture pixels) are dropped; nil leaves it to the detector.
    package var minSize: Int?
    /// The most faces that are kept, the largest first; nil keeps all.
    package var maxFaces: Int?
    /// Faces with a lower confidence, 0...1, are dropped; nil leaves it to `standardConfidence` where the network predicts
    /// confidences.
    package var minConfidence: Double?
    /// The longest side of the picture that detection runs on.
    package var detectionSide = 1280
    /// As `detectionSide`, for further searches.
    package var furtherSide = 640
    /// Of two boxes that overlap (intersection over union) by more than this, only the better one is kept.
    package var overlapLimit = 0.3

    package init(minSize: Int? = nil, maxFaces: Int? = nil, minConfidence: Double? = nil) {
      (self.minSize, self.maxFaces, self.minConfidence) = (minSize, maxFaces, minConfidence)
    }
  }

  /// May be changed between two pictures.
  package var settings: Settings
  package var scheme: LandmarkScheme { model.scheme }
  package let detector: any FaceDetector
  private let further: [any FaceDetector]
  package let model: any CropPredictor
  package let profile: CascadeProfile
  /// Computes the confidence from the detector's score and the model's prediction; nil where only the prediction counts.
  package let calibration: FaceCalibration?
  /// The smallest face the detector can see, in pixels of the picture it is given.
  package let smallestFace: Double
  private let refinement: CropRefinement

  /// - Parameters:
  ///   - detector: finds the faces.
  ///   - further: search pictures in which no face was found yet, one after the other.
  ///   - model: finds the landmarks.
  ///   - profile: of all detectors.
  ///   - settings: which faces are kept.
  ///   - smallestFace: the detectors' own least size, in pixels of the picture they are given.
  package convenience init(
    detector: any FaceDetector, further: [any FaceDetector] = [], model: any CropPredictor,
    profile: CascadeProfile = .frontalFace,
    smallestFace: Int = 24, settings: Settings = Settings()
  ) {
    self.init(
      detector: detector, further: further, model: model, profile: profile, calibration: nil,
      smallestFace: smallestFace,
      settings: settings)
  }

  /// - Parameters:
  ///   - network: finds faces.
  ///   - further: find them where it found none.
  ///   - settings: which faces are kept.
  ///   - model: predicts confidences, or else none is known.
  package convenience init(
    network: NetworkDetector, further: [NetworkDetector] = [], model: any CropPredictor,
    settings: Settings = Settings()
  ) {
    self.init(
      detector: network, further: further, model: model, profile: .corrected,
      calibration: model.predictsConfidence ? .bundled : nil, smallestFace: NetworkDetector.smallestFace,
      settings: settings)
  }

  private init(
    detector: any FaceDetector, further: [any FaceDetector], model: any CropPredictor, profile: CascadeProfile,
    calibration: FaceCalibration?, smallestFace: Int, settings: Settings
  ) {
    self.calibration = calibration
    self.detector = detector
    self.further = further
    self.model = model
    self.profile = profile
    self.smallestFace = Double(smallestFace)
    self.settings = settings
    refinement = CropRefinement(model, profile: profile)
  }

  /// The lowest confidence of a face that is given, 0...1.
  package var leastConfidence: Double {
    settings.minConfidence
      ?? (calibration != nil ? Self.standardConfidence : model.predictsConfidence ? Self.uncalibratedConfidence : 0)
  }

  /// The faces of a picture, the largest first. Empty when there is none.
  package func faces(in picture: GrayImage) throws -> [Face] {
    try search(picture, doubt: nil) { isFound in !isFound }.faces
  }

  /// The result of a search.
  package struct SearchResult: Sendable {
    /// The faces that `faces(in:)` gives.
    package var faces: [Face] = []
    /// Candidates of lower confidence, or found by searches that `faces(in:)` does not need.
    package var doubtful: [Face] = []

    package init(faces: [Face] = [], doubtful: [Face] = []) { (self.faces, self.doubtful) = (faces, doubtful) }
  }

  /// Searches with high recall, for hiding faces: makes all `further` searches if `isThorough`, none otherwise, and gives
  /// candidates with a confidence of at least `doubt`, too.
  package func candidates(in picture: GrayImage, isThorough: Bool = true) throws -> SearchResult {
    try search(picture, doubt: calibration == nil ? Self.uncalibratedDoubt : Self.doubt) { _ in isThorough }
  }

  /// - Parameters:
  ///   - doubt: the lowest confidence of doubtful candidates; nil gives none.
  ///   - continues: whether the next of the `further` searches is made, given whether a face was found.
  private func search(_ picture: GrayImage, doubt: Double?, continues: (Bool) -> Bool) throws -> SearchResult {
    let standard = leastConfidence
    let thresholds = Thresholds(
      confidence: min(standard, doubt ?? standard), score: doubt.map { _ in Self.doubtScore } ?? .infinity)
    let first = try faces(in: picture, by: detector, side: settings.detectionSide, thresholds: thresholds)
    var found = SearchResult(
      faces: first.filter { $0.confidence >= standard }, doubtful: first.filter { $0.confidence < standard })
    for detector in further {
      let isFound = !found.faces.isEmpty
      guard continues(isFound) else { break }
      for face in try faces(in: picture, by: detector, side: settings.furtherSide, thresholds: thresholds) {
        let known = found.faces + found.doubtful
        if !isFound, face.confidence >= standard {
          found.faces.append(face)
        } else if !known.contains(where: { $0.box.overlap(face.box) > Suppression.doubleLimit }) {
          found.doubtful.append(face)
        }
      }
    }
    if let most = settings.maxFaces { found.faces = Array(found.faces.prefix(most)) }
    return found
  }

  /// What `FaceCalibration` makes a confidence of: the boxes that the detector gives, and the mean confidence, 0...1, of the points
  /// that the landmark network predicts in each. For a network that predicts confidences.
  package func uncalibrated(in picture: GrayImage) throws -> [(detection: Detection, points: Double)] {
    var candidates = try detections(
      in: picture, by: detector, side: settings.detectionSide, overlapLimit: Self.looseOverlapLimit
    ).map { FaceCandidate($0, profile: profile) }
    try refinement.predict(&candidates, in: picture)
    return candidates.map { ($0.detection, $0.prediction.meanConfidence(scheme: scheme) ?? 0) }
  }

  /// All faces that pass the thresholds, the largest first.
  private func faces(
    in picture: GrayImage, by detector: any FaceDetector, side: Int, thresholds: Thresholds
  ) throws -> [Face] {
    let limit = model.predictsConfidence ? Self.looseOverlapLimit : settings.overlapLimit
    var candidates = try detections(in: picture, by: detector, side: side, overlapLimit: limit).map {
      FaceCandidate($0, profile: profile)
    }
    if !model.predictsConfidence { candidates = Array(candidates.prefix(settings.maxFaces ?? candidates.count)) }
    try refinement.predict(&candidates, in: picture)
    calibrate(&candidates, thresholds: thresholds)
    try refinement.refine(&candidates, in: picture)
    if model.predictsConfidence { try refinement.tryOtherBoxes(of: &candidates, in: picture) }
    candidates.removeAll { !thresholds.admits($0, share: Self.farBelow) }
    if model.predictsConfidence { candidates = Suppression.ofDoubles(candidates, box: box) }
    try refinement.addMirrorImages(&candidates, in: picture)
    candidates.removeAll { !thresholds.admits($0) }
    return candidates.map { candidate in
      Face(
        box: box(of: candidate), confidence: candidate.confidence, landmarks: candidate.prediction.points,
        landmarkConfidences: candidate.prediction.confidences(scheme: scheme))
    }
  }

  /// The lowest confidence of a candidate.
  private struct Thresholds {
    var confidence: Double
    /// A score of the detector's network that is enough by itself.
    var score: Double

    func admits(_ candidate: FaceCandidate, share: Double = 1) -> Bool {
      candidate.confidence >= share * confidence
        || candidate.calibrated != nil && candidate.detection.score >= score
    }
  }

  /// Computes the confidences by the prediction in the detector's own box, and drops candidates below the thresholds.
  /// - Parameter thresholds: as asked for.
  private func calibrate(_ candidates: inout [FaceCandidate], thresholds: Thresholds) {
    guard model.predictsConfidence else { return }
    guard let calibration else { return candidates.removeAll { $0.confidence < Self.leastNetworkConfidence } }
    for index in candidates.indices {
      let (detection, prediction) = (candidates[index].detection, candidates[index].prediction)
      candidates[index].calibrated = calibration.confidence(
        score: detection.score, points: prediction.meanConfidence(scheme: scheme) ?? 0)
    }
    candidates.removeAll { !thresholds.admits($0) }
  }

  /// The box by a candidate's points, unless it is farther from the detector's box than the boxes of the network ever are: a
  /// profile's points show its front only. The boxes of cascades are less exact.
  private func box(of candidate: FaceCandidate) -> Box {
    let (place, first) = (candidate.place, RotatedSquare(candidate.detection.box, roll: candidate.detection.roll))
    let isNear =
      calibration == nil
      || place.shift(to: first) < Self.greatestShift && place.ratio(to: first) < Self.greatestRatio
    return candidate.isRefined && isNear ? place.box : candidate.detection.box
  }

  /// As shares of the smaller side, and of sizes: three to four times the standard deviations of the network's boxes.
  private static let greatestShift = 0.3
  private static let greatestRatio = 1.4
  /// Candidates with a confidence below this share of the one asked for get no prediction for the mirrored crop.
  private static let farBelow = 0.6
  /// Candidates that the landmark network gives a lower probability at first are not refined.
  static let leastNetworkConfidence = 0.02
  /// From this confidence on a candidate is a face, unless told otherwise.
  package static let standardConfidence = 0.25
  /// As `standardConfidence`, where a cascade found the candidate and the landmark network alone predicts confidences.
  package static let uncalibratedConfidence = 0.88
  /// Candidates with at least this confidence are hidden with the faces.
  private static let doubt = 0.06
  /// Candidates with at least this score of the detector's network are hidden, too: for some turned heads the landmark network
  /// predicts nothing usable.
  private static let doubtScore = 0.62
  /// As `doubt`, where a cascade found the candidate and the landmark network alone predicts confidences.
  private static let uncalibratedDoubt = 0.2
  /// As `Settings.overlapLimit` where the landmark network predicts confidences: it can tell which box is the better one, so
  /// more are kept.
  private static let looseOverlapLimit = 0.6
}
