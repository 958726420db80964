import FacemarksTraining
import Testing

@Suite struct MissingLabelsTests {
  /// Eight pictures; coordinate k of picture i is 10 i + k. The left eye is missing in 0, 2, 3 and 6, the nose in 1, 2, 4,
  /// 5 and 6, the bottom lip in all but 3 and 7. Pictures 3 and 7 are there to validate with.
  private let dataset: LandmarkDataset
  private let training = [0, 1, 2, 4, 5, 6]

  init() {
    var points = (0..<8).flatMap { row in (0..<30).map { Float(10 * row + $0) } }
    for (landmark, rows) in [(0, [0, 2, 3, 6]), (10, [1, 2, 4, 5, 6]), (14, [0, 1, 2, 4, 5, 6])] {
      for row in rows {
        points[30 * row + 2 * landmark] = .nan
        points[30 * row + 2 * landmark + 1] = .nan
      }
    }
    let plain = SyntheticData.stripes(8)
    dataset = LandmarkDataset(path: "gaps", margin: 0, samples: plain.samples, pixels: plain.pixels, points: points)
  }

  private func column(_ coordinate: Int, of dataset: LandmarkDataset) -> [Float] {
    training.map { dataset.points[30 * $0 + coordinate] }
  }

  /// What must hold for every way: samples to validate with are as they were, and the data still are those of the file.
  @Test(arguments: MissingLabels.allCases)
  func validationStaysAsItIs(way: MissingLabels) {
    let (result, chosen) = way.applied(to: dataset, training: training, seed: 2)
    #expect(result.fingerprint == dataset.fingerprint)
    #expect(Set(chosen).isSubset(of: training))
    for sample in [3, 7] {
      #expect(
        result.points[30 * sample..<30 * (sample + 1)].map(\.bitPattern)
          == dataset.points[30 * sample..<30 * (sample + 1)].map(\.bitPattern))
      #expect(result.weights[15 * sample..<15 * (sample + 1)] == dataset.weights[15 * sample..<15 * (sample + 1)])
    }
    for index in result.weights.indices { #expect((result.weights[index] > 0) == !result.points[2 * index].isNaN) }
    #expect(MissingLabels(rawValue: way.rawValue) == way && !way.summary.isEmpty)
  }

  @Test func maskedPointsStayMissing() {
    let (result, chosen) = MissingLabels.mask.applied(to: dataset, training: training, seed: 1)
    #expect(chosen == training && result === dataset)
  }

  @Test func dropKeepsWholeSamples() {
    func kept(_ training: [Int], _ landmarks: [Int]? = nil) -> [Int] {
      MissingLabels.drop.applied(to: dataset, training: training, landmarks: landmarks, seed: 1).training
    }
    #expect(kept(training).isEmpty)
    #expect(kept([3, 7]) == [7])
    #expect(kept(training, [0, 1]) == [1, 4, 5])
    #expect(kept(training, [10]) == [0])
  }

  /// pandas 2: `t.loc[train].fillna(t.loc[train].mean())`.
  @Test func meanOfTheTrainingSamples() {
    let (result, chosen) = MissingLabels.mean.applied(to: dataset, training: training, seed: 1)
    #expect(chosen == training)
    #expect(column(0, of: result) == [33.333332, 10, 33.333332, 40, 50, 33.333332])
    #expect(column(1, of: result) == [34.333332, 11, 34.333332, 41, 51, 34.333332])
    #expect(column(20, of: result) == [20, 20, 20, 20, 20, 20])
    #expect(column(28, of: result).allSatisfy { $0.isNaN })
    #expect(result.weights[15 * 2] == 1 && result.weights[15 * 2 + 14] == 0)
    let few = MissingLabels.mean.applied(to: dataset, training: training, landmarks: [10], seed: 1).dataset
    #expect(column(0, of: few)[0].isNaN && column(20, of: few) == [20, 20, 20, 20, 20, 20])
  }

  /// pandas 2: `t.loc[order].bfill().ffill().sort_index()` with the order that a Python version of this generator and of
  /// Swift's shuffle make of the seed 2: 0, 5, 2, 4, 1, 6; and of the seed 3: 6, 5, 0, 4, 2, 1.
  @Test func fillFromTheNextOneAndThenTheLast() {
    let result = MissingLabels.fill.applied(to: dataset, training: training, seed: 2).dataset
    #expect(column(0, of: result) == [50, 10, 40, 40, 50, 10])
    #expect(column(1, of: result) == [51, 11, 41, 41, 51, 11])
    #expect(column(20, of: result) == [20, 20, 20, 20, 20, 20])
    #expect(column(21, of: result) == [21, 21, 21, 21, 21, 21])
    #expect(column(28, of: result).allSatisfy { $0.isNaN })
    let other = MissingLabels.fill.applied(to: dataset, training: training, seed: 3).dataset
    #expect(column(0, of: other) == [40, 10, 10, 40, 50, 50])
  }

  @Test func pointsThatAreReplacedGetTheirWeights() {
    var points = dataset.points
    (points[0], points[1]) = (5, 6)
    points[2] = .nan
    let other = dataset.replacing(points: points)
    #expect(other.weights[0] == 1 && other.weights[1] == 0 && other.points[3].isNaN)
    #expect(other.fingerprint == dataset.fingerprint && other.pictureHashes == dataset.pictureHashes)
  }
}
