import Glibc

/// Three numbers.
package struct Vector3: Sendable, Hashable {
  package var x: Double
  package var y: Double
  package var z: Double

  init(_ x: Double, _ y: Double, _ z: Double) { (self.x, self.y, self.z) = (x, y, z) }

  var length: Double { dot(self).squareRoot() }

  func dot(_ other: Vector3) -> Double { x * other.x + y * other.y + z * other.z }

  func cross(_ other: Vector3) -> Vector3 {
    Vector3(y * other.z - z * other.y, z * other.x - x * other.z, x * other.y - y * other.x)
  }

  package static func + (a: Vector3, b: Vector3) -> Vector3 { Vector3(a.x + b.x, a.y + b.y, a.z + b.z) }
  static func - (a: Vector3, b: Vector3) -> Vector3 { Vector3(a.x - b.x, a.y - b.y, a.z - b.z) }
  package static func * (a: Double, b: Vector3) -> Vector3 { Vector3(a * b.x, a * b.y, a * b.z) }
}

/// A rotation, as a matrix by its rows.
struct Rotation: Sendable, Hashable {
  var rows: (Vector3, Vector3, Vector3) {
    get { (first, second, third) }
    set { (first, second, third) = newValue }
  }
  private var first: Vector3
  private var second: Vector3
  private var third: Vector3

  /// The rotation whose first two rows are nearest to these directions: the first as it is, the second made perpendicular. Nil where
  /// they are parallel.
  init?(first: Vector3, second: Vector3) {
    guard first.length > 0 else { return nil }
    let one = (1 / first.length) * first
    let rest = second - one.dot(second) * one
    guard rest.length > 1e-9 * second.length else { return nil }
    let two = (1 / rest.length) * rest
    (self.first, self.second, third) = (one, two, one.cross(two))
  }

  func callAsFunction(_ v: Vector3) -> Vector3 { Vector3(first.dot(v), second.dot(v), third.dot(v)) }

  /// This rotation and then one about an axis by its length in radians (Rodrigues).
  func turned(by axis: Vector3) -> Rotation {
    let angle = axis.length
    guard angle > 1e-12 else { return self }
    let unit = (1 / angle) * axis
    let (sine, cosine) = (sin(angle), cos(angle))
    func turn(_ v: Vector3) -> Vector3 {
      cosine * v + sine * unit.cross(v) + ((1 - cosine) * unit.dot(v)) * unit
    }
    let columns = (
      turn(Vector3(first.x, second.x, third.x)), turn(Vector3(first.y, second.y, third.y)),
      turn(Vector3(first.z, second.z, third.z))
    )
    return Rotation(
      first: Vector3(columns.0.x, columns.1.x, columns.2.x), second: Vector3(columns.0.y, columns.1.y, columns.2.y))
      ?? self
  }
}
