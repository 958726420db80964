import Facemarks
import FacemarksTraining
import Glibc
import Imaging

/// All that Haar cascades can find: by the frontal and the profile cascades at their most sensitive, in the mirror image (the
/// profile cascade knows one side only), brightened, and turned for tilted heads. The reference for other searches.
///
/// The boxes are corrected to those that networks are trained with, the scores are confidences of their cascades, 0...1.
/// The same face is found more than once.
package final class ThoroughHaarSearch: FaceDetector {
  /// A change of the picture before a search.
  package enum View: Hashable, Sendable {
    case plain
    case mirrored
    /// Gray values spread evenly: OpenCV's cascades refuse whatever deviates less than 10 gray levels.
    case brightened
    /// Turned so that a head that is tilted by so many degrees (positive: its left side is lower in the picture) stands
    /// upright.
    case turned(degrees: Double)
  }

  private struct Search {
    let detector: any FaceDetector
    let profile: CascadeProfile
    let views: [View]
  }

  private let searches: [Search]

  /// A search with other detectors, for tests.
  package init(_ detector: any FaceDetector, _ profile: CascadeProfile, views: [View]) {
    searches = [Search(detector: detector, profile: profile, views: views)]
  }

  /// - Throws: `ImagingError` when OpenCV's cascades are not installed.
  package init() throws {
    func search(_ name: String, scaleFactor: Double, _ views: [View]) throws -> Search {
      let file = "haarcascade_\(name).xml"
      guard let path = CascadeDetector.find(file) else {
        throw ImagingError(file: file, message: "not found; install the package opencv-data")
      }
      let settings = DetectorSettings(scaleFactor: scaleFactor, minNeighbors: 1, minSize: 24)
      return Search(
        detector: try CascadeDetector(cascade: path, settings: settings), profile: .forCascade(path), views: views)
    }
    let tilts = [20, -20, 30, -30, 40, -40].map { View.turned(degrees: $0) }
    searches = [
      try search("frontalface_default", scaleFactor: 1.1, [.plain, .brightened] + tilts),
      try search("frontalface_alt2", scaleFactor: 1.1, [.plain]),
      try search("profileface", scaleFactor: 1.1, [.plain, .mirrored]),
    ]
  }

  package func detect(in picture: GrayImage) throws -> [Detection] {
    try searches.flatMap { search in
      try search.views.flatMap { view in
        let (seen, map, roll) = try view.seen(picture)
        return try search.detector.detect(in: seen).map { detection in
          let box = search.profile.correction.apply(detection.box)
          let center = map.apply(box.center)
          return Detection(
            box: Box(
              x: center.x - (box.width - 1) / 2, y: center.y - (box.height - 1) / 2, width: box.width,
              height: box.height),
            score: search.profile.confidence(of: detection.score), roll: roll)
        }
      }
    }
    .sorted { $0.score > $1.score }
  }
}

extension ThoroughHaarSearch.View {
  /// The picture as it is looked at, the map from its pixels to the original's, which keeps sizes, and the tilt of a head that
  /// is upright in it.
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
