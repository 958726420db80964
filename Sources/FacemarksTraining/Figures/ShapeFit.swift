import Imaging

/// A turn with growth and shift, z -> a z + b in the plane of complex numbers, that lays one set of points on another.
struct ShapeFit {
  private let (re, im): (Double, Double)
  private let (tx, ty): (Double, Double)

  /// The factor of distances.
  var scale: Double { (re * re + im * im).squareRoot() }

  func apply(_ point: Point) -> Point {
    Point(x: re * point.x - im * point.y + tx, y: im * point.x + re * point.y + ty)
  }

  /// The least squares fit of pairs with weights; nil when the points are fewer than two different ones.
  private init?(_ pairs: [(from: Point, to: Point)], weights: [Double]) {
    let total = weights.reduce(0, +)
    guard total > 0 else { return nil }
    var (fromX, fromY, toX, toY) = (0.0, 0.0, 0.0, 0.0)
    for (pair, weight) in zip(pairs, weights) {
      fromX += weight * pair.from.x / total
      fromY += weight * pair.from.y / total
      toX += weight * pair.to.x / total
      toY += weight * pair.to.y / total
    }
    var (along, across, size) = (0.0, 0.0, 0.0)
    for (pair, weight) in zip(pairs, weights) {
      let (x, y) = (pair.from.x - fromX, pair.from.y - fromY)
      let (u, v) = (pair.to.x - toX, pair.to.y - toY)
      along += weight * (x * u + y * v)
      across += weight * (x * v - y * u)
      size += weight * (x * x + y * y)
    }
    guard size > 1e-9 else { return nil }
    re = along / size
    im = across / size
    tx = toX - (re * fromX - im * fromY)
    ty = toY - (im * fromX + re * fromY)
    guard scale > 1e-6, scale.isFinite else { return nil }
  }

  /// A fit that few wrong points do not pull: pairs count less the farther apart they lie after it, 1 / (1 + (d / reach)^2),
  /// found in eight rounds.
  /// - Parameter reach: in units of the target.
  static func robust(_ pairs: [(from: Point, to: Point)], reach: Double) -> ShapeFit? {
    guard pairs.count > 2 else { return nil }
    var weights = pairs.map { _ in 1.0 }
    var fit = ShapeFit(pairs, weights: weights)
    for _ in 0..<8 {
      guard let current = fit else { return nil }
      weights = pairs.map { pair in
        let distance = current.apply(pair.from).distance(to: pair.to) / reach
        return 1 / (1 + distance * distance)
      }
      fit = ShapeFit(pairs, weights: weights)
    }
    return fit
  }
}
