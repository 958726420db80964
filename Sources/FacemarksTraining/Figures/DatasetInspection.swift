import Facemarks
import Glibc
import Imaging

/// The inspection of a data set: missing points, duplicates, suspicious labels.
package struct DatasetInspection: Sendable {
  /// Known and missing points of a landmark. A point is known when both of its columns have a number.
  package struct Column: Sendable, Hashable {
    package var landmark: String
    package var known: Int
    package var missing: Int
    /// Mean and standard deviation of the known points, px of the 96 x 96 crop; NaN when there are none.
    package var mean: Point
    package var deviation: Point
  }

  /// The spread of a number over the pictures.
  package struct Spread: Sendable, Hashable {
    package var least: Double
    package var median: Double
    package var most: Double

    /// Nil without values.
    init?(_ values: [Double]) {
      guard let least = values.min(), let most = values.max() else { return nil }
      (self.least, self.median, self.most) = (least, ShapeOutliers.median(values), most)
    }
  }

  package let dataset: LandmarkDataset
  package let columns: [Column]
  /// Rows with all points, with some, with none.
  package let complete: Int
  package let partial: Int
  package let empty: Int
  /// Of each picture's gray values: mean and standard deviation.
  package let brightness: Spread?
  package let contrast: Spread?
  /// Distance of the eye centres, px.
  package let eyeDistance: Spread?
  package let duplicates: PictureDuplicates
  package let shapes: ShapeOutliers

  package var hasLabels: Bool { columns.contains { $0.known > 0 } }

  /// Outliers from this many robust deviations on are counted as labels to look at.
  package static let suspicious = 10.0
  package var suspects: [ShapeOutliers.Outlier] {
    Array(shapes.outliers.prefix { $0.deviations >= Self.suspicious })
  }

  package init(_ dataset: LandmarkDataset) {
    self.dataset = dataset
    let count = dataset.scheme.count
    let margin = Double(dataset.margin)
    let faces = dataset.samples.indices.map { dataset.landmarks(of: $0) }
    columns = (0..<count).map { landmark in
      let known = faces.compactMap { $0[landmark] }
      func spread(_ values: [Double]) -> (mean: Double, deviation: Double) {
        let mean = values.reduce(0, +) / Double(values.count)
        return (mean, (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)).squareRoot())
      }
      let (x, y) = (spread(known.map { $0.x - margin }), spread(known.map { $0.y - margin }))
      return Column(
        landmark: dataset.scheme.landmarks[landmark], known: known.count, missing: faces.count - known.count,
        mean: Point(x: x.mean, y: y.mean), deviation: Point(x: x.deviation, y: y.deviation))
    }
    let numbers = faces.map { face in face.count { $0 != nil } }
    complete = numbers.count { $0 == count }
    empty = numbers.count { $0 == 0 }
    partial = faces.count - complete - empty
    let eyes = dataset.scheme.eyeCenters
    eyeDistance = Spread(
      faces.compactMap { face in
        guard let eyes, let left = face[eyes.left], let right = face[eyes.right] else { return nil }
        return left.distance(to: right)
      })
    let grays = Self.grays(dataset)
    brightness = Spread(grays.map(\.mean))
    contrast = Spread(grays.map(\.deviation))
    duplicates = PictureDuplicates(dataset)
    shapes = ShapeOutliers(dataset)
  }

  private static func grays(_ dataset: LandmarkDataset) -> [(mean: Double, deviation: Double)] {
    let size = dataset.side * dataset.side
    return dataset.pixels.withUnsafeBufferPointer { pixels in
      dataset.samples.indices.map { sample in
        var (sum, squares) = (0, 0)
        for index in sample * size..<(sample + 1) * size {
          let value = Int(pixels[index])
          sum &+= value
          squares &+= value &* value
        }
        let mean = Double(sum) / Double(size)
        return (mean, max(0, Double(squares) / Double(size) - mean * mean).squareRoot())
      }
    }
  }

  /// The memory of the data set itself in bytes.
  package var memory: Int {
    let (points, weights) = (dataset.points.count + dataset.manual.count, dataset.weights.count)
    return dataset.pixels.count + 4 * (points + weights) + 8 * dataset.pictureHashes.count
  }

  /// The largest memory of the program so far in bytes.
  package static var peakMemory: Int {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return usage.ru_maxrss * 1024
  }

  /// A line for each landmark: `landmark,known,missing,mean_x,mean_y,deviation_x,deviation_y`, px of 96.
  package var columnTable: String {
    let lines = columns.map { column in
      let numbers = [
        Double(column.known), Double(column.missing), column.mean.x, column.mean.y, column.deviation.x,
        column.deviation.y,
      ]
      return ([column.landmark] + numbers.map(FigureTable.number)).joined(separator: ",")
    }
    return (["landmark,known,missing,mean_x,mean_y,deviation_x,deviation_y"] + lines).joined(separator: "\n") + "\n"
  }

  /// The worst point of each face, worst first: `row,name,landmark,distance,deviations,x,y,expected_x,expected_y`. Rows are
  /// counted from 1, distances are in eye distances, places in px of the 96 x 96 crop.
  package var outlierTable: String {
    let margin = Double(dataset.margin)
    let lines = shapes.outliers.map { outlier in
      let point = dataset.landmarks(of: outlier.sample)[outlier.landmark]
      let names = [
        "\(outlier.sample + 1)", FigureTable.field(dataset.samples[outlier.sample].name),
        dataset.scheme.landmarks[outlier.landmark],
      ]
      let numbers = [
        outlier.distance, outlier.deviations, (point?.x ?? .nan) - margin, (point?.y ?? .nan) - margin,
        outlier.expected.x - margin, outlier.expected.y - margin,
      ]
      return (names + numbers.map(FigureTable.number)).joined(separator: ",")
    }
    let header = "row,name,landmark,distance,deviations,x,y,expected_x,expected_y"
    return ([header] + lines).joined(separator: "\n") + "\n"
  }
}
