import Glibc
import Imaging
import NeuralNetwork

/// What the detector's network says of a picture: five planes of a number for each cell of 8x8 pixels,
///
/// - the logit of a face's middle being near the cell's,
/// - where it is from there, in half typical sides to the right and down,
/// - the logarithm of the face's side, in typical sides,
/// - its tilt in radians (see `FacePlace.roll`).
///
/// One look finds faces of an octave and some more; for larger ones the picture is halved again and again.
package enum DetectorGrid {
  package static let cell = 8
  package static let planes = 5
  /// The side in pixels of a face in the middle of the octave.
  package static let typicalSide = 30.0
  /// The sides of the faces that one look is for; a little beyond the octave at both ends.
  package static let sides = 18.0...50
  /// A look may find these, too, or not; all others are for other looks.
  package static let possibleSides = 15.0...58

  /// The layers: a small residual net (He et al., 2016), 740 multiply-adds a pixel, without any that depends on the
  /// picture's size.
  package static var layers: [LayerDescription] {
    [
      .conv(8, stride: 2), .norm(.relu), .conv(16, stride: 2), .norm(.relu), .conv(32, stride: 2), .norm(.relu),
      .residual(32), .residual(32), .conv(planes, kernel: 1, bias: true, initializer: .zeros),
    ]
  }

  /// The middle of a cell in pixels.
  package static func center(column: Int, row: Int) -> Point {
    Point(x: (Double(column) + 0.5) * Double(cell) - 0.5, y: (Double(row) + 0.5) * Double(cell) - 0.5)
  }

  /// The four numbers behind the logit for a face seen from a cell.
  package static func numbers(of face: FacePlace, column: Int, row: Int) -> [Float] {
    let center = center(column: column, row: row)
    return [
      Float(2 * (face.center.x - center.x) / typicalSide), Float(2 * (face.center.y - center.y) / typicalSide),
      Float(log(face.side / typicalSide)), Float(face.roll),
    ]
  }

  /// The face that such numbers are of.
  package static func face(_ numbers: [Float], column: Int, row: Int) -> FacePlace {
    let center = center(column: column, row: row)
    func limited(_ value: Float, _ limit: Double) -> Double { min(max(Double(value), -limit), limit) }
    return FacePlace(
      center: Point(
        x: center.x + limited(numbers[0], 2) * typicalSide / 2, y: center.y + limited(numbers[1], 2) * typicalSide / 2),
      side: typicalSide * exp(limited(numbers[2], 1)), roll: limited(numbers[3], .pi))
  }
}
