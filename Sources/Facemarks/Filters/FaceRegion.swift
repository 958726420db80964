import Glibc
import Imaging

/// The part of a picture that a face covers, from the hair to the chin and from ear to ear.
package struct FaceRegion: Sendable {
  private let place: FacePlace
  /// How much a box about the place must grow to hold all landmarks.
  private let growth: Double

  /// Of the side of the square that a Haar detector would give; the middle a little below its own. By the mean shape of a face
  /// (`FaceShape`), whose eye distance is 0.36 of the side: the hair line is 0.52 above the square's middle, the chin 0.63
  /// below it, the ears 0.48 to its sides.
  private static let halfWidth = 0.5
  private static let halfHeight = 0.62
  private static let drop = 0.04
  /// Landmarks farther out than this share of the box enlarge it, up to a limit: a wild point must not hide the picture.
  private static let inside = 0.85
  private static let greatestGrowth = 1.4

  /// From this overlap of their boxes on two places are one face.
  static let same = 0.35

  package init(_ face: Face, _ scheme: LandmarkScheme) {
    let place = FaceShape(scheme)?.fit(face.landmarks)?.place ?? FacePlace(face.box)
    self.place = place
    let (c, s) = (cos(place.roll), sin(place.roll))
    let level =
      face.landmarks.map { point in
        let (dx, dy) = (point.x - place.center.x, point.y - place.center.y)
        let across = (c * dx + s * dy) / place.side
        let down = (c * dy - s * dx) / place.side - Self.drop
        return max(abs(across) / Self.halfWidth, abs(down) / Self.halfHeight)
      }.max() ?? 0
    growth = level.isFinite ? min(max(level / Self.inside, 1), Self.greatestGrowth) : 1
  }

  /// The side of the face's square, in pixels.
  package var side: Double { place.side }

  /// What hides the face: turned like it, so many times as large.
  package func cover(scale: Double) -> RotatedBox {
    let drop = Self.drop * place.side
    let size = growth * scale * place.side
    return RotatedBox(
      center: Point(x: place.center.x - drop * sin(place.roll), y: place.center.y + drop * cos(place.roll)),
      halfWidth: Self.halfWidth * size, halfHeight: Self.halfHeight * size, roll: place.roll)
  }

  /// The upright square around its middle, for comparing places.
  package var box: Box { place.box }
}
