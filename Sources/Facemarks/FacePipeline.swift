import Imaging

/// Finds the landmarks of faces given as crops of a picture. `LandmarkModel` is the one that matters; tests bring others.
public protocol LandmarkFinder: AnyObject {
  var scheme: LandmarkScheme { get }
  /// Whether it reads better in a crop cut around what it read before, turned with the head.
  var refines: Bool { get }

  /// One result per crop map.
  /// - Throws: `ModelError` when the points are not finite.
  func read(_ picture: GrayImage, maps: [Affine]) throws -> [LandmarkReading]
}

extension LandmarkFinder {
  public var refines: Bool { false }
}

extension LandmarkModel: LandmarkFinder {}

/// From a gray picture to faces with landmarks: detect, correct the boxes, crop, ask the network, and where it profits from
/// it crop again around what it says and ask once more.
///
/// Detection runs on a shrunken picture, the crops are taken from the full one. Not Sendable: one per thread.
public final class FacePipeline {
  public struct Settings: Sendable, Hashable {
    /// Smaller boxes (in picture pixels) are dropped; nil leaves it to the detector.
    public var minSize: Int?
    /// Only the largest so many faces are kept; nil keeps all.
    public var maxFaces: Int?
    /// The longest side of the picture that detection runs on.
    public var detectionSide = 1280
    /// Of two boxes that overlap (intersection over union) by more than this, only the better one is kept.
    public var overlapLimit = 0.3

    public init(minSize: Int? = nil, maxFaces: Int? = nil) {
      self.minSize = minSize
      self.maxFaces = maxFaces
    }
  }

  public let settings: Settings
  public var scheme: LandmarkScheme { model.scheme }
  package let detector: any FaceDetector
  package let model: any LandmarkFinder
  package let profile: CascadeProfile
  /// The smallest face the detector can see, in pixels of the picture it is given.
  package let smallestFace: Double
  private let sampler = CropSampler()
  private let shape: FaceShape?

  /// - Parameter smallestFace: the detector's own least size, in pixels of the picture it is given.
  public init(
    detector: any FaceDetector, model: any LandmarkFinder, profile: CascadeProfile = .frontalFace,
    smallestFace: Int = 24, settings: Settings = Settings()
  ) {
    self.detector = detector
    self.model = model
    self.profile = profile
    self.smallestFace = Double(smallestFace)
    self.settings = settings
    shape = model.refines ? FaceShape(model.scheme) : nil
  }

  /// The faces of a picture, the largest first. Empty when there is none.
  public func faces(in picture: GrayImage) throws -> [Face] {
    let found = try detections(in: picture)
    guard !found.isEmpty else { return [] }
    let first = try model.read(picture, maps: found.map { FaceCrop.map(for: $0.box) })
    return zip(found, try refined(first, found, in: picture)).map { detection, reading in
      Face(
        box: detection.box, confidence: reading.judgement?.face ?? profile.confidence(of: detection.score),
        landmarks: reading.points, landmarkConfidences: reading.confidences(scheme: scheme))
    }
  }

  /// What the network reads in crops around its own points; the first reading where these are no face near the box.
  private func refined(
    _ readings: [LandmarkReading], _ detections: [Detection], in picture: GrayImage
  ) throws -> [LandmarkReading] {
    guard let shape else { return readings }
    let places = zip(readings, detections).map { shape.secondLook($0.points, after: FacePlace($1.box)) }
    var again = try model.read(picture, maps: places.compactMap { $0?.map })[...]
    return zip(readings, places).map { reading, place in place == nil ? reading : again.removeFirst() }
  }

  /// The crops that the network saw: 96x96 gray, one per face.
  public func crops(of faces: [Face], in picture: GrayImage) -> [GrayImage] {
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
  public func detections(in picture: GrayImage) throws -> [Detection] {
    let minSize = settings.minSize.map(Double.init)
    let factor = DetectionScale.factor(
      width: picture.width, height: picture.height, longestSide: settings.detectionSide, minSize: minSize,
      smallest: smallestFace)
    var found: [Detection]
    if factor < 1 {
      let width = max(1, Int((Double(picture.width) * factor).rounded()))
      let height = max(1, Int((Double(picture.height) * factor).rounded()))
      let (x, y) = (Double(width) / Double(picture.width), Double(height) / Double(picture.height))
      found = try detector.detect(in: picture.resized(width: width, height: height))
      for index in found.indices { found[index].box = DetectionScale.enlarged(found[index].box, x: x, y: y) }
    } else {
      found = try detector.detect(in: picture)
    }
    // A face just as large as asked for must not be lost to the rounding of the shrunken picture.
    if let minSize { found.removeAll { max($0.box.width, $0.box.height) < minSize - 0.5 / factor } }
    found = Self.withoutOverlaps(found, limit: settings.overlapLimit)
    for index in found.indices { found[index].box = profile.correction.apply(found[index].box) }
    found.sort { Self.precedes($0, $1) }
    return Array(found.prefix(settings.maxFaces ?? found.count))
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
