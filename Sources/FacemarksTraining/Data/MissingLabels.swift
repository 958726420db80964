import NeuralNetwork

/// The treatment of points without a label, before training.
package enum MissingLabels: String, CaseIterable, Codable, Sendable {
  /// They stay missing and do not count in the loss.
  case mask
  /// Only samples with all points train.
  case drop
  /// They get the mean of the training samples that have them.
  case mean
  /// They get the value of another sample: with the training samples in random order, that of the next one that has the
  /// point, or else of the last one before (as `bfill` and then `ffill` do to a shuffled table).
  case fill

  /// One line for `--help`.
  package var summary: String {
    switch self {
    case .mask: "they do not count in the loss"
    case .drop: "faces that lack points do not train"
    case .mean: "the mean of the training faces"
    case .fill: "back-fill, then forward-fill, from training faces in random order"
    }
  }

  /// The data set and the training samples to go on with. Samples that do not train keep their points and weights; a
  /// point that no training sample has stays missing.
  /// - Parameters:
  ///   - training: indices of the samples to train with; nothing is learned from others.
  ///   - landmarks: those that are to be trained; nil = all. Others stay as they are.
  ///   - seed: of the random order.
  package func applied(
    to dataset: LandmarkDataset, training: [Int], landmarks: [Int]? = nil, seed: UInt64
  ) -> (dataset: LandmarkDataset, training: [Int]) {
    let landmarks = landmarks ?? Array(dataset.scheme.landmarks.indices)
    let count = dataset.scheme.count
    func isKnown(_ sample: Int, _ landmark: Int) -> Bool { !dataset.points[2 * (sample * count + landmark)].isNaN }
    switch self {
    case .mask:
      return (dataset, training)
    case .drop:
      return (dataset, training.filter { sample in landmarks.allSatisfy { isKnown(sample, $0) } })
    case .mean, .fill:
      var order = training
      if self == .fill {
        var random = RandomGenerator(seed, 0xF111_ED00)
        order.shuffle(using: &random)
      }
      var points = dataset.points
      for value in landmarks.flatMap({ [2 * $0, 2 * $0 + 1] }) {
        let column = order.map { dataset.points[2 * count * $0 + value] }
        let filled = self == .mean ? Self.meanFilled(column) : Self.neighborFilled(column)
        for (place, sample) in order.enumerated() { points[2 * count * sample + value] = filled[place] }
      }
      return (dataset.replacing(points: points), training)
    }
  }

  private static func meanFilled(_ column: [Float]) -> [Float] {
    let known = column.filter { !$0.isNaN }
    let mean = Float(known.reduce(0.0) { $0 + Double($1) } / Double(known.count))
    return column.map { $0.isNaN ? mean : $0 }
  }

  private static func neighborFilled(_ column: [Float]) -> [Float] {
    var result = column
    for place in result.indices.reversed().dropFirst() where result[place].isNaN { result[place] = result[place + 1] }
    for place in result.indices.dropFirst() where result[place].isNaN { result[place] = result[place - 1] }
    return result
  }
}
