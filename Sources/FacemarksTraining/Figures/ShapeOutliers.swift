import Facemarks
import Imaging

/// Points of a data set far from the place that the other points of their face suggest: labels to look at.
///
/// The mean shape is fitted to every face by rotation, scale and shift, robustly against a few wrong points. The residuals are
/// measured in eye distances of the mean shape, and in robust deviations of the landmark: 1.4826 times their median over all faces.
package struct ShapeOutliers: Sendable {
  package struct Outlier: Sendable, Hashable {
    package var sample: Int
    package var landmark: Int
    /// From the expected place, in eye distances.
    package var distance: Double
    /// In robust deviations of this landmark.
    package var deviations: Double
    /// The expected place, in picture pixels.
    package var expected: Point
  }

  /// The worst point of each face that has three points or more, worst face first.
  package private(set) var outliers: [Outlier] = []
  /// Nil where no face has a landmark. In picture pixels.
  package private(set) var meanShape: [Point?]

  private static let rounds = 3

  package init(_ dataset: LandmarkDataset) {
    let faces = dataset.samples.indices.map { dataset.landmarks(of: $0) }
    meanShape = Self.mean(faces, count: dataset.scheme.count)
    guard let eyes = dataset.scheme.eyeCenters, let left = meanShape[eyes.left], let right = meanShape[eyes.right],
      left.distance(to: right) > 0
    else { return }
    let unit = left.distance(to: right)
    for _ in 0..<Self.rounds {
      let placed = faces.map { face in
        Self.fit(face, on: meanShape, unit: unit).map { fit in face.map { $0.map(fit.apply) } } ?? []
      }
      meanShape = Self.mean(placed.filter { !$0.isEmpty }, count: dataset.scheme.count)
    }
    findOutliers(faces, unit: unit)
  }

  private mutating func findOutliers(_ faces: [[Point?]], unit: Double) {
    var remains = faces.map { _ in [Double]() }
    var fits = [ShapeFit?](repeating: nil, count: faces.count)
    for (index, face) in faces.enumerated() {
      // From the mean shape to the face, so that the expected place is one of the face's own picture.
      guard let fit = Self.fit(meanShape, on: face, unit: unit) else { continue }
      fits[index] = fit
      remains[index] = zip(meanShape, face).map { mean, point in
        guard let mean, let point else { return .nan }
        return fit.apply(mean).distance(to: point) / (fit.scale * unit)
      }
    }
    let deviations = meanShape.indices.map { landmark in
      max(1.4826 * Self.median(remains.compactMap { $0.isEmpty || $0[landmark].isNaN ? nil : $0[landmark] }), 0.005)
    }
    for (index, distances) in remains.enumerated() {
      let worst = distances.indices.filter { distances[$0].isFinite }.max {
        distances[$0] / deviations[$0] < distances[$1] / deviations[$1]
      }
      guard let worst, let mean = meanShape[worst], let fit = fits[index] else { continue }
      outliers.append(
        Outlier(
          sample: index, landmark: worst, distance: distances[worst],
          deviations: distances[worst] / deviations[worst], expected: fit.apply(mean)))
    }
    outliers.sort { ($1.deviations, $0.sample) < ($0.deviations, $1.sample) }
  }

  /// The fit of one shape on another by the points that both have. Points farther off than a tenth of the eye distance
  /// count less than half.
  private static func fit(_ shape: [Point?], on target: [Point?], unit: Double) -> ShapeFit? {
    let pairs = zip(shape, target).compactMap { from, to in
      from.flatMap { from in to.map { (from: from, to: $0) } }
    }
    return ShapeFit.robust(pairs, reach: 0.1 * unit)
  }

  /// The median of each coordinate.
  private static func mean(_ faces: [[Point?]], count: Int) -> [Point?] {
    (0..<count).map { landmark in
      let known = faces.compactMap { $0[landmark] }
      guard !known.isEmpty else { return nil }
      return Point(x: median(known.map(\.x)), y: median(known.map(\.y)))
    }
  }

  static func median(_ values: [Double]) -> Double {
    guard !values.isEmpty else { return .nan }
    let sorted = values.sorted()
    let middle = sorted.count / 2
    return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
  }
}
