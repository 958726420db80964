import Glibc
import Imaging

/// The part of a picture that a face covers, from the hair to the chin and from ear to ear.
package struct FaceRegion: Sendable {
  /// By the landmarks where they look like a face, otherwise by the box.
  private let place: RotatedSquare
  /// The alternative place of the face, by its box, whichever way it is turned; nil where the landmarks are trusted.
  private let other: RotatedSquare?
  /// Whether the head's tilt is unknown, so that a circle is used.
  private let isRound: Bool
  /// The factor by which a shape about the place must grow to hold all landmarks and a turned head.
  private let growth: Double

  /// Of the side of the square that a Haar detector would give; the middle a little below its own. By the mean shape of a face
  /// (`FaceShape`), whose eye distance is 0.36 of the side: the hair line is 0.52 above the square's middle, the chin 0.63
  /// below it, the ears 0.48 to its sides.
  private static let halfWidth = 0.5
  private static let halfHeight = 0.62
  private static let drop = 0.04
  /// Landmarks farther out than this share of the shape enlarge it, up to a limit: a wild point must not hide the picture.
  private static let inside = 0.85
  private static let greatestGrowth = 1.4
  /// Landmarks that fit the mean shape worse, in eye distances, or lie farther from the box than this, in sides and sizes, do not
  /// say where the face is.
  private static let greatestResidual = 0.3
  private static let greatestShift = 0.35
  private static let greatestRatio = 1.5
  /// From this mean confidence on landmarks are trusted without the box.
  private static let trusted = 0.5
  /// The side of the mean shape, as a multiple of the distance of the eyes, and of that of eyes and mouth. When the head turns
  /// one of them becomes shorter, but the head does not become smaller.
  private static let eyeDistances = 2.73
  private static let eyeMouthDistances = 2.58

  /// Two places whose boxes overlap by at least this (intersection over union) are one face.
  static let same = 0.35

  /// - Parameter isDoubtful: whether it is perhaps no face; then the box alone says how large it is.
  package init(_ face: Face, _ scheme: LandmarkScheme, isDoubtful: Bool = false) {
    let box = RotatedSquare(face.box)
    let shape = FaceShape(scheme)
    let sound = shape?.fit(face.landmarks).flatMap { fit in
      fit.residual < Self.greatestResidual && fit.place.shift(to: box) < Self.greatestShift
        && fit.place.ratio(to: box) < Self.greatestRatio ? fit.place : nil
    }
    place = sound.map { isDoubtful ? RotatedSquare(center: box.center, side: box.side, roll: $0.roll) : $0 } ?? box
    isRound = sound == nil
    let confidence = face.landmarkConfidences.map(scheme.meanConfidence) ?? 1
    other = !isDoubtful && sound != nil && confidence < Self.trusted ? box : nil
    guard !isDoubtful, let sound, let shape, let eyes = scheme.eyeCenters else {
      growth = 1
      return
    }
    let oval = Self.oval(sound, size: sound.side)
    let level = face.landmarks.map { pow(oval.level(of: $0), 1 / Oval.exponent) }.max() ?? 0
    let eyeDistance = face.landmarks[eyes.left].distance(to: face.landmarks[eyes.right])
    let turned = max(
      Self.eyeDistances * eyeDistance, Self.eyeMouthDistances * (shape.eyesToMouth(face.landmarks) ?? 0))
    growth = min(max(level / Self.inside, turned / sound.side, 1), Self.greatestGrowth)
  }

  private static func oval(_ place: RotatedSquare, size: Double, isRound: Bool = false) -> Oval {
    let drop = isRound ? 0 : drop * place.side
    return Oval(
      center: Point(x: place.center.x - drop * sin(place.roll), y: place.center.y + drop * cos(place.roll)),
      halfWidth: (isRound ? halfHeight : halfWidth) * size, halfHeight: halfHeight * size, roll: place.roll)
  }

  /// The side of the face's square, in pixels.
  package var side: Double { place.side }

  /// The ovals that hide the face: `scale` times as large, turned with it where its tilt is known.
  package func ovals(scale: Double) -> [Oval] {
    [Self.oval(place, size: growth * scale * place.side, isRound: isRound)]
      + (other.map { [Self.oval($0, size: scale * $0.side, isRound: true)] } ?? [])
  }

  /// The upright square around its middle, for comparing places.
  package var box: Box { place.box }
}
