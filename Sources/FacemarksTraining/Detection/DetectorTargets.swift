import Facemarks
import Glibc
import Imaging
import NeuralNetwork

/// The targets of the detector's network for a batch of tiles, and the loss.
package struct DetectorTargets {
  package static let layout = DetectorGrid.Layout(width: DetectorTiles.side, height: DetectorTiles.side)
  /// Of all heads on a tile.
  package static var cells: Int { layout.cells }

  /// For each cell of each tile: whether there is a face to be found.
  package var isFace: [Bool]
  /// The weight of a cell's logit: 0 where it does not count, as at the edge of a face's middle.
  package var weights: [Float]
  /// The other planes' numbers, cell by cell.
  package var numbers: [Float]
  /// Whether the tilt is known.
  package var knowsTilt: [Bool]
  package let count: Int

  /// - Parameter count: of tiles; nothing is on them.
  package init(count: Int) {
    self.count = count
    let cells = count * Self.cells
    isFace = [Bool](repeating: false, count: cells)
    weights = [Float](repeating: 1, count: cells)
    numbers = [Float](repeating: 0, count: cells * DetectorGrid.numberCount)
    knowsTilt = isFace
  }

  /// The targets of several batches one after the other.
  package init(joining parts: [DetectorTargets]) {
    count = parts.reduce(0) { $0 + $1.count }
    isFace = parts.flatMap(\.isFace)
    weights = parts.flatMap(\.weights)
    numbers = parts.flatMap(\.numbers)
    knowsTilt = parts.flatMap(\.knowsTilt)
  }

  /// The index of the logit of a cell of the batch in the network's output.
  package static func place(_ index: Int) -> Int {
    let (tile, cell) = index.quotientAndRemainder(dividingBy: cells)
    let head = layout.head(of: cell)
    return tile * DetectorGrid.planes * cells + layout.place(head, cell: cell - layout.firstCells[head])
  }

  /// Cells nearer to a face's middle than this, in its sides, are to find it; those a little further off are not asked.
  private static let near = 0.22
  private static let far = 0.5
  /// The nearest cell finds it at least, unless the middle lies outside of the tile.
  private static let farthest = 0.35

  /// Puts a face onto a tile: one to be found by the heads that are for its size; there is nothing to be found by the others.
  package mutating func add(_ face: RotatedSquare, knowsTilt tilt: Bool, tile: Int) {
    for (number, head) in DetectorGrid.heads.enumerated() where head.possibleSides.contains(face.side) {
      let distances = (0..<Self.layout.cells(number)).map {
        Self.layout.center(number, cell: $0).distance(to: face.center) / face.side
      }
      let isWanted = head.sides.contains(face.side)
      let nearest = distances.min() ?? .infinity
      for (cell, distance) in distances.enumerated() where distance < Self.far {
        let index = tile * Self.cells + Self.layout.firstCells[number] + cell
        let finds = isWanted && (distance < Self.near || distance == nearest && distance < Self.farthest)
        guard finds else {
          weights[index] = isFace[index] ? weights[index] : 0
          continue
        }
        (isFace[index], weights[index], knowsTilt[index]) = (true, 1, tilt)
        let values = DetectorGrid.numbers(of: face, from: Self.layout.center(number, cell: cell), head)
        for (plane, value) in values.enumerated() { numbers[index * values.count + plane] = value }
      }
    }
  }

  /// Excludes a place that may be a face or not from the loss of every head.
  package mutating func ignore(_ face: RotatedSquare, tile: Int) {
    for number in DetectorGrid.heads.indices {
      let reach = Self.far * face.side + Double(DetectorGrid.heads[number].cell) / 2
      for cell in 0..<Self.layout.cells(number)
      where Self.layout.center(number, cell: cell).distance(to: face.center) < reach {
        let index = tile * Self.cells + Self.layout.firstCells[number] + cell
        if !isFace[index] { weights[index] = 0 }
      }
    }
  }

  /// The weight of place and size beside the logit.
  private static let placeWeight: Float = 6
  /// The loss of place, size and tilt: squared, then linear.
  private static let place = SmoothL1(beta: 0.05)
  /// The weight of a face beside that of none.
  private static let faceWeight: Float = 2

  /// The focal loss of the logits (Lin et al., "Focal loss for dense object detection", 2017; gamma 2) by the number of cells
  /// that find a face, and the mean loss of the numbers there.
  /// - Parameters:
  ///   - output: `[count, planes * cells]`, see `DetectorGrid.Layout`.
  ///   - gradient: gets the derivative with respect to it.
  package func loss(_ output: Tensor, gradient: Tensor) -> Double {
    gradient.resize(output.shape)
    gradient.fill(0)
    let found = Float(max(1, isFace.count { $0 }))
    let tilted = Float(max(1, knowsTilt.count { $0 }))
    let (placeCount, numberCount) = (3, DetectorGrid.numberCount)
    var total = 0.0
    for tile in 0..<count {
      for head in DetectorGrid.heads.indices {
        let step = Self.layout.cells(head)
        for cell in 0..<step {
          let index = tile * Self.cells + Self.layout.firstCells[head] + cell
          guard weights[index] > 0 else { continue }
          let at = tile * DetectorGrid.planes * Self.cells + Self.layout.place(head, cell: cell)
          let (value, slope) = Self.focal(output.pointer[at], isFace: isFace[index])
          let weight = weights[index] * (isFace[index] ? Self.faceWeight : 1) / found
          total += Double(weight * value)
          gradient.pointer[at] = weight * slope
          guard isFace[index] else { continue }
          for number in 0..<numberCount where number < placeCount || knowsTilt[index] {
            let place = at + (number + 1) * step
            let difference = output.pointer[place] - numbers[index * numberCount + number]
            let weight = number < placeCount ? Self.placeWeight / (Float(placeCount) * found) : 1 / tilted
            total += Double(weight * Self.place.value(difference))
            gradient.pointer[place] = weight * Self.place.slope(difference)
          }
        }
      }
    }
    return total
  }

  /// -(1 - q)^2 log q for the probability q of what is there, and its derivative with respect to the logit.
  private static func focal(_ logit: Float, isFace: Bool) -> (value: Float, slope: Float) {
    let margin = isFace ? logit : -logit
    let q = 1 / (1 + exp(-margin))
    // log q, which overflows nowhere.
    let log = -(log1p(exp(-abs(margin))) + max(-margin, 0))
    let rest = 1 - q
    let slope = rest * rest * (2 * q * log - rest)
    return (-rest * rest * log, isFace ? slope : -slope)
  }
}
