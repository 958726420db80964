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

  /// - Parameter indices: of the samples in the data set.
  public static func errors(
    of network: Network, normalization: InputNormalization, on dataset: LandmarkDataset, indices: [Int],
    truth: Truth = .labels, threads: Int
  ) -> ErrorStatistics {
    var errors = ErrorStatistics(scheme: dataset.scheme)
    let source = BatchSource.evaluation(
      dataset: dataset, indices: indices, batchSize: 64, normalization: normalization)
    let input = Tensor([1])
    let count = dataset.scheme.count
    let half = Double(FaceCrop.side) / 2
    for index in 0..<source.batchesPerEpoch {
      let batch = source.batch(epoch: 0, index: index, order: indices)
      input.resize([batch.count, 1, FaceCrop.side, FaceCrop.side])
      input.values = batch.pixels
      let output = network.forward(input, Pass(isTraining: false, threads: threads))
      for (slot, sample) in batch.indices.enumerated() {
        let values = output.pointer + slot * 2 * count
        let predicted = (0..<count).map {
          Point(x: Double(values[2 * $0]) * half + half, y: Double(values[2 * $0 + 1]) * half + half)
        }
        errors.add(predicted: predicted, truth: points(of: sample, in: dataset, truth: truth))
      }
    }
    return errors
  }

  public static func errors(
    of model: LandmarkModel, on dataset: LandmarkDataset, indices: [Int], truth: Truth = .labels, threads: Int
  ) -> ErrorStatistics {
    errors(
      of: model.network, normalization: model.normalization, on: dataset, indices: indices, truth: truth,
      threads: threads)
  }

  /// A sample's points in crop pixels; nil = unknown.
  private static func points(of sample: Int, in dataset: LandmarkDataset, truth: Truth) -> [Point?] {
    let values = truth == .labels ? dataset.points : dataset.manual
    let count = dataset.scheme.count
    return (0..<count).map { landmark in
      let at = 2 * (sample * count + landmark)
      guard values[at].isFinite, values[at + 1].isFinite else { return nil }
      return Point(x: Double(values[at]) - Double(dataset.margin), y: Double(values[at + 1]) - Double(dataset.margin))
    }
  }
}
