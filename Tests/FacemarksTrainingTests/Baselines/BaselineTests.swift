import Facemarks
import FacemarksTraining
import Imaging
import NeuralNetwork
import TestSupport
import Testing

@Suite struct BaselineTests {
  private func fitted(
    _ baseline: Baseline, _ dataset: LandmarkDataset, training: [Int]? = nil,
    forest: RandomForest.Settings = RandomForest.Settings(trees: 4)
  ) throws -> Safetensors {
    try baseline.fitted(
      to: dataset, training: training ?? Array(dataset.samples.indices), forest: forest, seed: 1, threads: 2,
      licence: "none")
  }

  private func predictor(_ weights: Safetensors) throws -> any LandmarkPredictor {
    let folder = try TemporaryFolder()
    try weights.write(to: "\(folder.path)/model.safetensors")
    return try Predictors.read("\(folder.path)/model.safetensors")
  }

  private func dataset(points: [[Float]], base: LandmarkDataset? = nil) -> LandmarkDataset {
    let plain = base ?? SyntheticData.stripes(points.count)
    return LandmarkDataset(
      path: "made", margin: plain.margin, samples: plain.samples, pixels: plain.pixels, points: points.flatMap { $0 })
  }

  /// By hand: the mean of 20.00, 20.01 and 20.02 is 20.01; what is missing does not count.
  @Test func meanOfEveryPoint() throws {
    let plain = SyntheticData.stripes(4)
    var rows = (0..<4).map { Array(plain.points[30 * $0..<30 * ($0 + 1)]) }
    (rows[0][2], rows[0][3]) = (.nan, .nan)
    for row in rows.indices { (rows[row][28], rows[row][29]) = (.nan, .nan) }
    let dataset = dataset(points: rows)
    let predictor = try predictor(try fitted(.mean, dataset, training: [0, 1, 2]))
    #expect(predictor.landmarks == Array(0..<14))
    let values = try predictor.predict(dataset.pictures(of: [3, 0]), threads: 1)
    #expect(values.count == 60 && values[28].isNaN && values[29].isNaN)
    #expect(abs(values[0] - 10) < 1e-4 && abs(values[1] - 20.01) < 1e-4)
    #expect(abs(values[2] - 11) < 1e-4 && abs(values[3] - 21.015) < 1e-4)
    #expect(Array(values[0..<28]) == Array(values[30..<58]))
  }

  /// Four quadrilaterals; NumPy: centred, scaled to norm 1, turned onto their mean by the singular value decomposition
  /// (Kabsch) until it stays; the mean turned onto the sum of the centred shapes, times the mean norm, at the mean centre.
  @Test func meanShapeIsThatOfProcrustes() throws {
    let shapes: [[Float]] = [
      [10, 10, 30, 10, 30, 40, 10, 40], [50, 20, 75, 32, 57, 66, 30, 55], [20, 60, 40, 60, 45, 95, 18, 90],
      [12, 14, 25, 9, 33, 30, 17, 41],
    ]
    let expected: [Float] = [22.81445, 25.44431, 43.05347, 26.85732, 41.72308, 58.36784, 17.909, 57.33053]
    // Fifteen points are needed: the four, and eleven at their centre, which change nothing.
    let rows = shapes.map { shape -> [Float] in
      let x = (0..<4).reduce(0) { $0 + shape[2 * $1] } / 4
      let y = (0..<4).reduce(0) { $0 + shape[2 * $1 + 1] } / 4
      return shape + (0..<11).flatMap { _ in [x, y] }
    }
    let dataset = dataset(points: rows)
    let values = try predictor(try fitted(.shape, dataset)).predict(dataset.pictures(of: [0]), threads: 1)
    for (value, number) in zip(values, expected) { #expect(abs(value - number) < 2e-4) }
    #expect(throws: TrainingError.self) { try fitted(.shape, dataset, training: [0, 1]) }
    #expect(throws: TrainingError.self) { try fitted(.mean, dataset, training: []) }
  }

  /// Grown by a brute-force version in NumPy (every split of every node tried, squared errors summed anew) on the same
  /// draws with replacement, which a Python version of the generator makes of the seed.
  @Test func forestIsThatOfBruteForce() {
    let count = 60
    var features: [UInt8] = []
    var targets: [Float] = []
    for i in 0..<count {
      let (a, b, c): (Int, Int, Int) = ((37 * i + 11) % 256, (91 * i + 5) % 256, (53 * i * i + 7) % 256)
      features += [UInt8(a), UInt8(b), UInt8(c)]
      let step: Float = a > 100 ? 5 : 0
      let drop: Float = b > 128 ? 7 : 0
      targets.append(10 + step + Float(i * 7 % 11) * 0.3)
      targets.append(i % 4 == 1 ? Float.nan : 20 - drop + Float(i * 5 % 13) * 0.25)
    }
    func forest(threads: Int) -> RandomForest {
      RandomForest.grown(
        features: features, featureCount: 3, targets: targets, outputs: 2,
        settings: RandomForest.Settings(trees: 3, depth: 3, leafSize: 4, tries: 3), seed: 8, threads: threads)
    }
    let expected: [([UInt8], [Float])] = [
      ([0, 0, 0], [10.83, 20.666666]), ([255, 255, 255], [16.307936, 14.248106]),
      ([120, 60, 200], [16.715681, 21.997355]), ([40, 200, 90], [11.966666, 14.5625]),
    ]
    for (question, answer) in expected {
      let given = forest(threads: 2).predict(question)
      for (value, number) in zip(given, answer) { #expect(abs(value - number) < 1e-4, "\(question)") }
      #expect(forest(threads: 1).predict(question) == given)
    }
  }

  /// Faces in the left half of a bright picture and in the right half of a dark one: one question tells them apart.
  private func brightAndDark() -> LandmarkDataset {
    let count = 40
    var pixels: [UInt8] = []
    var points: [Float] = []
    var samples: [Sample] = []
    for index in 0..<count {
      let ground: Int = index % 2 == 0 ? 200 : 50
      for place in 0..<9216 { pixels.append(UInt8(ground + (place * 7 + index) % 13)) }
      let x: Float = index % 2 == 0 ? 20 : 70
      for landmark in 0..<15 {
        points.append(landmark == 5 ? Float.nan : x)
        points.append(landmark == 5 ? Float.nan : Float(10 + landmark))
      }
      samples.append(Sample(name: "face \(index)"))
    }
    return LandmarkDataset(path: "made", margin: 0, samples: samples, pixels: pixels, points: points)
  }

  @Test func forestLearnsWhatAPictureShows() throws {
    let dataset = brightAndDark()
    let weights = try fitted(.forest, dataset, training: Array(0..<30))
    #expect(weights.metadata["kind"] == "forest")
    // One question each, somewhere between 62 and 200, and two leaves.
    let nodes = try #require(weights.entries["nodes"])
    #expect(nodes.shape == [12, 3])
    #expect(stride(from: 1, to: 36, by: 9).allSatisfy { (50..<200).contains(nodes.values[$0]) })
    let forest = try predictor(weights)
    #expect(forest.landmarks == (0..<15).filter { $0 != 5 })
    let values = try forest.predict(dataset.pictures(of: [38, 39]), threads: 2)
    #expect(values[0] == 20 && values[1] == 10 && values[30] == 70 && values[31] == 10)
    #expect(values[10].isNaN && values[11].isNaN && values[40].isNaN)
    let errors = try Evaluation.errors(of: forest, on: dataset, indices: Array(30..<40), threads: 1)
    #expect(errors.rmse == 0)
    let mean = try predictor(try fitted(.mean, dataset, training: Array(0..<30)))
    #expect(try Evaluation.errors(of: mean, on: dataset, indices: Array(30..<40), threads: 1).rmse > 10)
  }

  /// Damaged numbers are refused, whatever they are; none leads out of the tables or around in circles.
  @Test func damagedForestsAreRefused() throws {
    let weights = try fitted(.forest, brightAndDark())
    func refused(_ change: (inout Safetensors) -> Void) {
      var damaged = weights
      change(&damaged)
      #expect(throws: WeightFileError.self) { try predictor(damaged) }
    }
    refused { $0.entries["nodes"] = nil }
    refused { $0.entries["roots"]?.values[0] = 12 }
    refused { $0.entries["roots"]?.values[0] = 0.5 }
    refused { $0.entries["nodes"]?.values[2] = 0 }
    refused { $0.entries["nodes"]?.values[2] = 11 }
    refused { $0.entries["nodes"]?.values[0] = 576 }
    refused { $0.entries["nodes"]?.values[1] = 300 }
    refused { $0.entries["nodes"]?.values[5] = -1 }
    refused { $0.entries["values"]?.shape = [16, 15] }
    refused { $0.metadata["scheme"] = "none" }
    refused { $0.metadata["landmarks"] = "ear" }
  }
}
