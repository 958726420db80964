import Dispatch
import Facemarks
import Imaging

/// Face pictures of one size with their points, all in memory; never changes after reading.
///
/// Every picture is a square of `side` pixels whose central 96 x 96 pixels are what a detector's box shows; `margin`
/// pixels lie around them on each side for moved, turned and grown crops.
package final class LandmarkDataset: Sendable {
  /// The file or folder that was read.
  package let path: String
  package let scheme: LandmarkScheme
  /// Width and height of each picture in pixels: 96 + 2 * margin.
  package let side: Int
  package let margin: Int
  package let samples: [Sample]
  /// `count * side * side` values 0...255, picture by picture, row by row.
  package let pixels: [UInt8]
  /// `count * 2 * scheme.count` values, x then y of each landmark in picture pixels; NaN = missing.
  package let points: [Float]
  /// As `points`: the values placed by hand, where a data set gives such apart from its labels; else NaN.
  package let manual: [Float]
  /// `count * scheme.count` values: how much each point counts in the loss; 0 where it is missing.
  package let weights: [Float]
  /// One hash per picture; equal pictures have equal hashes.
  package let pictureHashes: [UInt64]
  /// The number of pixel values that were missing in the file and are read as 128.
  package let missingPixels: Int
  /// Sixteen hexadecimal digits that tell this data (names, points, pixels, in this order) from other data.
  package let fingerprint: String

  package var count: Int { samples.count }

  /// The weights of points in the loss.
  package struct PointWeights: Sendable, Hashable {
    /// The points of the labels.
    package var labels: Float
    /// The points of samples that have manual points only.
    package var manual: Float
    /// Of both kinds, the share of landmarks beyond the scheme's `core`: these are many, and weigh as much together.
    package var others: Float

    package init(labels: Float = 1, manual: Float = 1, others: Float = 0.3) {
      (self.labels, self.manual, self.others) = (labels, manual, others)
    }
  }

  /// - Parameters:
  ///   - points: NaN = missing. A sample of quality 3 without any gets its manual points.
  ///   - manual: as `points`, or empty when there are none.
  package init(
    path: String, scheme: LandmarkScheme = .kaggle15, margin: Int, samples: [Sample], pixels: [UInt8],
    points: [Float], manual: [Float] = [], pointWeights: PointWeights = PointWeights(), missingPixels: Int = 0,
    threads: Int = 1
  ) {
    let side = FaceCrop.side + 2 * margin
    let values = 2 * scheme.count
    precondition(pixels.count == samples.count * side * side, "pixels of the wrong size")
    precondition(points.count == samples.count * values, "points of the wrong size")
    precondition(manual.isEmpty || manual.count == points.count, "manual points of the wrong size")
    self.path = path
    self.scheme = scheme
    self.side = side
    self.margin = margin
    self.samples = samples
    self.pixels = pixels
    self.manual = manual.isEmpty ? [Float](repeating: .nan, count: points.count) : manual
    self.missingPixels = missingPixels

    var merged = points
    var weights = [Float](repeating: 0, count: samples.count * scheme.count)
    for index in samples.indices {
      let range = index * values..<(index + 1) * values
      let manualOnly = samples[index].quality == 3 && points[range].allSatisfy(\.isNaN)
      if manualOnly, !manual.isEmpty { merged.replaceSubrange(range, with: manual[range]) }
      let weight = manualOnly ? pointWeights.manual : pointWeights.labels
      for landmark in 0..<scheme.count {
        let at = range.lowerBound + 2 * landmark
        if merged[at].isFinite, merged[at + 1].isFinite {
          weights[index * scheme.count + landmark] =
            scheme.core.contains(landmark) ? weight : weight * pointWeights.others
        } else {
          merged[at] = .nan
          merged[at + 1] = .nan
        }
      }
    }
    self.points = merged
    self.weights = weights
    pictureHashes = Self.hashes(pixels, pictureSize: side * side, threads: threads)
    var print = Fingerprint()
    print.add(UInt64(side))
    for sample in samples { print.add(sample.name) }
    print.add(points)
    print.add(self.manual)
    for hash in pictureHashes { print.add(hash) }
    fingerprint = print.text
  }

  /// The same pictures with other points and weights; the fingerprint stays.
  init(_ other: LandmarkDataset, points: [Float], weights: [Float]) {
    path = other.path
    scheme = other.scheme
    side = other.side
    margin = other.margin
    samples = other.samples
    pixels = other.pixels
    self.points = points
    manual = other.manual
    self.weights = weights
    pictureHashes = other.pictureHashes
    missingPixels = other.missingPixels
    fingerprint = other.fingerprint
  }

  /// The other's samples and, behind them, some without points.
  init(_ other: LandmarkDataset, adding added: [Sample], pixels new: [UInt8]) {
    precondition(new.count == added.count * other.side * other.side, "pixels of the wrong size")
    path = other.path
    scheme = other.scheme
    side = other.side
    margin = other.margin
    samples = other.samples + added
    pixels = other.pixels + new
    let unknown = [Float](repeating: .nan, count: added.count * 2 * other.scheme.count)
    points = other.points + unknown
    manual = other.manual + unknown
    weights = other.weights + [Float](repeating: 0, count: added.count * other.scheme.count)
    let hashes = Self.hashes(new, pictureSize: other.side * other.side, threads: 1)
    pictureHashes = other.pictureHashes + hashes
    missingPixels = other.missingPixels
    var print = Fingerprint()
    print.add(other.fingerprint)
    for (sample, hash) in zip(added, hashes) {
      print.add(sample.name)
      print.add(hash)
    }
    fingerprint = print.text
  }

  /// This data set with other points. Points that were there keep their weights, new ones get the weight 1, and those
  /// that are NaN now get 0. The fingerprint stays that of the data as they were read.
  /// - Parameter points: as `points`.
  package func replacing(points: [Float]) -> LandmarkDataset {
    precondition(points.count == self.points.count, "points of the wrong size")
    var (points, weights) = (points, weights)
    for index in weights.indices {
      if points[2 * index].isFinite, points[2 * index + 1].isFinite {
        if weights[index] == 0, self.points[2 * index].isNaN { weights[index] = 1 }
      } else {
        points[2 * index] = .nan
        points[2 * index + 1] = .nan
        weights[index] = 0
      }
    }
    return LandmarkDataset(self, points: points, weights: weights)
  }

  /// This data set with points moved towards those placed by hand, where a sample has both.
  /// - Parameter share: 0 leaves them as they are, 1 takes the hand's.
  package func blendingManual(_ share: Float) -> LandmarkDataset {
    replacing(
      points: zip(points, manual).map { point, manual in
        point.isFinite && manual.isFinite ? point + share * (manual - point) : point
      })
  }

  /// Gives `body` the picture of a sample, valid during the call only.
  package func withPicture<Result>(_ index: Int, _ body: (GrayView) throws -> Result) rethrows -> Result {
    precondition(samples.indices.contains(index), "no such sample")
    return try pixels.withUnsafeBufferPointer { buffer in
      guard let base = buffer.baseAddress else { fatalError("a data set without pixels") }
      return try body(GrayView(pixels: base + index * side * side, width: side, height: side))
    }
  }

  /// A copy of the picture of a sample.
  package func grayPicture(_ index: Int) -> GrayImage {
    withPicture(index) { view in
      GrayImage(
        width: view.width, height: view.height,
        pixels: Array(UnsafeBufferPointer(start: view.pixels, count: view.width * view.height)))
    }
  }

  /// The points of a sample in picture pixels, in the scheme's order; nil = missing.
  package func landmarks(of index: Int) -> [Point?] {
    (0..<scheme.count).map { landmark in
      let at = 2 * (index * scheme.count + landmark)
      return points[at].isNaN ? nil : Point(x: Double(points[at]), y: Double(points[at + 1]))
    }
  }

  /// Whether any point of a sample is known.
  package func hasPoints(_ index: Int) -> Bool {
    weights[index * scheme.count..<(index + 1) * scheme.count].contains { $0 > 0 }
  }

  /// Whether any of some landmarks of a sample is known.
  package func hasPoints(_ index: Int, among landmarks: [Int]) -> Bool {
    landmarks.contains { weights[index * scheme.count + $0] > 0 }
  }

  /// Whether every point of a sample is known.
  package func isComplete(_ index: Int) -> Bool {
    weights[index * scheme.count..<(index + 1) * scheme.count].allSatisfy { $0 > 0 }
  }

  /// The number of times to draw each sample in an epoch (1 = once) when rare ones are to be seen more often: samples with
  /// manual points only and samples of turned heads. One that is both gets the larger factor.
  package func oversampling(manualOnly: Double, turned: Double) -> [Double] {
    samples.map { sample in
      let isTurned = sample.pose.map { $0 != .frontal } ?? false
      return max(sample.quality == 3 ? manualOnly : 1, isTurned ? turned : 1)
    }
  }

  private static func hashes(_ pixels: [UInt8], pictureSize: Int, threads: Int) -> [UInt64] {
    let count = pixels.count / pictureSize
    return [UInt64](unsafeUninitializedCapacity: count) { output, filled in
      nonisolated(unsafe) let hashes = output
      pixels.withUnsafeBytes { bytes in
        nonisolated(unsafe) let pictures = bytes
        let workers = max(1, threads)
        DispatchQueue.concurrentPerform(iterations: workers) { worker in
          for index in stride(from: worker, to: count, by: workers) {
            var print = Fingerprint()
            print.add(UnsafeRawBufferPointer(rebasing: pictures[index * pictureSize..<(index + 1) * pictureSize]))
            hashes.initializeElement(at: index, to: print.value)
          }
        }
      }
      filled = count
    }
  }
}
