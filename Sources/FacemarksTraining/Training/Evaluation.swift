import Facemarks
import Imaging
import NeuralNetwork

/// Judges networks on data sets, each face by its central crop.
public enum Evaluation {
  /// Which points count as the truth.
  public enum Truth: Sendable {
    /// The labels, with manual points for samples that have no others.
    case labels
    /// The points placed by hand, where a data set keeps them apart.
    case manual
  }

  /// - Parameters:
  ///   - indices: of the samples in the data set.
  ///   - landmarks: the indices of the landmarks that count; nil = all.
  ///   - loss: measured over all labelled points, as in training but of unchanged crops.
  /// - Returns: the errors, and the loss: 0 without points or without a loss to measure.
  public static func measure(
    _ network: Network, normalization: InputNormalization, on dataset: LandmarkDataset, indices: [Int],
    landmarks: [Int]? = nil, truth: Truth = .labels, loss: (any Loss)? = nil, threads: Int
  ) -> (errors: ErrorStatistics, loss: Double) {
    var errors = ErrorStatistics(scheme: dataset.scheme, landmarks: landmarks)
    let source = BatchSource.evaluation(
      dataset: dataset, indices: indices, batchSize: 64, normalization: normalization, landmarks: landmarks)
    let (input, targets, weights, gradient) = (Tensor([1]), Tensor([1]), Tensor([1]), Tensor([1]))
    let count = dataset.scheme.count
    var (sum, total) = (0.0, 0.0)
    for index in 0..<source.batchesPerEpoch {
      let batch = source.batch(epoch: 0, index: index, order: indices)
      input.resize([batch.count, 1, FaceCrop.side, FaceCrop.side])
      input.values = batch.pixels
      let output = network.forward(input, Pass(isTraining: false, threads: threads))
      for (slot, sample) in batch.indices.enumerated() {
        errors.add(
          predicted: points(output.pointer + slot * 2 * count, count: count),
          truth: points(of: sample, in: dataset, truth: truth))
      }
      guard let loss else { continue }
      targets.resize(output.shape)
      weights.resize(output.shape)
      targets.values = batch.targets
      weights.values = batch.weights
      let weight = batch.weights.reduce(0.0) { $0 + Double($1) }
      sum += weight * loss.evaluate(output, targets, weights: weights, gradient: gradient)
      total += weight
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

  public static func errors(
    of model: LandmarkModel, on dataset: LandmarkDataset, indices: [Int], truth: Truth = .labels, threads: Int
  ) -> ErrorStatistics {
    measure(
      model.network, normalization: model.normalization, on: dataset, indices: indices,
      landmarks: model.landmarks, truth: truth, threads: threads
    ).errors
  }

  /// A sample's points in crop pixels; nil = unknown.
  static func points(of sample: Int, in dataset: LandmarkDataset, truth: Truth) -> [Point?] {
    let values = truth == .labels ? dataset.points : dataset.manual
    let count = dataset.scheme.count
    return (0..<count).map { landmark in
      let at = 2 * (sample * count + landmark)
      guard values[at].isFinite, values[at + 1].isFinite else { return nil }
      return Point(x: Double(values[at]) - Double(dataset.margin), y: Double(values[at + 1]) - Double(dataset.margin))
    }
  }
}
