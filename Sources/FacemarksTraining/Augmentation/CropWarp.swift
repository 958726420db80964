import Imaging

/// A bent change of a crop: takes pixels of the crop as it is now to pixels of the crop as it was before.
package protocol CropWarp: Sendable {
  func apply(_ point: Point) -> Point

  /// Changes many points in place; the same as `apply` for each.
  func apply(to points: UnsafeMutableBufferPointer<Point>)

  /// The pixel that `apply` takes to `point`; nil where there is none.
  func unapply(_ point: Point) -> Point?
}

extension CropWarp {
  package func apply(to points: UnsafeMutableBufferPointer<Point>) {
    for index in points.indices { points[index] = apply(points[index]) }
  }
}

/// Straight changes that come after bent ones stand among them.
extension Affine: CropWarp {
  package func unapply(_ point: Point) -> Point? { inverse.apply(point) }
}
