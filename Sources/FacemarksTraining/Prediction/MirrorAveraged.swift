import Facemarks

/// Predicts the crop and its mirror image and takes the mean of both: "test-time augmentation". A point whose mirror
/// image the predictor does not know keeps its own value.
package final class MirrorAveraged: LandmarkPredictor {
  private let inner: any LandmarkPredictor

  package init(_ inner: any LandmarkPredictor) { self.inner = inner }

  package var file: String { inner.file }
  package var scheme: LandmarkScheme { inner.scheme }
  package var landmarks: [Int] { inner.landmarks }

  package func predict(_ pictures: FacePictures, threads: Int) throws -> [Float] {
    var result = try inner.predict(pictures, threads: threads)
    let other = try inner.predict(pictures.mirrored, threads: threads)
    let last = Float(FaceCrop.side - 1)
    for crop in 0..<pictures.count {
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
