import Glibc
import Imaging

/// The place of a face: the square that its crop is taken from, which may be turned.
package struct RotatedSquare: Sendable, Hashable {
  /// The middle of the square, pixel centres at integers.
  package var center: Point
  /// The length of its sides in pixels.
  package var side: Double
  /// The tilt of the head: the angle of the line from the subject's right to the left, in radians, positive when it falls to
  /// the right of the picture.
  package var roll: Double

  package init(center: Point, side: Double, roll: Double = 0) {
    self.center = center
    self.side = side
    self.roll = roll
  }

  /// The square around a detector's box.
  package init(_ box: Box, roll: Double = 0) {
    self.init(center: box.center, side: max(box.width, box.height), roll: roll)
  }

  /// The whole of a crop, in its own pixels.
  package static let crop = RotatedSquare(
    center: Point(x: Double(FaceCrop.side - 1) / 2, y: Double(FaceCrop.side - 1) / 2), side: Double(FaceCrop.side))

  /// From crop pixels to picture pixels.
  package var map: Affine { map(from: FaceCrop.side) }

  /// From the pixels of a square of `pixels` x `pixels` to picture pixels.
  func map(from pixels: Int) -> Affine {
    let scale = side / Double(pixels)
    let (cosine, sine) = (scale * cos(roll), scale * sin(roll))
    let middle = Double(pixels - 1) / 2
    return Affine(
      a: cosine, b: -sine, c: sine, d: cosine, tx: center.x - (cosine - sine) * middle,
      ty: center.y - (sine + cosine) * middle)
  }

  /// The upright square of the same middle and size.
  package var box: Box {
    Box(x: center.x - (side - 1) / 2, y: center.y - (side - 1) / 2, width: side, height: side)
  }

  /// The upright box that holds the turned square, enlarged about its middle, and `margin` pixels around.
  func reach(enlarged factor: Double, margin: Double) -> Box {
    let half = factor * side / 2 * (abs(cos(roll)) + abs(sin(roll))) + margin
    return Box(x: center.x - half + 0.5, y: center.y - half + 0.5, width: 2 * half, height: 2 * half)
  }

  /// Another size about the same middle.
  package func enlarged(by factor: Double) -> RotatedSquare {
    RotatedSquare(center: center, side: factor * side, roll: roll)
  }

  /// Moved along both of its own axes by a share of its side.
  func moved(by share: Double) -> RotatedSquare {
    let (cosine, sine) = (cos(roll), sin(roll))
    var place = self
    place.center.x += share * side * (cosine - sine)
    place.center.y += share * side * (sine + cosine)
    return place
  }

  /// Whether a crop at the one place shows a face at the other well.
  func isNear(_ other: RotatedSquare) -> Bool {
    shift(to: other) < 0.08 && ratio(to: other) < 1.15 && turn(to: other) < 0.25
  }

  /// The distance of the middles, as a share of the smaller side.
  package func shift(to other: RotatedSquare) -> Double { center.distance(to: other.center) / min(side, other.side) }

  /// The ratio of the longer side to the shorter one, at least 1.
  package func ratio(to other: RotatedSquare) -> Double { max(side, other.side) / min(side, other.side) }

  /// The angle between both, 0...pi.
  package func turn(to other: RotatedSquare) -> Double { abs(remainder(roll - other.roll, 2 * Double.pi)) }
}
