import Facemarks
import Imaging

/// The errors of predictions, collected face by face.
///
/// - RMSE: in pixels of the 96x96 crop, over all coordinates that are there.
/// - NME: the mean distance of a face's points divided by the distance of its eye centres, averaged over the faces with both.
/// - Failures: faces with an NME above 0.1.
/// - AUC: the area under the cumulative curve of the NME from 0 to 0.1, in trapezoids of 0.0002.
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
    var eyeDistance: Double?
    if let eyes = scheme.eyeCenters, let left = truth[eyes.left], let right = truth[eyes.right] {
      let distance = left.distance(to: right)
      if distance > 0 { eyeDistance = distance }
    }
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
  }

  /// Root of the mean squared coordinate difference, px of 96; NaN when nothing was added.
  package var rmse: Double { (squares.reduce(0, +) / Double(2 * counts.reduce(0, +))).squareRoot() }
  /// Mean absolute coordinate difference, px of 96; NaN when nothing was added.
  package var mae: Double { magnitudes / Double(2 * counts.reduce(0, +)) }
  package var nme: Double { faceErrors.reduce(0, +) / Double(faceErrors.count) }
  /// The share of faces with an NME above 0.1.
  package var failureRate: Double { Double(faceErrors.count { $0 > 0.1 }) / Double(faceErrors.count) }

  package var auc: Double {
    let sorted = faceErrors.sorted()
    let steps = 500
    var (reached, area, previous) = (0, 0.0, 0.0)
    for step in 0...steps {
      let limit = 0.1 * Double(step) / Double(steps)
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
