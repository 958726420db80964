import Imaging

/// Crops of faces that are moved, turned and scaled until they lie as other programs want them: in colour, from the full picture, with
/// its border reflected where the crop reaches beyond.
package enum FaceAlignment: Sendable, Hashable {
  /// The eyes, the nose and the corners of the mouth as near as can be to the template of ArcFace (Deng et al., 2019; insightface's
  /// `face_align`), which is for 112x112 pixels: scaled to the shorter side and in the middle of the longer one.
  case arcface(width: Int, height: Int)
  /// As the pictures of FFHQ (Karras et al., 2019): the square around the eyes moved a tenth of the way to the mouth, upright by the eyes
  /// and the mouth, half as large as the greater of two eye distances and 1.8 times the way from eyes to mouth.
  case ffhq(side: Int)

  /// In pixels.
  package var size: (width: Int, height: Int) {
    switch self {
    case .arcface(let width, let height): (width, height)
    case .ffhq(let side): (side, side)
    }
  }

  /// Of 112 pixels, pixel centres at integers: the eye and the corner of the mouth at the picture's left first.
  private static let template = [
    Point(x: 38.2946, y: 51.6963), Point(x: 73.5318, y: 51.5014), Point(x: 56.0252, y: 71.7366),
    Point(x: 41.5493, y: 92.3655), Point(x: 70.7299, y: 92.2041),
  ]
  private static let templateSide = 112.0

  /// From pixels of the crop to those of the picture; nil where the points are in one place, or the scheme lacks them.
  package func map(of face: Face, scheme: LandmarkScheme) -> Affine? {
    let names = ["right_eye_center", "left_eye_center", "nose_tip", "mouth_right_corner", "mouth_left_corner"]
    let points = names.compactMap { scheme.landmarks.firstIndex(of: $0) }.map { face.landmarks[$0] }
    guard points.count == names.count else { return nil }
    switch self {
    case .arcface(let width, let height):
      let side = Double(min(width, height))
      let scale = side / Self.templateSide
      let target = Self.template.map {
        Point(
          x: ($0.x + 0.5) * scale - 0.5 + (Double(width) - side) / 2,
          y: ($0.y + 0.5) * scale - 0.5 + (Double(height) - side) / 2)
      }
      return Similarity(from: points, to: target).flatMap { $0.scale > 0 ? $0.affine.inverse : nil }
    case .ffhq(let side):
      var (left, right) = (points[0], points[1])
      if let first = scheme.firstOfIBUG {
        (left, right) = (
          Self.mean(face.landmarks[first + 36..<first + 42]), Self.mean(face.landmarks[first + 42..<first + 48])
        )
      }
      return Self.ffhq(left, right, Self.mean(points[3...4]), side: Double(side))
    }
  }

  /// - Parameters:
  ///   - left: the eye at the picture's left.
  ///   - mouth: the middle of its corners.
  private static func ffhq(_ left: Point, _ right: Point, _ mouth: Point, side: Double) -> Affine? {
    let eyes = mean([left, right])
    let (across, down) = (
      Point(x: right.x - left.x, y: right.y - left.y), Point(x: mouth.x - eyes.x, y: mouth.y - eyes.y)
    )
    var x = Point(x: across.x + down.y, y: across.y - down.x)
    let origin = Point(x: 0, y: 0)
    let length = x.distance(to: origin)
    guard length > 0, length.isFinite else { return nil }
    let half = max(2 * across.distance(to: origin), 1.8 * down.distance(to: origin))
    x = Point(x: x.x / length * half, y: x.y / length * half)
    let center = Point(x: eyes.x + 0.1 * down.x, y: eyes.y + 0.1 * down.y)
    // Pixel u of the crop lies (2 u + 1) / side - 1 half sides from its middle.
    let (step, start) = (2 / side, 1 / side - 1)
    return Affine(
      a: step * x.x, b: -step * x.y, c: step * x.y, d: step * x.x, tx: center.x + start * (x.x - x.y),
      ty: center.y + start * (x.y + x.x))
  }

  private static func mean(_ points: some Collection<Point>) -> Point {
    let count = Double(points.count)
    return Point(x: points.reduce(0) { $0 + $1.x } / count, y: points.reduce(0) { $0 + $1.y } / count)
  }
}
