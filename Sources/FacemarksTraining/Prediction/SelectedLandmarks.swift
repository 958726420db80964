import Facemarks

/// Some landmarks of a predictor that knows more: those of another scheme.
package final class SelectedLandmarks: LandmarkPredictor {
  private let predictor: any LandmarkPredictor
  /// In the predictor's scheme.
  private let indices: [Int]
  package let scheme: LandmarkScheme

  fileprivate init?(_ predictor: any LandmarkPredictor, scheme: LandmarkScheme) {
    let indices = scheme.landmarks.compactMap(predictor.scheme.landmarks.firstIndex(of:))
    guard indices.count == scheme.count else { return nil }
    (self.predictor, self.indices, self.scheme) = (predictor, indices, scheme)
  }

  package var file: String { predictor.file }

  package var landmarks: [Int] {
    let known = Set(predictor.landmarks)
    return indices.indices.filter { known.contains(indices[$0]) }
  }

  package func predict(_ pictures: FacePictures, threads: Int) throws -> [Float] {
    let all = try predictor.predict(pictures, threads: threads)
    let width = 2 * predictor.scheme.count
    var result: [Float] = []
    result.reserveCapacity(pictures.count * 2 * scheme.count)
    for face in 0..<pictures.count {
      for index in indices { result += all[face * width + 2 * index...face * width + 2 * index + 1] }
    }
    return result
  }
}

extension LandmarkPredictor {
  /// The predictor for the landmarks of a scheme; nil where it does not know them.
  package func giving(_ scheme: LandmarkScheme) -> (any LandmarkPredictor)? {
    self.scheme == scheme ? self : SelectedLandmarks(self, scheme: scheme)
  }
}
