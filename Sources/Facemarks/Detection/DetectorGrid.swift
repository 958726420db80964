import Glibc
import Imaging
import NeuralNetwork

/// The outputs of the detector's network. It has three heads for three ranges of face sizes of about an octave each. A head
/// gives planes with one number for each cell of the picture:
///
/// - the logit of a face's middle being near the cell's,
/// - where it is from there, in half typical sides to the right and down,
/// - the logarithm of the face's side, in typical sides,
/// - cosine and sine of its tilt (see `RotatedSquare.roll`).
///
/// A detector without anchors (as FCOS, Tian et al., 2019, or YuNet, Wu et al., 2023), with squares for boxes.
package enum DetectorGrid {
  /// One of the network's heads.
  package struct Head: Sendable, Hashable {
    /// The side of a cell in pixels.
    package let cell: Int
    /// The side in pixels of a face in the middle of its range.
    package let typicalSide: Double
    /// The sides, in pixels, of the faces that it must find; the ranges of neighbouring heads overlap.
    package let sides: ClosedRange<Double>
    /// Faces of these sides count neither for nor against it in training; all others belong to other heads.
    package let possibleSides: ClosedRange<Double>
  }

  package static let heads = [
    Head(cell: 8, typicalSide: 15, sides: 9...24, possibleSides: 7...31),
    Head(cell: 16, typicalSide: 35, sides: 19...58, possibleSides: 15...75),
    Head(cell: 32, typicalSide: 85, sides: 46...150, possibleSides: 36...195),
  ]
  package static let planes = 6
  /// The numbers behind the logit.
  package static let numberCount = planes - 1
  /// Extents of the input are multiples of the largest cell.
  package static let step = 32

  /// The layers: a small residual net (He et al., 2016) with a feature pyramid (Lin et al., 2017), so that a small face's
  /// surroundings count; 1,604 multiply-adds a pixel, without any that depends on the picture's size.
  package static var layers: [LayerDescription] {
    func head(_ filters: Int) -> [LayerDescription] {
      [.residual(filters), .conv(planes, kernel: 1, bias: true, initializer: .zeros)]
    }
    func downward(_ filters: Int) -> [LayerDescription] { [.conv(filters, kernel: 1, initializer: .zeros)] }
    return [
      .multiScale(
        [
          (
            stage: [
              .conv(8, stride: 2), .norm(.relu), .conv(16, stride: 2), .norm(.relu), .conv(32, stride: 2), .norm(.relu),
              .residual(32),
            ], head: head(32)
          ),
          (stage: [.conv(48, stride: 2), .norm(.relu), .residual(48), .residual(48)], head: head(48)),
          (
            stage: [.conv(64, stride: 2), .norm(.relu), .residual(64), .residual(64), .residual(64)],
            head: head(64)
          ),
        ], downward: [downward(32), downward(48)])
    ]
  }

  /// The layout of the outputs of one picture: head by head, plane by plane, row by row.
  package struct Layout: Sendable, Hashable {
    /// Columns of cells of each head.
    package let columns: [Int]
    package let rows: [Int]
    /// The first cell of each head, counted over all heads; at the end the number of all cells.
    package let firstCells: [Int]

    /// Of a picture whose extents are multiples of `step`.
    package init(width: Int, height: Int) {
      columns = heads.map { width / $0.cell }
      rows = heads.map { height / $0.cell }
      var first = [0]
      for (columns, rows) in zip(columns, rows) { first.append((first.last ?? 0) + columns * rows) }
      firstCells = first
    }

    package var cells: Int { firstCells[heads.count] }
    /// The head of a cell, if all heads' cells are counted.
    package func head(of cell: Int) -> Int { heads.indices.last { firstCells[$0] <= cell } ?? 0 }
    package func cells(_ head: Int) -> Int { columns[head] * rows[head] }

    /// The index of the logit of a head's cell; each further plane is `cells(head)` behind.
    package func place(_ head: Int, cell: Int) -> Int { planes * firstCells[head] + cell }

    /// The middle of a cell in pixels.
    package func center(_ head: Int, cell: Int) -> Point {
      let side = Double(heads[head].cell)
      return Point(
        x: (Double(cell % columns[head]) + 0.5) * side - 0.5, y: (Double(cell / columns[head]) + 0.5) * side - 0.5)
    }
  }

  /// The numbers behind the logit for a face seen from a place by a head.
  package static func numbers(of face: RotatedSquare, from center: Point, _ head: Head) -> [Float] {
    [
      Float(2 * (face.center.x - center.x) / head.typicalSide),
      Float(2 * (face.center.y - center.y) / head.typicalSide),
      Float(log(face.side / head.typicalSide)), Float(cos(face.roll)), Float(sin(face.roll)),
    ]
  }

  /// The face that such numbers are of.
  package static func face(_ numbers: [Float], from center: Point, _ head: Head) -> RotatedSquare {
    func limited(_ value: Float, _ limit: Double) -> Double { min(max(Double(value), -limit), limit) }
    let half = head.typicalSide / 2
    return RotatedSquare(
      center: Point(x: center.x + limited(numbers[0], 3) * half, y: center.y + limited(numbers[1], 3) * half),
      side: head.typicalSide * exp(limited(numbers[2], 1.2)), roll: Double(atan2(numbers[4], numbers[3])))
  }
}
