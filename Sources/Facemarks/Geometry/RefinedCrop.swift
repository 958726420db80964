import Glibc

/// The crop of a refinement beside the square of the face that it shows (`FaceShape`).
package struct RefinedCrop: Sendable, Hashable {
  /// Its side as a share of the square's: below 1 it is a closer one.
  package var scale: Double
  /// How far its middle lies below that of the square, towards the chin, as a share of the square's side.
  package var drop: Double

  package init(scale: Double = 1, drop: Double = 0) { (self.scale, self.drop) = (scale, drop) }

  /// The crop of a face at this square.
  package func square(of place: RotatedSquare) -> RotatedSquare {
    var crop = place.enlarged(by: scale)
    crop.center.x -= drop * place.side * sin(place.roll)
    crop.center.y += drop * place.side * cos(place.roll)
    return crop
  }
}
