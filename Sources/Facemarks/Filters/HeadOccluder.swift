import Glibc
import Imaging

/// A coarse head that hides what is behind it: two ellipsoids, for the skull and for the face, and the nose of the mean head. A few
/// millimetres within the skin, so that what lies on the skin is seen.
enum HeadOccluder {
  private static let ellipsoids: [(center: Vector3, radii: Vector3)] = [
    (Vector3(0, 25, -75), Vector3(72, 88, 92)), (Vector3(0, -55, -37), Vector3(60, 72, 60)),
  ]
  /// How far the nose is set back.
  private static let depth = 3.0
  /// The points of iBUG of the nose's right half from top to bottom, with the eye's inner corner; then the left half. Clockwise from
  /// the front.
  private static let nose = [
    (27, 28, 39), (28, 31, 39), (28, 29, 31), (29, 30, 31), (30, 33, 31),
    (27, 42, 28), (28, 42, 35), (28, 35, 29), (29, 35, 30), (30, 35, 33),
  ]
  private static let (columns, rows) = (32, 16)

  /// Corners in head coordinates, and triangles.
  private static let mesh: (corners: [Vector3], triangles: [SIMD3<Int>]) = {
    var corners = CanonicalHead.bundled.mean.map { Vector3($0.x, $0.y, $0.z - depth) }
    var triangles = nose.map {
      SIMD3(CanonicalHead.place(of: $0.0), CanonicalHead.place(of: $0.1), CanonicalHead.place(of: $0.2))
    }
    for (center, radii) in ellipsoids {
      let first = corners.count
      for row in 0...rows {
        for column in 0...columns {
          let (up, around) = (Double.pi * Double(row) / Double(rows), 2 * Double.pi * Double(column) / Double(columns))
          corners.append(
            center + Vector3(radii.x * sin(up) * sin(around), radii.y * cos(up), radii.z * sin(up) * cos(around)))
        }
      }
      triangles += Grid.triangles(columns: columns, rows: rows).map { $0 &+ first }
    }
    return (corners, triangles)
  }()

  static func seen(by view: HeadView) -> SeenSurface? {
    let corners = mesh.corners.compactMap { view.project($0) }
    guard corners.count == mesh.corners.count else { return nil }
    return SeenSurface(corners: corners, triangles: mesh.triangles)
  }
}
