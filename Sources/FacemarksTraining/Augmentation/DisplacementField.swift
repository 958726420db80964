import Facemarks
import Glibc
import Imaging
import NeuralNetwork

/// A smooth random field that moves every point a little: noise blurred with a Gaussian (Simard, Steinkraus and Platt, "Best
/// practices for convolutional neural networks", 2003), kept on a coarse grid and linear in between.
struct DisplacementField: CropWarp {
  /// The distance of neighbouring nodes, and where the first one stands, in crop pixels.
  private static let pitch = 4.0
  private static let first = -8.0
  /// Nodes along each axis: up to 104 pixels.
  private static let count = 29
  /// The Gaussian's standard deviation, in nodes: a seventh of the crop's side, as Simard's 4 of 28 pixels.
  private static let deviation = Float(FaceCrop.side) / 7 / Float(pitch)
  /// No two points may come closer to each other than by this share of their distance, so that the field can be undone.
  private static let steepest: Float = 0.9

  private var right: [Float]
  private var down: [Float]

  /// - Parameter strength: root mean square of the displacement along each axis, in pixels. Where chance makes a field so
  ///   steep that it would fold the crop, all of it is weakened.
  init(strength: Float, random: inout RandomGenerator) {
    right = Self.noise(strength: strength, random: &random)
    down = Self.noise(strength: strength, random: &random)
    let slope = max(Self.slope(right), Self.slope(down))
    if slope > Self.steepest {
      for index in right.indices {
        right[index] *= Self.steepest / slope
        down[index] *= Self.steepest / slope
      }
    }
  }

  func apply(_ point: Point) -> Point {
    let x = min(max((point.x - Self.first) / Self.pitch, 0), Double(Self.count - 1))
    let y = min(max((point.y - Self.first) / Self.pitch, 0), Double(Self.count - 1))
    let (column, row) = (min(Int(x), Self.count - 2), min(Int(y), Self.count - 2))
    let (fx, fy) = (x - Double(column), y - Double(row))
    let at = row * Self.count + column
    func value(_ field: [Float]) -> Double {
      let top = Double(field[at]) * (1 - fx) + Double(field[at + 1]) * fx
      let bottom = Double(field[at + Self.count]) * (1 - fx) + Double(field[at + Self.count + 1]) * fx
      return top * (1 - fy) + bottom * fy
    }
    return Point(x: point.x + value(right), y: point.y + value(down))
  }

  /// By fixed-point iteration: the field changes by less than the distance between two points, so each step comes closer.
  func unapply(_ point: Point) -> Point? {
    var place = point
    for _ in 0..<300 {
      let moved = apply(place)
      let (x, y) = (point.x - moved.x, point.y - moved.y)
      place = Point(x: place.x + x, y: place.y + y)
      if abs(x) < 1e-7, abs(y) < 1e-7 { break }
    }
    return place
  }

  /// Normal noise around the grid, blurred along both axes.
  private static func noise(strength: Float, random: inout RandomGenerator) -> [Float] {
    let radius = Int((3 * deviation).rounded(.up))
    var kernel = (-radius...radius).map { exp(-0.5 * Float($0 * $0) / (deviation * deviation)) }
    // Blurring along one axis multiplies the variance by the sum of the squares, along both by its square.
    let power = kernel.reduce(0) { $0 + $1 * $1 }
    let scale = (strength / power).squareRoot()
    for index in kernel.indices { kernel[index] *= scale }
    let padded = count + 2 * radius
    let noise = (0..<padded * padded).map { _ in random.normal() }
    var rows = [Float](repeating: 0, count: padded * count)
    for y in 0..<padded {
      for x in 0..<count {
        for (tap, weight) in kernel.enumerated() { rows[y * count + x] += weight * noise[y * padded + x + tap] }
      }
    }
    var field = [Float](repeating: 0, count: count * count)
    for (tap, weight) in kernel.enumerated() {
      for index in field.indices { field[index] += weight * rows[index + tap * count] }
    }
    return field
  }

  /// The largest change per pixel along x plus that along y, over all cells.
  private static func slope(_ field: [Float]) -> Float {
    var largest: Float = 0
    for row in 0..<count - 1 {
      for column in 0..<count - 1 {
        let at = row * count + column
        let (a, b, c, d) = (field[at], field[at + 1], field[at + count], field[at + count + 1])
        largest = max(largest, max(abs(b - a), abs(d - c)) + max(abs(c - a), abs(d - b)))
      }
    }
    return largest / Float(pitch)
  }
}
