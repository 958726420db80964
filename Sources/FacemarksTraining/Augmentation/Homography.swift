import Facemarks
import Imaging

/// A projective map of the plane, given by where the corners of the crop go (Heckbert, "Fundamentals of texture mapping
/// and image warping", 1989, section 2.2.3).
struct Homography: CropWarp {
  // (a u + b v + c, d u + e v + f) / (g u + h v + 1), with u and v 0...1 from edge to edge of the crop.
  private let a, b, c, d, e, f, g, h: Double

  /// - Parameter corners: where the upper left, upper right, lower right and lower left corner of the crop go; a convex
  ///   quadrilateral in this order.
  init(corners: (Point, Point, Point, Point)) {
    let (p, q, r, s) = corners
    let (x1, y1) = (q.x - r.x, q.y - r.y)
    let (x2, y2) = (s.x - r.x, s.y - r.y)
    let (x3, y3) = (p.x - q.x + r.x - s.x, p.y - q.y + r.y - s.y)
    let determinant = x1 * y2 - x2 * y1
    g = (x3 * y2 - x2 * y3) / determinant
    h = (x1 * y3 - x3 * y1) / determinant
    a = q.x - p.x + g * q.x
    b = s.x - p.x + h * s.x
    c = p.x
    d = q.y - p.y + g * q.y
    e = s.y - p.y + h * s.y
    f = p.y
  }

  private static let side = Double(FaceCrop.side)

  /// Within the crop the divisor is above 0; far outside the plane would fold over, which this prevents.
  private static let smallestDivisor = 0.05

  func apply(_ point: Point) -> Point {
    let (u, v) = ((point.x + 0.5) / Self.side, (point.y + 0.5) / Self.side)
    let divisor = max(g * u + h * v + 1, Self.smallestDivisor)
    return Point(x: (a * u + b * v + c) / divisor, y: (d * u + e * v + f) / divisor)
  }

  func unapply(_ point: Point) -> Point? {
    // The two equations of `apply` are linear in u and v for a given result.
    let (m, n) = (a - point.x * g, b - point.x * h)
    let (k, l) = (d - point.y * g, e - point.y * h)
    let determinant = m * l - n * k
    let (s, t) = (point.x - c, point.y - f)
    let (u, v) = ((s * l - n * t) / determinant, (m * t - s * k) / determinant)
    guard u.isFinite, v.isFinite, g * u + h * v + 1 >= Self.smallestDivisor else { return nil }
    return Point(x: u * Self.side - 0.5, y: v * Self.side - 0.5)
  }
}
