import Facemarks
import FacemarksTraining
import Glibc
import Imaging

/// Fits `FaceCalibration` to candidates of which is known whether they are faces: those on the validation photos of a data set and
/// on its validation pictures without a face. Of several boxes at a face the one of the highest score counts; boxes at places that
/// may be faces are left out.
package struct CalibrationStudy {
  /// A box of the detector.
  package struct Candidate: Sendable {
    /// 1, the detector's logit, the logit of the points' confidence.
    fileprivate let inputs: [Double]
    fileprivate let isFace: Bool

    /// - Parameters:
    ///   - score: the detector's, 0...1.
    ///   - points: the mean confidence of the points, 0...1.
    package init(score: Double, points: Double, isFace: Bool) {
      inputs = [1, FaceCalibration.logit(score), FaceCalibration.logit(points)]
      self.isFace = isFace
    }
  }

  /// Candidates of a range of confidences.
  package struct Bin: Sendable, Hashable {
    package var confidences: ClosedRange<Double>
    package var count: Int
    /// The mean of their confidences, and the share of faces among them.
    package var confidence: Double
    package var faces: Double
  }

  private var candidates: [Candidate] = []

  package var count: Int { candidates.count }
  package var faceCount: Int { candidates.count { $0.isFace } }

  /// - Parameters:
  ///   - scenes: whole photos.
  ///   - dataset: with pictures without a face, see `LandmarkDataset.adding(nonfaces:)`.
  package init(_ scenes: SceneDataset, _ dataset: LandmarkDataset, _ pipeline: FacePipeline) throws {
    for scene in scenes.scenes where scene.split == .validation {
      var taken: Set<Int> = []
      for (detection, points) in try pipeline.uncalibrated(in: scene.picture).sorted(by: {
        $0.detection.score > $1.detection.score
      }) {
        let box = detection.box
        let near = scene.faces.indices.filter { SceneStudy.isNear(box, scene.faces[$0].place) }
        if let face = near.first(where: { !scene.faces[$0].isIgnored && !taken.contains($0) }) {
          taken.insert(face)
          add(detection, points, true)
        } else if near.isEmpty,
          !scene.faces.contains(where: { $0.isIgnored && SceneStudy.holds($0.place, box.center) })
        {
          add(detection, points, false)
        }
      }
    }
    let hasSplit = dataset.samples.contains { $0.split != nil }
    for (index, sample) in dataset.samples.enumerated()
    where !sample.isFace && (!hasSplit || sample.split == .validation) {
      for (detection, points) in try pipeline.uncalibrated(in: dataset.grayPicture(index)) {
        add(detection, points, false)
      }
    }
  }

  package init(_ candidates: [Candidate]) { self.candidates = candidates }

  private mutating func add(_ detection: Detection, _ points: Double, _ isFace: Bool) {
    candidates.append(Candidate(score: detection.score, points: points, isFace: isFace))
  }

  /// The logistic regression of the greatest likelihood, by Newton's method, with a little of ridge so that it exists.
  package func fit() -> FaceCalibration {
    var weights = [0.0, 1, 0]
    for _ in 0..<50 {
      var gradient = weights.map { -1e-3 * $0 }
      var hessian = (0..<3).map { row in (0..<3).map { $0 == row ? 1e-3 : 0 } }
      for candidate in candidates {
        let p = 1 / (1 + exp(-zip(weights, candidate.inputs).reduce(0) { $0 + $1.0 * $1.1 }))
        for row in 0..<3 {
          gradient[row] += ((candidate.isFace ? 1 : 0) - p) * candidate.inputs[row]
          for column in 0..<3 {
            hessian[row][column] += p * (1 - p) * candidate.inputs[row] * candidate.inputs[column]
          }
        }
      }
      let step = Self.solved(hessian, gradient)
      for row in 0..<3 { weights[row] += step[row] }
      if step.allSatisfy({ abs($0) < 1e-9 }) { break }
    }
    return FaceCalibration(bias: weights[0], detector: weights[1], points: weights[2])
  }

  /// Cramer's rule for three equations.
  private static func solved(_ matrix: [[Double]], _ right: [Double]) -> [Double] {
    func determinant(_ m: [[Double]]) -> Double {
      m[0][0] * (m[1][1] * m[2][2] - m[1][2] * m[2][1]) - m[0][1] * (m[1][0] * m[2][2] - m[1][2] * m[2][0])
        + m[0][2] * (m[1][0] * m[2][1] - m[1][1] * m[2][0])
    }
    let whole = determinant(matrix)
    return (0..<3).map { column in
      var changed = matrix
      for row in 0..<3 { changed[row][column] = right[row] }
      return determinant(changed) / whole
    }
  }

  /// How many of the candidates of a confidence are faces, by ten ranges of it.
  package func reliability(of calibration: FaceCalibration) -> [Bin] {
    let all = candidates.map { candidate -> (confidence: Double, isFace: Bool) in
      let sum = zip([calibration.bias, calibration.detector, calibration.points], candidate.inputs).reduce(0) {
        $0 + $1.0 * $1.1
      }
      return (1 / (1 + exp(-sum)), candidate.isFace)
    }
    return (0..<10).map { bin in
      let range = Double(bin) / 10...Double(bin + 1) / 10
      let inside = all.filter { min(Int($0.confidence * 10), 9) == bin }
      let count = Double(max(inside.count, 1))
      return Bin(
        confidences: range, count: inside.count, confidence: inside.reduce(0) { $0 + $1.confidence } / count,
        faces: Double(inside.count { $0.isFace }) / count)
    }
  }
}
