import Glibc
import Imaging

/// Searches a picture in several ways and gives all that any of them finds: by other cascades, in the mirror image (for
/// cascades that know one profile only), and turned (for tilted heads).
///
/// The boxes are corrected to those that networks are trained with, the scores are confidences of their cascades, 0...1.
/// The same face is found more than once; whoever uses this has a better judge than the cascades.
public final class CombinedDetector: FaceDetector {
  /// How a picture is looked at.
  public enum View: Hashable, Sendable {
    case plain
    case mirrored
    /// Gray values spread evenly: OpenCV's cascades refuse whatever deviates less than 10 gray levels.
    case brightened
    /// Turned so that a head that is tilted by so many degrees (positive: its left side is lower in the picture) stands
    /// upright.
    case turned(degrees: Double)
  }

  public struct Search {
    public var detector: any FaceDetector
    public var profile: CascadeProfile
    public var view: View
    /// Whether each 2x2 pixels are averaged before: four times as fast, without noise, and for faces of twice the size.
    public var isHalved: Bool

    public init(_ detector: any FaceDetector, _ profile: CascadeProfile, view: View = .plain, isHalved: Bool = false) {
      (self.detector, self.profile, self.view, self.isHalved) = (detector, profile, view, isHalved)
    }
  }

  private let make: () throws -> [Search]
  private var made: [Search]?

  public init(_ searches: [Search]) { make = { searches } }

  /// - Parameter make: gives the searches when the first picture comes: reading a cascade's file takes longer than using it.
  public init(making make: @escaping () throws -> [Search]) { self.make = make }

  public func detect(in picture: GrayImage) throws -> [Detection] {
    let searches = try made ?? make()
    made = searches
    let isHalving = searches.contains(where: \.isHalved) && min(picture.width, picture.height) > 1
    let half = isHalving ? try picture.resized(width: picture.width / 2, height: picture.height / 2) : nil
    return try searches.flatMap { search in
      guard let seen = try search.seen(picture, half: half) else { return [Detection]() }
      return try search.detector.detect(in: seen.picture).map { detection in
        let box = search.profile.correction.apply(detection.box)
        let center = seen.map.apply(box.center)
        let (width, height) = (box.width * seen.map.scale, box.height * seen.map.scale)
        return Detection(
          box: Box(
            x: center.x - (width - 1) / 2, y: center.y - (height - 1) / 2, width: width, height: height),
          score: search.profile.confidence(of: detection.score), roll: seen.roll)
      }
    }
    .sorted { $0.score > $1.score }
  }
}

extension CombinedDetector {
  /// In pixels of the picture given.
  public static let smallestFace = 30

  /// A quick search that takes whatever may be a face: for a network that can tell. Tilted heads are looked for in the halved
  /// picture only.
  /// - Throws: `ImagingError` when OpenCV's cascades are not installed.
  public static func sensitive() throws -> CombinedDetector {
    CombinedDetector(
      try searches(
        "frontalface_default", scaleFactor: 1.2,
        halved: [.brightened, .turned(degrees: 30), .turned(degrees: -30)]))
  }

  /// All else that is known to find faces, much slower together, one after the other for where there was none so far: closer,
  /// by another cascade, in the dark, for tilted heads and for such as look to either side. Their `detect` throws as `sensitive()`.
  public static func thorough() -> [CombinedDetector] {
    func turned(_ degrees: Double) -> CombinedDetector {
      CombinedDetector(making: {
        try searches("frontalface_default", scaleFactor: 1.2, [.turned(degrees: degrees), .turned(degrees: -degrees)])
      })
    }
    let closer = CombinedDetector(making: {
      try searches("frontalface_default", scaleFactor: 1.1, halved: [.brightened])
        + searches("frontalface_alt2", scaleFactor: 1.1)
    })
    let profiles = CombinedDetector(making: { try searches("profileface", scaleFactor: 1.2, [.plain, .mirrored]) })
    return [closer, turned(20), profiles, turned(40)]
  }

  /// Searches by one cascade, whose file is read once: that takes as long as a search.
  /// - Parameters:
  ///   - views: of the picture as it is.
  ///   - halved: of the picture with each 2x2 pixels averaged.
  private static func searches(
    _ name: String, scaleFactor: Double, _ views: [View] = [.plain], halved: [View] = []
  ) throws -> [Search] {
    let file = "haarcascade_\(name).xml"
    guard let path = CascadeDetector.find(file) else {
      throw ImagingError(file: file, message: "not found; install the package opencv-data")
    }
    let settings = DetectorSettings(scaleFactor: scaleFactor, minNeighbors: 1, minSize: smallestFace)
    let detector = try CascadeDetector(cascade: path, settings: settings)
    let profile = CascadeProfile.forCascade(path)
    return views.map { Search(detector, profile, view: $0) }
      + halved.map { Search(detector, profile, view: $0, isHalved: true) }
  }
}

extension CombinedDetector.Search {
  /// The picture as it is looked at, the map from its pixels to the original's, and the tilt of a head that is upright in it.
  /// Nil where there is nothing to look at.
  fileprivate func seen(
    _ picture: GrayImage, half: GrayImage?
  ) throws -> (picture: GrayImage, map: Affine, roll: Double)? {
    guard isHalved else { return try view.seen(picture) }
    guard let half else { return nil }
    let (x, y) = (Double(picture.width) / Double(half.width), Double(picture.height) / Double(half.height))
    var seen = try view.seen(half)
    seen.map = seen.map.then(Affine(a: x, b: 0, c: 0, d: y, tx: (x - 1) / 2, ty: (y - 1) / 2))
    return seen
  }
}

extension CombinedDetector.View {
  /// As `CombinedDetector.Search.seen`.
  fileprivate func seen(_ picture: GrayImage) throws -> (picture: GrayImage, map: Affine, roll: Double) {
    let (width, height) = (Double(picture.width), Double(picture.height))
    switch self {
    case .plain:
      return (picture, Affine(a: 1, b: 0, c: 0, d: 1, tx: 0, ty: 0), 0)
    case .mirrored:
      let map = Affine(a: -1, b: 0, c: 0, d: 1, tx: width - 1, ty: 0)
      return (try picture.warped(by: map, width: picture.width, height: picture.height), map, 0)
    case .brightened:
      return (try picture.equalized(), Affine(a: 1, b: 0, c: 0, d: 1, tx: 0, ty: 0), 0)
    case .turned(let degrees):
      let roll = degrees / 180 * .pi
      let (c, s) = (cos(roll), sin(roll))
      // All of the picture fits into the turned one, about the same middle.
      let across = Int((abs(c) * width + abs(s) * height).rounded(.up))
      let down = Int((abs(s) * width + abs(c) * height).rounded(.up))
      let (x, y) = (Double(across - 1) / 2, Double(down - 1) / 2)
      let map = Affine(
        a: c, b: -s, c: s, d: c, tx: (width - 1) / 2 - c * x + s * y, ty: (height - 1) / 2 - s * x - c * y)
      return (try picture.warped(by: map, width: across, height: down, repeatsBorder: false), map, roll)
    }
  }
}
