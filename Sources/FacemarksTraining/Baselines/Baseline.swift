import Facemarks
import NeuralNetwork

/// Simple predictors for comparison.
package enum Baseline: String, CaseIterable, Sendable {
  case mean, shape, forest

  /// One line for `--help`.
  package var summary: String {
    switch self {
    case .mean: "the mean of every point, whatever the picture shows"
    case .shape: "the mean shape (Procrustes) at the mean place and size"
    case .forest: "a random forest on shrunk pictures"
    }
  }

  /// Learns from some samples of a data set.
  /// - Returns: a weight file that `Predictors.read` reads. The mean and the mean shape are networks, which say the same of
  ///   every face.
  /// - Throws: `TrainingError` when there is nothing to learn from.
  package func fitted(
    to dataset: LandmarkDataset, training: [Int], forest: RandomForest.Settings = RandomForest.Settings(), seed: UInt64,
    threads: Int, licence: String
  ) throws -> Safetensors {
    let labels = BaselineLabels(dataset, samples: training)
    guard !labels.known.isEmpty else {
      throw TrainingError("\(dataset.path): no known points to learn from")
    }
    var metadata = [
      LandmarkModel.Key.name: rawValue,
      LandmarkModel.Key.scheme: dataset.scheme.name,
      LandmarkModel.Key.licence: licence,
      LandmarkModel.Key.data: dataset.fingerprint,
    ]
    if labels.known.count < dataset.scheme.count {
      metadata[LandmarkModel.Key.landmarks] = labels.known.map { dataset.scheme.landmarks[$0] }.joined(separator: ",")
    }
    switch self {
    case .mean: return try constantNetwork(labels.means, metadata)
    case .shape:
      guard let shape = MeanShape(labels.completeFaces) else {
        throw TrainingError("\(dataset.path): a mean shape needs 3 faces with all points to learn from")
      }
      return try constantNetwork(shape.placed, metadata)
    case .forest:
      let features = RandomForest.features(of: dataset.crops(of: training), count: training.count)
      return RandomForest.grown(
        features: features, featureCount: RandomForest.featureCount, targets: labels.values,
        outputs: 2 * dataset.scheme.count, settings: forest, seed: seed, threads: threads
      ).file(metadata: metadata)
    }
  }

  /// A network that always gives these crop pixels; NaN, of landmarks that the metadata do not name, becomes the centre.
  private func constantNetwork(_ values: [Float], _ metadata: [String: String]) throws -> Safetensors {
    let side = FaceCrop.side
    let network = try Network(
      NetworkDescription(
        input: [1, side, side], layers: [.globalAveragePool, .dense(values.count, initializer: .zeros)]))
    let half = Float(side) / 2
    for parameter in network.parameters where parameter.role == .bias {
      parameter.value.values = values.map { $0.isNaN ? 0 : ($0 - half) / half }
    }
    var metadata = metadata
    metadata[LandmarkModel.Key.normalization] = InputNormalization.unit.rawValue
    return try network.file(metadata: metadata)
  }
}

/// The points of some samples in crop pixels.
struct BaselineLabels {
  /// x then y of each landmark, sample by sample; NaN = missing.
  let values: [Float]
  private let width: Int

  init(_ dataset: LandmarkDataset, samples: [Int]) {
    let width = 2 * dataset.scheme.count
    let margin = Float(dataset.margin)
    values = samples.flatMap { sample in
      (0..<width).map { value in
        dataset.weights[sample * width / 2 + value / 2] > 0 ? dataset.points[sample * width + value] - margin : .nan
      }
    }
    self.width = width
  }

  private var count: Int { values.count / width }

  /// The landmarks that some sample has.
  var known: [Int] {
    (0..<width / 2).filter { landmark in (0..<count).contains { !values[$0 * width + 2 * landmark].isNaN } }
  }

  /// The mean of every coordinate over the samples that have it; NaN where none has.
  var means: [Float] {
    (0..<width).map { value in
      let there = (0..<count).map { values[$0 * width + value] }.filter { !$0.isNaN }
      return Float(there.reduce(0.0) { $0 + Double($1) } / Double(there.count))
    }
  }

  /// The coordinates of the samples that have all points.
  var completeFaces: [[Float]] {
    (0..<count).map { Array(values[$0 * width..<($0 + 1) * width]) }.filter { !$0.contains { $0.isNaN } }
  }
}
