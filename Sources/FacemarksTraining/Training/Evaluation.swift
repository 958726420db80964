import Facemarks
import Imaging
import NeuralNetwork

/// Evaluates networks on data sets, each face by its central crop.
package enum Evaluation {
  /// Which points count as the truth.
  package enum Truth: Sendable {
    /// The labels, with manual points for samples that have no others.
    case labels
    /// The points placed by hand, where a data set keeps them apart.
    case manual
  }

  /// - Parameters:
  ///   - outputs: the meaning of the network's numbers.
  ///   - indices: of the samples in the data set.
  ///   - landmarks: the indices of the landmarks that count; nil = all.
  ///   - objective: measured over all labelled points, as in training but of unchanged crops.
  ///   - refinedCrop: the refined crops, cut around the predictions for the central ones; nil for no refinement.
  /// - Returns: the errors, and the objective of the central crops: 0 without points or without an objective to measure.
  static func measure(
    _ network: Network, _ outputs: NetworkOutputs, normalization: InputNormalization, on dataset: LandmarkDataset,
    indices: [Int], landmarks: [Int]? = nil, truth: Truth = .labels, objective: Objective? = nil,
    refinedCrop: RefinedCrop? = nil,
    threads: Int
  ) -> (errors: ErrorStatistics, loss: Double) {
    var errors = ErrorStatistics(scheme: dataset.scheme, landmarks: landmarks)
    let source = BatchSource.evaluation(
      dataset: dataset, indices: indices, batchSize: 64, normalization: normalization, landmarks: landmarks)
    let pass = Pass(isTraining: false, threads: threads)
    let (input, gradient) = (Tensor([1]), Tensor([1]))
    var targets = Objective.Targets()
    let (count, center) = (dataset.scheme.count, CropSample(margin: dataset.margin).map)
    let second = refinedCrop.map { RefinedCrops(dataset, normalization, $0) }
    var (sum, total) = (0.0, 0.0)
    for index in 0..<source.batchesPerEpoch {
      let batch = source.batch(epoch: 0, index: index, order: indices)
      input.resize([batch.count, 1, FaceCrop.side, FaceCrop.side])
      input.values = batch.pixels
      var output = network.forward(input, pass)
      if let objective {
        targets.fill(from: batch, landmarks: count)
        let weight = batch.weights.reduce(0.0) { $0 + Double($1) }
        sum += weight * objective.evaluate(output, targets, gradient: gradient)
        total += weight
      }
      func read(_ slot: Int) -> [Point] { points(output.pointer + slot * outputs.count, count: count) }
      let first = batch.indices.indices.map(read)
      var maps = [Affine](repeating: center, count: batch.count)
      if let second {
        maps = second.cut(batch.indices, around: first, into: input)
        output = network.forward(input, pass)
      }
      for (slot, sample) in batch.indices.enumerated() {
        let map = maps[slot].then(center.inverse)
        errors.add(predicted: read(slot).map(map.apply), truth: points(of: sample, in: dataset, truth: truth))
      }
    }
    return (errors, total > 0 ? sum / total : 0)
  }

  /// A network's outputs for one crop as crop pixels.
  private static func points(_ values: UnsafePointer<Float>, count: Int) -> [Point] {
    let half = Double(FaceCrop.side) / 2
    return (0..<count).map {
      Point(x: Double(values[2 * $0]) * half + half, y: Double(values[2 * $0 + 1]) * half + half)
    }
  }

  package static func errors(
    of model: LandmarkModel, on dataset: LandmarkDataset, indices: [Int], truth: Truth = .labels, threads: Int
  ) -> ErrorStatistics {
    measure(
      model.network, model.outputs, normalization: model.normalization, on: dataset, indices: indices,
      landmarks: model.landmarks, truth: truth, refinedCrop: model.refinedCrop, threads: threads
    ).errors
  }

  /// A sample's points in crop pixels; nil = unknown.
  package static func points(of sample: Int, in dataset: LandmarkDataset, truth: Truth) -> [Point?] {
    let values = truth == .labels ? dataset.points : dataset.manual
    let count = dataset.scheme.count
    return (0..<count).map { landmark in
      let at = 2 * (sample * count + landmark)
      guard values[at].isFinite, values[at + 1].isFinite else { return nil }
      return Point(x: Double(values[at]) - Double(dataset.margin), y: Double(values[at + 1]) - Double(dataset.margin))
    }
  }
}

/// Cuts crops around points that were read in the central crops of samples.
private struct RefinedCrops {
  private let dataset: LandmarkDataset
  private let normalization: InputNormalization
  private let crop: RefinedCrop
  private let shape: FaceShape?
  private let sampler = CropSampler()

  init(_ dataset: LandmarkDataset, _ normalization: InputNormalization, _ crop: RefinedCrop) {
    (self.dataset, self.normalization, self.crop) = (dataset, normalization, crop)
    shape = FaceShape(dataset.scheme)
  }

  /// Fills `crops`, `[N, 1, 96, 96]`.
  /// - Parameter points: in pixels of the central crops.
  /// - Returns: From pixels of the new crops to picture pixels.
  func cut(_ samples: [Int], around points: [[Point]], into crops: Tensor) -> [Affine] {
    let center = CropSample(margin: dataset.margin).map
    let size = FaceCrop.side * FaceCrop.side
    return samples.indices.map { slot in
      let map = shape?.refinedSquare(points[slot], after: .crop).map { crop.square(of: $0).map.then(center) } ?? center
      let target = crops.pointer + slot * size
      dataset.withPicture(samples[slot]) { sampler.sample($0, map: map, side: FaceCrop.side, into: target) }
      normalization.apply(to: UnsafeMutableBufferPointer(start: target, count: size))
      return map
    }
  }
}
