/// A position in a picture: x to the right, y down, in pixels, pixel centres at integers.
public struct Point: Hashable, Sendable, Codable {
  /// The column: 0 is the centre of the first one.
  public var x: Double
  /// The row: 0 is the centre of the first one.
  public var y: Double

  /// A point in pixels.
  public init(x: Double, y: Double) {
    self.x = x
    self.y = y
  }

  package func distance(to other: Point) -> Double {
    ((x - other.x) * (x - other.x) + (y - other.y) * (y - other.y)).squareRoot()
  }
}

/// An upright rectangle of pixels. `x` and `y` name the first column and row it covers, so in continuous coordinates
/// (pixel centres at integers) it reaches from `x - 0.5` to `x + width - 0.5`.
public struct Box: Hashable, Sendable, Codable {
  /// The first column, which need not be a whole number.
  public var x: Double
  /// The first row, which need not be a whole number.
  public var y: Double
  /// The width in pixels.
  public var width: Double
  /// The height in pixels.
  public var height: Double

  /// A box in pixels.
  public init(x: Double, y: Double, width: Double, height: Double) {
    self.x = x
    self.y = y
    self.width = width
    self.height = height
  }

  /// The centre in continuous coordinates.
  public var center: Point { Point(x: x + (width - 1) / 2, y: y + (height - 1) / 2) }

  /// Intersection over union with another box, 0...1.
  package func overlap(_ other: Box) -> Double {
    let w = min(x + width, other.x + other.width) - max(x, other.x)
    let h = min(y + height, other.y + other.height) - max(y, other.y)
    guard w > 0, h > 0 else { return 0 }
    return w * h / (width * height + other.width * other.height - w * h)
  }
}

/// A 2x3 affine map `(u, v) -> (a u + b v + tx, c u + d v + ty)` between pixel coordinates.
package struct Affine: Hashable, Sendable {
  package var a: Double
  package var b: Double
  package var c: Double
  package var d: Double
  package var tx: Double
  package var ty: Double

  package init(a: Double, b: Double, c: Double, d: Double, tx: Double, ty: Double) {
    self.a = a
    self.b = b
    self.c = c
    self.d = d
    self.tx = tx
    self.ty = ty
  }

  package func apply(_ p: Point) -> Point {
    Point(x: a * p.x + b * p.y + tx, y: c * p.x + d * p.y + ty)
  }

  /// The inverse map. The determinant must not be zero (a crop of positive size never has one).
  package var inverse: Affine {
    let k = 1 / (a * d - b * c)
    return Affine(
      a: d * k, b: -b * k, c: -c * k, d: a * k,
      tx: (b * ty - d * tx) * k, ty: (c * tx - a * ty) * k)
  }

  /// The mean factor of lengths: the square root of the factor of areas.
  package var scale: Double { abs(a * d - b * c).squareRoot() }

  /// First `self`, then `next`.
  package func then(_ next: Affine) -> Affine {
    Affine(
      a: next.a * a + next.b * c, b: next.a * b + next.b * d,
      c: next.c * a + next.d * c, d: next.c * b + next.d * d,
      tx: next.a * tx + next.b * ty + next.tx, ty: next.c * tx + next.d * ty + next.ty)
  }
}
