import Glibc
import Imaging

/// Where a filter's picture is on the head, in head coordinates (`CanonicalHead`): a surface that is flat, bent about the head's
/// vertical, or in relief, each row of the picture at its own depth.
struct HeadPlace: Sendable, Hashable, Decodable {
  /// Of the picture, in millimetres.
  var width: Double
  /// Of the picture's middle: x, y and z.
  var center: [Double]
  /// The radius of the cylinder that it is bent to, in millimetres; nil leaves it flat.
  var bend: Double?
  /// Pairs of a height y and what is added there to the depth z, linear between them.
  var relief: [[Double]]?
  /// The x and z of a vertical axis about which the picture turns to the camera; nil turns it with the head.
  var axis: [Double]?

  /// What is wrong with it; nil where it is good.
  var problem: String? {
    func isGood(_ values: [Double]?, _ count: Int) -> Bool {
      values.map { $0.count == count && $0.allSatisfy { abs($0) <= 1000 } } ?? true
    }
    if !(width > 0 && width <= 1000) { return "the width of its place is not a number above 0 and at most 1000" }
    if !isGood(center, 3) { return "the center of its place is not three numbers, [x, y, z], of at most 1000" }
    if let bend, !(bend >= 1 && bend <= 10_000) { return "the bend of its place is not 1 to 10000" }
    if !isGood(axis, 2) { return "the axis of its place is not two numbers, [x, z], of at most 1000" }
    let relief = relief ?? []
    guard relief.allSatisfy({ isGood($0, 2) }), zip(relief, relief.dropFirst()).allSatisfy({ $0[0] < $1[0] }) else {
      return "the relief of its place is not a list of [y, z] in the order of y"
    }
    return nil
  }

  /// The depth of a column behind the middle one: a circle's up to nine tenths of its radius, then along the tangent.
  private func drop(_ x: Double) -> Double {
    guard let bend else { return 0 }
    let inside = min(abs(x), 0.9 * bend)
    let height = (bend * bend - inside * inside).squareRoot()
    return bend - height + (abs(x) - inside) * inside / height
  }

  private func rise(_ y: Double) -> Double {
    guard let relief, let first = relief.first, let last = relief.last else { return 0 }
    if y <= first[0] { return first[1] }
    for (low, high) in zip(relief, relief.dropFirst()) where y < high[0] {
      return low[1] + (y - low[0]) / (high[0] - low[0]) * (high[1] - low[1])
    }
    return last[1]
  }

  /// Head coordinates of a place in the picture.
  /// - Parameters:
  ///   - x: millimetres from the picture's middle, to the subject's left; y upwards.
  ///   - camera: in head coordinates.
  private func point(_ x: Double, _ y: Double, camera: Vector3) -> Vector3 {
    let flat = Vector3(center[0] + x, center[1] + y, center[2] + rise(center[1] + y) - drop(x))
    guard let axis else { return flat }
    let angle = atan2(camera.x - axis[0], camera.z - axis[1])
    let (dx, dz) = (flat.x - axis[0], flat.z - axis[1])
    return Vector3(axis[0] + cos(angle) * dx + sin(angle) * dz, flat.y, axis[1] + cos(angle) * dz - sin(angle) * dx)
  }

  /// Squares of the surface along each side.
  private static let squares = 24
  private static let net = Grid.triangles(columns: squares, rows: squares)

  /// The surface as a camera sees it.
  /// - Parameter width: of the picture in pixels; `height` likewise.
  func seen(by view: HeadView, width: Int, height: Int) -> SeenSurface? {
    let count = Self.squares
    let scale = self.width / Double(width)
    var surface = SeenSurface(corners: [], triangles: Self.net)
    for row in 0...count {
      for column in 0...count {
        let (u, v) = (Double(column * width) / Double(count), Double(row * height) / Double(count))
        let place = point(
          (u - Double(width) / 2) * scale, (Double(height) / 2 - v) * scale, camera: view.camera)
        guard let corner = view.project(place) else { return nil }
        surface.corners.append(corner)
        surface.artwork.append(SIMD2(u - 0.5, v - 0.5))
      }
    }
    return surface
  }
}

/// Triangles of a net of squares, its corners row by row.
enum Grid {
  static func triangles(columns: Int, rows: Int) -> [SIMD3<Int>] {
    (0..<rows).flatMap { row in
      (0..<columns).flatMap { column in
        let first = row * (columns + 1) + column
        let below = first + columns + 1
        return [SIMD3(first, first + 1, below), SIMD3(first + 1, below + 1, below)]
      }
    }
  }
}
