import Imaging

/// A map that moves, turns and scales: `(x, y) -> (a x - b y + tx, b x + a y + ty)`.
package struct Similarity: Sendable, Hashable {
  package var a: Double
  package var b: Double
  package var tx: Double
  package var ty: Double

  var affine: Affine { Affine(a: a, b: -b, c: b, d: a, tx: tx, ty: ty) }
  package var scale: Double { (a * a + b * b).squareRoot() }

  package func apply(_ p: Point) -> Point { Point(x: a * p.x - b * p.y + tx, y: b * p.x + a * p.y + ty) }

  /// The one that takes `source` nearest to `target` (least squares); nil when the points of `source` are all in one place.
  ///
  /// With both sides' means taken off, `a + ib` is the sum of `target * conj(source)` over the sum of `|source|^2`.
  package init?(from source: [Point], to target: [Point]) {
    precondition(source.count == target.count, "as many points on both sides")
    let (from, to) = (Self.mean(source), Self.mean(target))
    var (along, across, spread) = (0.0, 0.0, 0.0)
    for (p, q) in zip(source, target) {
      let (x, y) = (p.x - from.x, p.y - from.y)
      let (u, v) = (q.x - to.x, q.y - to.y)
      along += u * x + v * y
      across += v * x - u * y
      spread += x * x + y * y
    }
    guard spread > 0, spread.isFinite, along.isFinite, across.isFinite else { return nil }
    a = along / spread
    b = across / spread
    tx = to.x - (a * from.x - b * from.y)
    ty = to.y - (b * from.x + a * from.y)
  }

  private static func mean(_ points: [Point]) -> Point {
    let count = Double(max(points.count, 1))
    return Point(x: points.reduce(0) { $0 + $1.x } / count, y: points.reduce(0) { $0 + $1.y } / count)
  }
}
