import Glibc
import Imaging

/// Finds the landmarks of faces given as crops of a picture. `LandmarkModel` is the one that matters; tests bring others.
package protocol LandmarkFinder: AnyObject {
  var scheme: LandmarkScheme { get }
  /// Whether it says how sure it is.
  var judges: Bool { get }
  /// The side, as a share of a detector's box, of a crop cut around what it read before and turned with the head, where it
  /// reads better; nil when it does not.
  var secondLook: Double? { get }

  /// One result per crop map.
  /// - Throws: `ModelError` when the points are not finite.
  func read(_ picture: GrayImage, maps: [Affine]) throws -> [LandmarkReading]
}

extension LandmarkFinder {
  package var judges: Bool { false }
  package var secondLook: Double? { nil }
}

extension LandmarkModel: LandmarkFinder {}

/// From a gray picture to faces with landmarks: detect, correct the boxes, crop, ask the network, and where it profits from
/// it crop again around what it says and ask once more.
///
/// Detection runs on a shrunken picture, the crops are taken from the full one. Not Sendable: one per thread.
package final class FacePipeline {
  package struct Settings: Sendable, Hashable {
    /// Smaller boxes (in picture pixels) are dropped; nil leaves it to the detector.
    package var minSize: Int?
    /// Only the largest so many faces are kept; nil keeps all.
    package var maxFaces: Int?
    /// Faces that are less sure to be one are dropped; nil leaves it to `standardConfidence` where the network judges.
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

  package let settings: Settings
  package var scheme: LandmarkScheme { model.scheme }
  package let detector: any FaceDetector
  private let further: [any FaceDetector]
  package let model: any LandmarkFinder
  package let profile: CascadeProfile
  /// How the detector's score and the model's judgement make a confidence; nil where only the judgement counts.
  package let calibration: FaceCalibration?
  /// The smallest face the detector can see, in pixels of the picture it is given.
  package let smallestFace: Double
  private let sampler = CropSampler()
  private let shape: FaceShape?

  /// - Parameters:
  ///   - detector: finds the faces.
  ///   - further: search pictures in which no face was found yet, one after the other.
  ///   - model: finds the landmarks.
  ///   - profile: of all detectors.
  ///   - settings: which faces are kept.
  ///   - smallestFace: the detectors' own least size, in pixels of the picture they are given.
  package convenience init(
    detector: any FaceDetector, further: [any FaceDetector] = [], model: any LandmarkFinder,
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
  ///   - model: judges what it finds, or else nothing does.
  package convenience init(
    network: NetworkDetector, further: [NetworkDetector] = [], model: any LandmarkFinder,
    settings: Settings = Settings()
  ) {
    self.init(
      detector: network, further: further, model: model, profile: .corrected,
      calibration: model.judges ? .shipped : nil, smallestFace: NetworkDetector.smallestFace, settings: settings)
  }

  private init(
    detector: any FaceDetector, further: [any FaceDetector], model: any LandmarkFinder, profile: CascadeProfile,
    calibration: FaceCalibration?, smallestFace: Int, settings: Settings
  ) {
    self.calibration = calibration
    self.detector = detector
    self.further = further
    self.model = model
    self.profile = profile
    self.smallestFace = Double(smallestFace)
    self.settings = settings
    shape = model.secondLook == nil ? nil : FaceShape(model.scheme)
  }

  /// How sure a face is at least to be one, 0...1.
  package var leastConfidence: Double {
    settings.minConfidence ?? (calibration != nil ? Self.standardConfidence : model.judges ? Self.judgedConfidence : 0)
  }

  /// The faces of a picture, the largest first. Empty when there is none.
  package func faces(in picture: GrayImage) throws -> [Face] {
    try search(picture, doubt: nil) { isFound in !isFound }.faces
  }

  /// What a search found.
  package struct Found: Sendable {
    /// What `faces(in:)` gives.
    package var faces: [Face] = []
    /// What is less sure to be one, or was found by searches that `faces(in:)` had no need of.
    package var doubtful: [Face] = []

    package init(faces: [Face] = [], doubtful: [Face] = []) { (self.faces, self.doubtful) = (faces, doubtful) }
  }

  /// Looks for faces so that hardly any is overlooked, for hiding them: all `further` searches take place if
  /// `isThorough`, none otherwise, and what a network that judges holds for a face with a probability of `doubt` or more is given.
  package func suspects(in picture: GrayImage, isThorough: Bool = true) throws -> Found {
    try search(picture, doubt: calibration == nil ? Self.judgedDoubt : Self.doubt) { _ in isThorough }
  }

  /// - Parameters:
  ///   - doubt: how sure the doubtful ones are at least; nil gives none.
  ///   - goesOn: whether the next of the `further` searches is made, given whether a face was found.
  private func search(_ picture: GrayImage, doubt: Double?, goesOn: (Bool) -> Bool) throws -> Found {
    let standard = leastConfidence
    let least = Least(
      confidence: min(standard, doubt ?? standard), score: doubt.map { _ in Self.doubtScore } ?? .infinity)
    let first = try faces(in: picture, by: detector, side: settings.detectionSide, least: least)
    var found = Found(
      faces: first.filter { $0.confidence >= standard }, doubtful: first.filter { $0.confidence < standard })
    for detector in further {
      let isFound = !found.faces.isEmpty
      guard goesOn(isFound) else { break }
      for face in try faces(in: picture, by: detector, side: settings.furtherSide, least: least) {
        if !isFound, face.confidence >= standard {
          found.faces.append(face)
        } else if !(found.faces + found.doubtful).contains(where: { $0.box.overlap(face.box) > Self.doubleLimit }) {
          found.doubtful.append(face)
        }
      }
    }
    if let most = settings.maxFaces { found.faces = Array(found.faces.prefix(most)) }
    return found
  }

  /// All faces that are as sure as `least`, the largest first.
  private func faces(
    in picture: GrayImage, by detector: any FaceDetector, side: Int, least: Least
  ) throws -> [Face] {
    let limit = model.judges ? Self.judgedOverlapLimit : settings.overlapLimit
    var candidates = try detections(in: picture, by: detector, side: side, overlapLimit: limit).map(Candidate.init)
    if !model.judges { candidates = Array(candidates.prefix(settings.maxFaces ?? candidates.count)) }
    try look(&candidates, in: picture, least: least)
    if model.judges { try readOtherBoxes(of: &candidates, in: picture) }
    candidates.removeAll { !least.admits($0, self, share: Self.farBelow) }
    if model.judges { candidates = withoutDoubles(candidates) }
    if shape != nil { try addMirrorImages(&candidates, in: picture) }
    candidates.removeAll { !least.admits($0, self) }
    return candidates.map { candidate in
      Face(
        box: box(of: candidate),
        confidence: candidate.confidence(self), landmarks: candidate.reading.points,
        landmarkConfidences: candidate.reading.confidences(scheme: scheme))
    }
  }

  /// What a candidate must reach.
  private struct Least {
    var confidence: Double
    /// This score of the detector's network alone is enough, too.
    var score: Double

    func admits(_ candidate: Candidate, _ pipeline: FacePipeline, share: Double = 1) -> Bool {
      candidate.confidence(pipeline) >= share * confidence
        || candidate.calibrated != nil && candidate.detection.score >= score
    }
  }

  /// A box that may hold a face.
  private struct Candidate {
    let detection: Detection
    /// Where the crop is cut: at first the detector's box, then where its points say.
    var place: FacePlace
    var isRefined = false
    /// Whether the place was changed and is to be read.
    var isMoved = false
    var reading = LandmarkReading(points: [])
    /// The candidate that this is another box of, by its index.
    var original = 0
    /// By the detector's score and what was read in its own box; nil where only what was last read counts.
    var calibrated: Double?

    init(_ detection: Detection) {
      self.detection = detection
      place = FacePlace(detection.box, roll: detection.roll)
    }

    /// Where the network's crop is cut, in pixels of the picture.
    /// - Parameter secondLook: see `LandmarkFinder`.
    func map(_ secondLook: Double?) -> Affine {
      (isRefined ? place.enlarged(by: secondLook ?? 1) : place).map
    }

    /// The same detection in other sizes, upright, and its left and right part: the front of a turned head.
    var variants: [Candidate] {
      let sizes = Candidate.otherSizes.map { (factor: $0, shift: 0.0, roll: detection.roll) }
      let parts = [-1.0, 1].map { (factor: 0.8, shift: 0.2 * $0, roll: detection.roll) }
      let upright = abs(detection.roll) > 0.1 ? [(factor: 1.1, shift: 0.0, roll: 0.0)] : []
      return (sizes + parts + upright).map { factor, shift, roll in
        var other = Candidate(detection)
        let side = other.place.side
        other.place.center.x += shift * side * cos(detection.roll)
        other.place.center.y += shift * side * sin(detection.roll)
        (other.place.side, other.place.roll) = (side * factor, roll)
        return other
      }
    }

    private static let otherSizes = [0.8, 1.15, 1.35]

    func confidence(_ pipeline: FacePipeline) -> Double {
      calibrated ?? reading.faceConfidence(scheme: pipeline.scheme)
        ?? pipeline.profile.confidence(of: detection.score)
    }
  }

  /// How often a face is looked at again, at most.
  private static let looks = 3
  /// What is so far below the confidence asked for, as a share of it, is not made sure of in a mirror image.
  private static let farBelow = 0.6
  /// Below this after the first look there is no second.
  static let hopeless = 0.02
  /// Below this a candidate is also looked at in other boxes: the detector's may have been a bad one to begin with.
  private static let sure = 0.99
  /// From this on a candidate is a face, unless told otherwise.
  package static let standardConfidence = 0.25
  /// As `standardConfidence`, where a cascade found the candidate and the landmark network alone judges.
  package static let judgedConfidence = 0.88
  /// What is this sure to be a face is hidden with the faces.
  private static let doubt = 0.06
  /// What the detector's network alone gives this score is hidden, too: of some turned heads the landmark network can read nothing.
  private static let doubtScore = 0.62
  /// As `doubt`, where a cascade found the candidate and the landmark network alone judges.
  private static let judgedDoubt = 0.2
  /// Of candidates for a judge fewer are dropped beforehand: whichever box is the better one, it can tell.
  private static let judgedOverlapLimit = 0.6
  /// Two candidates are one face when the places of their points overlap by more than this, or the surer one's covers more than
  /// `coverLimit` of the other's: a part of a face can look like a small one.
  private static let doubleLimit = 0.4
  private static let coverLimit = 0.7

  /// Reads candidates, drops what is no face and looks again at the others.
  /// - Parameter least: the confidence asked for.
  private func look(_ candidates: inout [Candidate], in picture: GrayImage, least: Least) throws {
    try read(&candidates, in: picture)
    if let calibration {
      for index in candidates.indices {
        let (detection, reading) = (candidates[index].detection, candidates[index].reading)
        candidates[index].calibrated = calibration.confidence(
          score: detection.score, points: reading.meanConfidence(scheme: scheme) ?? 0)
      }
      candidates.removeAll { !least.admits($0, self) }
    } else if model.judges {
      candidates.removeAll { $0.confidence(self) < Self.hopeless }
    }
    for _ in 0..<Self.looks { try refine(&candidates, in: picture) }
  }

  /// Where the network is unsure of what it reads it also reads other boxes around; what it is surest of counts.
  private func readOtherBoxes(of candidates: inout [Candidate], in picture: GrayImage) throws {
    func sureness(_ candidate: Candidate) -> Double { candidate.reading.faceConfidence(scheme: scheme) ?? 0 }
    var others = candidates.indices.filter {
      sureness(candidates[$0]) < Self.sure && profile.confidence(of: candidates[$0].detection.score) >= 0.5
    }.flatMap { index in
      candidates[index].variants.map { variant in
        var variant = variant
        variant.original = index
        return variant
      }
    }
    try read(&others, in: picture)
    others.removeAll { sureness($0) < Self.hopeless }
    for _ in 0..<Self.looks { try refine(&others, in: picture) }
    for other in others where sureness(other) > sureness(candidates[other.original]) {
      candidates[other.original].reading = other.reading
      candidates[other.original].place = other.place
      candidates[other.original].isRefined = other.isRefined
    }
  }

  private func read(_ candidates: inout [Candidate], in picture: GrayImage) throws {
    guard !candidates.isEmpty else { return }
    for (index, reading) in try model.read(picture, maps: candidates.map { $0.map(model.secondLook) }).enumerated() {
      candidates[index].reading = reading
    }
  }

  /// Reads those again whose points say that the face is elsewhere, in crops cut there and turned with the head. From the
  /// second time on only those that were far off. Of those that come to one place the surest goes on.
  private func refine(_ candidates: inout [Candidate], in picture: GrayImage) throws {
    guard let shape else { return }
    for index in candidates.indices {
      let candidate = candidates[index]
      guard let place = shape.secondLook(candidate.reading.points, after: candidate.place),
        !candidate.isRefined || !place.isNear(candidate.place)
      else { continue }
      candidates[index].place = place
      candidates[index].isRefined = true
      candidates[index].isMoved = true
    }
    dropMeeting(&candidates)
    let moved = candidates.indices.filter { candidates[$0].isMoved }
    var some = moved.map { candidates[$0] }
    try read(&some, in: picture)
    for (index, candidate) in zip(moved, some) {
      candidates[index] = candidate
      candidates[index].isMoved = false
    }
  }

  /// Where a candidate's points say that the face is, unless that is farther from where it was found than the boxes of the network
  /// ever are: a profile's points show its front only. The boxes of cascades are less exact.
  private func box(of candidate: Candidate) -> Box {
    let (place, first) = (candidate.place, FacePlace(candidate.detection.box, roll: candidate.detection.roll))
    let isNear =
      calibration == nil
      || place.shift(to: first) < Self.greatestShift && place.ratio(to: first) < Self.greatestRatio
    return candidate.isRefined && isNear ? place.box : candidate.detection.box
  }

  /// As shares of the smaller side, and of sizes: three to four times the standard deviations of the network's boxes.
  private static let greatestShift = 0.3
  private static let greatestRatio = 1.4

  /// Drops candidates whose points tell the same place as those of a surer one.
  private func dropMeeting(_ candidates: inout [Candidate]) {
    let confidences = candidates.map { $0.confidence(self) }
    var kept: [Int] = []
    for index in candidates.indices.sorted(by: { confidences[$0] > confidences[$1] }) {
      let meets =
        candidates[index].isRefined
        && kept.contains {
          candidates[$0].isRefined && candidates[$0].place.isNear(candidates[index].place)
        }
      if !meets { kept.append(index) }
    }
    candidates = kept.sorted().map { candidates[$0] }
  }

  /// Makes the mean of what was read in each crop and of what is read in its mirror image.
  private func addMirrorImages(_ candidates: inout [Candidate], in picture: GrayImage) throws {
    let edge = Double(FaceCrop.side - 1)
    let mirror = Affine(a: -1, b: 0, c: 0, d: 1, tx: edge, ty: 0)
    let others = try model.read(picture, maps: candidates.map { mirror.then($0.map(model.secondLook)) })
    for (index, other) in others.enumerated() {
      candidates[index].reading = candidates[index].reading.mean(withMirrorImage: other, scheme: scheme)
    }
  }

  /// Of the candidates for one face the best, the largest first again.
  private func withoutDoubles(_ candidates: [Candidate]) -> [Candidate] {
    var kept: [(offset: Int, element: Candidate)] = []
    for candidate in candidates.enumerated().sorted(by: {
      $0.element.confidence(self) > $1.element.confidence(self)
    }) {
      let box = self.box(of: candidate.element)
      let doubles = kept.indices.filter { index in
        let other = self.box(of: kept[index].element)
        return other.overlap(box) > Self.doubleLimit || other.share(of: box) > Self.coverLimit
      }
      if doubles.isEmpty {
        kept.append(candidate)
      } else if doubles.count == 1, isWhole(candidate.element, of: kept[doubles[0]].element) {
        kept[doubles[0]] = candidate
      }
    }
    return kept.sorted { $0.offset < $1.offset }.map(\.element)
  }

  /// Whether the surer of two candidates for one face has rather read a part of it, as who takes the nose for a mouth above a
  /// mouth that is wide open.
  private func isWhole(_ candidate: Candidate, of surer: Candidate) -> Bool {
    func logit(_ candidate: Candidate) -> Double {
      let confidence = min(candidate.confidence(self), Self.surest)
      return log(confidence / (1 - confidence))
    }
    let ratio = candidate.place.side / surer.place.side
    return logit(surer) - logit(candidate) < Self.sizeWeight * log(ratio)
  }

  /// Nothing is surer.
  private static let surest = 0.9999
  /// A larger candidate is the better one unless the logits of their confidences differ by more than so many times the logarithm
  /// of the ratio of their sizes: tried on the validation faces, with 4 and 8 next to it.
  private static let sizeWeight = 6.0

  /// The faces as the network sees them at first: 96x96 gray, one per face, upright.
  package func crops(of faces: [Face], in picture: GrayImage) -> [GrayImage] {
    var values = [Float](repeating: 0, count: FaceCrop.side * FaceCrop.side)
    return picture.pixels.withUnsafeBufferPointer { pixels in
      guard let base = pixels.baseAddress else { return [] }
      let view = GrayView(pixels: base, width: picture.width, height: picture.height)
      return faces.map { face in
        values.withUnsafeMutableBufferPointer { out in
          guard let start = out.baseAddress else { return }
          sampler.sample(view, map: FaceCrop.map(for: face.box), side: FaceCrop.side, into: start)
        }
        let bytes = values.map { UInt8(min(max($0.rounded(), 0), 255)) }
        return GrayImage(width: FaceCrop.side, height: FaceCrop.side, pixels: bytes)
      }
    }
  }

  /// Boxes in picture pixels, corrected, without overlaps, the largest first.
  package func detections(in picture: GrayImage) throws -> [Detection] {
    let found = try detections(
      in: picture, by: detector, side: settings.detectionSide, overlapLimit: settings.overlapLimit)
    return Array(found.prefix(settings.maxFaces ?? found.count))
  }

  private func detections(
    in picture: GrayImage, by detector: any FaceDetector, side: Int, overlapLimit: Double
  ) throws -> [Detection] {
    let minSize = settings.minSize.map(Double.init)
    let factor = DetectionScale.factor(
      width: picture.width, height: picture.height, longestSide: side, minSize: minSize,
      smallest: smallestFace)
    var found: [Detection]
    if factor < 1 {
      func shrunk(_ factor: Double) throws -> GrayImage {
        guard factor < 1 else { return picture }
        return try picture.resized(
          width: max(1, Int((Double(picture.width) * factor).rounded())),
          height: max(1, Int((Double(picture.height) * factor).rounded())))
      }
      let small = try shrunk(factor)
      let x = Double(small.width) / Double(picture.width)
      let y = Double(small.height) / Double(picture.height)
      found = try detector.detect(in: small) { try shrunk(2 * factor) }
      for index in found.indices { found[index].box = DetectionScale.enlarged(found[index].box, x: x, y: y) }
    } else {
      found = try detector.detect(in: picture)
    }
    // A face just as large as asked for must not be lost to the rounding of the shrunken picture.
    if let minSize { found.removeAll { max($0.box.width, $0.box.height) < minSize - 0.5 / factor } }
    found = Self.withoutOverlaps(found, limit: overlapLimit)
    for index in found.indices { found[index].box = profile.correction.apply(found[index].box) }
    found.sort { Self.precedes($0, $1) }
    return found
  }

  /// Keeps the best of each group of boxes that overlap by more than `limit`.
  package static func withoutOverlaps(_ detections: [Detection], limit: Double) -> [Detection] {
    var kept: [Detection] = []
    for detection in detections.sorted(by: { $0.score > $1.score })
    where !kept.contains(where: { $0.box.overlap(detection.box) > limit }) {
      kept.append(detection)
    }
    return kept
  }

  /// The larger first; of equal ones the better; then from left to right and top to bottom, so that the order is fixed.
  private static func precedes(_ one: Detection, _ other: Detection) -> Bool {
    let (a, b) = (one.box.width * one.box.height, other.box.width * other.box.height)
    if a != b { return a > b }
    if one.score != other.score { return one.score > other.score }
    return (one.box.x, one.box.y) < (other.box.x, other.box.y)
  }
}
