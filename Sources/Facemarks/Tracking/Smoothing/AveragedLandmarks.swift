import Glibc
import Imaging

/// An exponential moving average of every coordinate: after a step of the face the distance left falls to 1/e within the
/// time constant, whatever the frame rate.
package struct AveragedLandmarks: LandmarkSmoother {
  /// Seconds.
  private let timeConstant: Double
  private var state: [Point] = []

  package init(timeConstant: Double = 0.05) { self.timeConstant = timeConstant }

  package mutating func smooth(_ points: [Point], unit: Double, step: Double) -> [Point] {
    guard state.count == points.count else {
      state = points
      return points
    }
    let weight = 1 - exp(-step / timeConstant)
    for index in points.indices {
      state[index].x += weight * (points[index].x - state[index].x)
      state[index].y += weight * (points[index].y - state[index].y)
    }
    return state
  }
}
