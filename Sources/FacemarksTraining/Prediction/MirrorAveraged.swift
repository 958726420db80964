import Facemarks

/// Predicts the crop and its mirror image and takes the mean of both: "test-time augmentation". A point whose mirror
/// image the predictor does not know keeps its own value.
public final class MirrorAveraged: LandmarkPredictor {
  private let inner: any LandmarkPredictor

  public init(_ inner: any LandmarkPredictor) { self.inner = inner }

  public var file: String { inner.file }
  public var scheme: LandmarkScheme { inner.scheme }
  public var landmarks: [Int] { inner.landmarks }

  public func predict(_ crops: [UInt8], count: Int, threads: Int) throws -> [Float] {
    let side = FaceCrop.side
    precondition(crops.count == count * side * side, "crops of the wrong size")
    var mirrored = crops
    for start in stride(from: 0, to: crops.count, by: side) { mirrored[start..<start + side].reverse() }
    var result = try inner.predict(crops, count: count, threads: threads)
    let other = try inner.predict(mirrored, count: count, threads: threads)
    let last = Float(side - 1)
    for crop in 0..<count {
      for landmark in 0..<scheme.count {
        let at = 2 * (crop * scheme.count + landmark)
        let from = 2 * (crop * scheme.count + scheme.mirrored[landmark])
        guard result[at].isFinite, other[from].isFinite, other[from + 1].isFinite else { continue }
        result[at] = (result[at] + last - other[from]) / 2
        result[at + 1] = (result[at + 1] + other[from + 1]) / 2
      }
    }
    return result
  }
}
