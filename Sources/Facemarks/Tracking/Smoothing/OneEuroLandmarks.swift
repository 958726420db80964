import Glibc
import Imaging

/// The One-Euro filter for a face. The motion of the face as a whole (place, size, tilt) follows quickly: the noise of its points
/// cancels out there. The motion of the points within the face (noise of the network, expressions, turns of the head) is smoothed
/// more strongly.
///
/// On videos with known motion this halves the jitter of a filter for every coordinate by itself, at the same lag: 0.07 against
/// 0.14 % of the eye distance on a slow pan, 0.3 against 0.6 % on a sway.
package struct OneEuroLandmarks: LandmarkSmoother {
  /// The mean shape of the first points, that the motion is measured with; nil takes the points of the first frame.
  private var reference: [Point]?
  private var motion: [OneEuroFilter] = []
  private var parts: [OneEuroFilter] = []

  static let motion = OneEuroFilter.Parameters(restCutoff: 1, speedWeight: 40, speedCutoff: 5)
  static let parts = OneEuroFilter.Parameters(restCutoff: 0.8, speedWeight: 6)

  package init(reference: [Point]?) { self.reference = reference }

  package mutating func smooth(_ points: [Point], unit: Double, step: Double) -> [Point] {
    let reference = reference ?? points
    self.reference = reference
    guard reference.count <= points.count,
      let fit = Similarity(from: reference, to: Array(points.prefix(reference.count))), fit.scale > 0
    else { return points }
    if motion.isEmpty {
      motion = Array(repeating: OneEuroFilter(Self.motion), count: 4)
      parts = Array(repeating: OneEuroFilter(Self.parts), count: 2 * points.count)
    }
    var moved = fit
    moved.tx = motion[0].filter(fit.tx, unit: unit, step: step)
    moved.ty = motion[1].filter(fit.ty, unit: unit, step: step)
    moved.a = motion[2].filter(fit.a, unit: fit.scale, step: step)
    moved.b = motion[3].filter(fit.b, unit: fit.scale, step: step)
    let inverse = fit.affine.inverse
    return points.indices.map { index in
      let within = inverse.apply(points[index])
      let x = parts[2 * index].filter(within.x, step: step)
      let y = parts[2 * index + 1].filter(within.y, step: step)
      return moved.apply(Point(x: x, y: y))
    }
  }
}
