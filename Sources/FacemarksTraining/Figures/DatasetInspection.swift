import Facemarks
import Glibc
import Imaging

/// What is in a data set: how much is missing, there twice, or looks wrong.
public struct DatasetInspection: Sendable {
  /// Known and missing points of a landmark. A point is known when both of its columns have a number.
  public struct Column: Sendable, Hashable {
    public var landmark: String
    public var known: Int
    public var missing: Int
    /// Mean and standard deviation of the known points, px of the 96 x 96 crop; NaN when there are none.
    public var mean: Point
    public var deviation: Point
  }

  /// The spread of a number over the pictures.
  public struct Spread: Sendable, Hashable {
    public var least: Double
    public var median: Double
    public var most: Double

    /// Nil without values.
    init?(_ values: [Double]) {
      guard let least = values.min(), let most = values.max() else { return nil }
      (self.least, self.median, self.most) = (least, ShapeOutliers.median(values), most)
    }
  }

  public let dataset: LandmarkDataset
  public let columns: [Column]
  /// Rows with all points, with some, with none.
  public let complete: Int
  public let partial: Int
  public let empty: Int
  /// Of each picture's gray values: mean and standard deviation.
  public let brightness: Spread?
  public let contrast: Spread?
  /// Distance of the eye centres, px.
  public let eyeDistance: Spread?
  public let duplicates: PictureDuplicates
  public let shapes: ShapeOutliers

  public var hasLabels: Bool { columns.contains { $0.known > 0 } }

  /// Outliers from this many robust deviations on are counted as labels to look at.
  public static let suspicious = 10.0
  public var suspects: [ShapeOutliers.Outlier] {
    Array(shapes.outliers.prefix { $0.deviations >= Self.suspicious })
  }

  public init(_ dataset: LandmarkDataset) {
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

  /// What the data set itself takes in memory, in bytes.
  public var memory: Int {
    let (points, weights) = (dataset.points.count + dataset.manual.count, dataset.weights.count)
    return dataset.pixels.count + 4 * (points + weights) + 8 * dataset.pictureHashes.count
  }

  /// What the program has taken at most so far, in bytes.
  public static var peakMemory: Int {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return usage.ru_maxrss * 1024
  }

  /// A line for each landmark: `landmark,known,missing,mean_x,mean_y,deviation_x,deviation_y`, px of 96.
  public var columnTable: String {
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
  public var outlierTable: String {
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
