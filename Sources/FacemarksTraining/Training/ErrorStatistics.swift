import Facemarks
import Imaging

/// The errors of predictions, collected face by face.
///
/// - RMSE: in pixels of the 96x96 crop, over all coordinates that are there.
/// - NME: the mean distance of a face's points divided by the distance of its eye centres, averaged over the faces with both. Where
///   only the 68 points of iBUG are known, an eye's centre is the mean of its six.
/// - Failures: faces with an NME above a limit, 0.1 unless it is named.
/// - AUC: the area under the cumulative curve of the NME from 0 to that limit, in trapezoids of a 500th of it.
package struct ErrorStatistics: Sendable {
  package struct PointError: Codable, Hashable, Sendable {
    package var name: String
    /// The number of faces that have the point.
    package var count: Int
    package var rmse: Double
    /// Nil when no face with the point has both eye centres.
    package var nme: Double?
  }

  package let scheme: LandmarkScheme
  /// The indices of the landmarks that count.
  package let landmarks: [Int]
  /// Each face's NME, in the order of adding.
  package private(set) var faceErrors: [Double] = []
  /// Likewise, divided by the distance of the outer corners of the eyes (`ibug_36`, `ibug_45`), of the faces that have the 68 points.
  package private(set) var outerCornerErrors: [Double] = []
  private var squares: [Double]
  private var magnitudes = 0.0
  private var distances: [Double]
  private var counts: [Int]
  private var scaledCounts: [Int]

  /// - Parameter landmarks: the indices of those that count; nil = all.
  package init(scheme: LandmarkScheme, landmarks: [Int]? = nil) {
    self.scheme = scheme
    self.landmarks = landmarks ?? Array(scheme.landmarks.indices)
    squares = Array(repeating: 0, count: scheme.count)
    distances = squares
    counts = Array(repeating: 0, count: scheme.count)
    scaledCounts = counts
  }

  /// - Parameters:
  ///   - predicted: in crop pixels, in the scheme's order.
  ///   - truth: likewise; nil = unknown, left out.
  package mutating func add(predicted: [Point], truth: [Point?]) {
    let ibug = scheme.ibug(truth)
    var eyeDistance: Double?
    if let eyes = scheme.eyeCenters, let left = truth[eyes.left], let right = truth[eyes.right] {
      eyeDistance = left.distance(to: right)
    } else if let ibug {
      eyeDistance = IBUGPoints.eyeCenter(ibug, isLeft: true).distance(to: IBUGPoints.eyeCenter(ibug, isLeft: false))
    }
    if eyeDistance == 0 { eyeDistance = nil }
    var (sum, known) = (0.0, 0)
    for index in landmarks {
      guard let point = truth[index] else { continue }
      let distance = predicted[index].distance(to: point)
      squares[index] += distance * distance
      magnitudes += abs(predicted[index].x - point.x) + abs(predicted[index].y - point.y)
      counts[index] += 1
      if let eyeDistance {
        distances[index] += distance / eyeDistance
        scaledCounts[index] += 1
        sum += distance / eyeDistance
        known += 1
      }
    }
    if known > 0 { faceErrors.append(sum / Double(known)) }
    if known > 0, let eyeDistance, let ibug, case let corners = ibug[36].distance(to: ibug[45]), corners > 0 {
      outerCornerErrors.append(sum / Double(known) * eyeDistance / corners)
    }
  }

  /// Root of the mean squared coordinate difference, px of 96; NaN when nothing was added.
  package var rmse: Double { (squares.reduce(0, +) / Double(2 * counts.reduce(0, +))).squareRoot() }
  /// Mean absolute coordinate difference, px of 96; NaN when nothing was added.
  package var mae: Double { magnitudes / Double(2 * counts.reduce(0, +)) }
  package var nme: Double { Self.mean(faceErrors) }
  package var failureRate: Double { Self.failureRate(faceErrors, above: 0.1) }
  package var auc: Double { Self.auc(faceErrors, to: 0.1) }

  package static func mean(_ errors: [Double]) -> Double { errors.reduce(0, +) / Double(errors.count) }

  package static func failureRate(_ errors: [Double], above limit: Double) -> Double {
    Double(errors.count { $0 > limit }) / Double(errors.count)
  }

  package static func auc(_ errors: [Double], to greatest: Double) -> Double {
    let sorted = errors.sorted()
    let steps = 500
    var (reached, area, previous) = (0, 0.0, 0.0)
    for step in 0...steps {
      let limit = greatest * Double(step) / Double(steps)
      while reached < sorted.count, sorted[reached] <= limit { reached += 1 }
      let share = Double(reached) / Double(sorted.count)
      if step > 0 { area += (share + previous) / 2 / Double(steps) }
      previous = share
    }
    return area
  }

  package var points: [PointError] {
    scheme.landmarks.indices.map { index in
      PointError(
        name: scheme.landmarks[index], count: counts[index],
        rmse: (squares[index] / Double(2 * counts[index])).squareRoot(),
        nme: scaledCounts[index] > 0 ? distances[index] / Double(scaledCounts[index]) : nil)
    }
  }
}
