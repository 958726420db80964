import Imaging

/// The mean of shapes whatever their place, size and turn: generalised Procrustes analysis (Gower, 1975) of plane shapes as
/// complex numbers.
struct MeanShape {
  /// x then y of each point: the mean shape at the shapes' mean centre, in their mean size and turned as their mean is.
  let placed: [Float]

  /// - Parameter shapes: x then y of each point; all of them with the same points.
  /// - Returns: nil for fewer than three shapes, and for shapes without extent.
  init?(_ shapes: [[Float]]) {
    guard shapes.count >= 3, let points = shapes.first.map({ $0.count / 2 }), points > 1 else { return nil }
    let count = Double(shapes.count)
    let all = shapes.map { shape in (0..<points).map { Complex(Double(shape[2 * $0]), Double(shape[2 * $0 + 1])) } }
    let centers = all.map { $0.reduce(Complex(0, 0), +) / Double(points) }
    let centered = zip(all, centers).map { shape, center in shape.map { $0 - center } }
    let sizes = centered.map(Self.size)
    guard sizes.allSatisfy({ $0 > 0 }) else { return nil }
    let unit = zip(centered, sizes).map { shape, size in shape.map { $0 / size } }
    let plain = Self.sum(centered)
    var mean = unit[0]
    for _ in 0..<100 {
      let turned = unit.map { Self.turned($0, towards: mean) }
      let sum = Self.sum(turned)
      let size = Self.size(sum)
      guard size > 0 else { return nil }
      let next = sum.map { $0 / size }
      let change = Self.size(zip(next, mean).map { $0 - $1 })
      mean = next
      if change < 1e-12 { break }
    }
    let center = centers.reduce(Complex(0, 0), +) / count
    let size = sizes.reduce(0, +) / count
    placed = Self.turned(mean, towards: plain).flatMap { point in
      [Float(point.x * size + center.x), Float(point.y * size + center.y)]
    }
  }

  /// A complex number; x is its real part.
  private struct Complex {
    var x: Double
    var y: Double

    init(_ x: Double, _ y: Double) { (self.x, self.y) = (x, y) }

    static func + (a: Complex, b: Complex) -> Complex { Complex(a.x + b.x, a.y + b.y) }
    static func - (a: Complex, b: Complex) -> Complex { Complex(a.x - b.x, a.y - b.y) }
    static func * (a: Complex, b: Complex) -> Complex { Complex(a.x * b.x - a.y * b.y, a.x * b.y + a.y * b.x) }
    static func / (a: Complex, b: Double) -> Complex { Complex(a.x / b, a.y / b) }
    var conjugate: Complex { Complex(x, -y) }
    var size: Double { (x * x + y * y).squareRoot() }
  }

  private static func size(_ shape: [Complex]) -> Double {
    shape.reduce(0) { $0 + $1.x * $1.x + $1.y * $1.y }.squareRoot()
  }

  private static func sum(_ shapes: [[Complex]]) -> [Complex] {
    shapes.dropFirst().reduce(shapes.first ?? []) { sum, shape in zip(sum, shape).map { $0 + $1 } }
  }

  /// Turned about its centre so that it lies on the other as well as it can.
  private static func turned(_ shape: [Complex], towards other: [Complex]) -> [Complex] {
    let product = zip(shape, other).reduce(Complex(0, 0)) { $0 + $1.0.conjugate * $1.1 }
    guard product.size > 0 else { return shape }
    let turn = product / product.size
    return shape.map { $0 * turn }
  }
}
