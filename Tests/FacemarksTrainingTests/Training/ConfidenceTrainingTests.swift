import Facemarks
import FacemarksTraining
import Imaging
import NeuralNetwork
import TestSupport
import Testing

/// What a network that predicts confidences learns from.
@Suite struct ConfidenceTrainingTests {
  /// Two landmarks; a face with both and a picture that counts as none, of which one point is known all the same.
  ///
  /// Expected numbers from PyTorch 2.15: mean squared error over the known coordinates, plus 0.01 times the mean over the
  /// known points of r exp(-s) + 2 s (r in pixels, detached), plus 0.05 times binary_cross_entropy_with_logits.
  @Test func objectiveAndItsGradient() {
    let outputs = NetworkOutputs(landmarks: 2, predictsConfidence: true)
    let objective = Objective(loss: MeanSquaredError(), outputs: outputs)
    var targets = Objective.Targets()
    targets.points.resize([2, 4])
    targets.points.values = [0.12, -0.25, 0.3, 0.1, 0.05, 0.45, 0, 0]
    targets.weights.resize([2, 4])
    targets.weights.values = [1, 1, 1, 1, 1, 1, 0, 0]
    targets.faces = [1, 0]
    let output = Tensor(
      [2, 7], values: [0.10, -0.20, 0.30, 0.05, 0.4, -0.3, 1.5, 0.0, 0.5, -0.4, 0.2, 1.0, 0.2, -0.7])
    let gradient = Tensor([1])
    let value = objective.evaluate(output, targets, gradient: gradient)
    #expect(abs(value - 0.0449183) < 1e-6)
    let expected: [Float] = [
      -0.0066667, 0.0166667, 0, -0.0166667, 0.0008910, -0.0041322, -0.0045606, -0.0166667, 0.0166667, 0, 0, 0.0025046,
      0,
      0.0082953,
    ]
    for (slope, expected) in zip(gradient.values, expected) { #expect(abs(slope - expected) < 1e-6) }
    // With the face counting twice as much there is 0.05 times the mean of log(1 + exp(-1.5)) and log(1 + exp(-0.7)) more.
    let stricter = Objective(loss: MeanSquaredError(), outputs: outputs, faceWeight: 0.1)
    #expect(abs(stricter.evaluate(output, targets, gradient: gradient) - 0.0600332) < 1e-6)
    #expect(abs(gradient.values[6] + 0.0091213) < 1e-6 && abs(gradient.values[13] - 0.0165906) < 1e-6)
  }

  /// The chance that a point is nearer than its scale is 1 - 2 / e, by hand.
  @Test func chanceOfAPoint() {
    #expect(abs(NetworkOutputs.probability(within: 3, scale: 3) - 0.2642411) < 1e-7)
    #expect(NetworkOutputs.probability(within: 0, scale: 3) == 0)
    #expect(NetworkOutputs(count: 31, landmarks: 15) == nil)
    #expect(NetworkOutputs(count: 46, landmarks: 15)?.faceLogit == 45)
  }

  /// By hand: a third of the way from 10 to 16 is 12; where either is missing nothing moves.
  @Test func pointsMoveTowardsTheHandsPlaces() {
    var points = [Float](repeating: 10, count: 30)
    var manual = [Float](repeating: 16, count: 30)
    (points[4], points[5], manual[6], manual[7]) = (.nan, .nan, .nan, .nan)
    let dataset = LandmarkDataset(
      path: "two", margin: 0, samples: [Sample(name: "a")], pixels: [UInt8](repeating: 0, count: 9216), points: points,
      manual: manual)
    let blended = dataset.blendingManual(1.0 / 3)
    #expect(blended.points[0...3].allSatisfy { abs($0 - 12) < 1e-6 } && blended.points[4].isNaN)
    #expect(blended.points[6] == 10 && blended.weights[2] == 0 && blended.weights[3] == 1)
  }

  /// Pictures without a face beside one with a spot: number k is uniformly gray, 100 + k.
  private func dataset(_ names: [String], folder: TemporaryFolder) throws -> LandmarkDataset {
    let files = try names.enumerated().map { number, name in
      let picture = GrayImage(
        width: 144, height: 144, pixels: [UInt8](repeating: UInt8(100 + number), count: 144 * 144))
      return (name: name, bytes: try Image(picture).encoded(as: "png"))
    }
    try folder.add("nonfaces.tar", TarText.archive(files))
    return try SyntheticData.spot(at: Point(x: 84, y: 64), landmark: 3).adding(nonfaces: "\(folder.path)/nonfaces.tar")
  }

  @Test func picturesWithoutAFace() throws {
    let folder = try TemporaryFolder()
    let all = try dataset(["no/haar_b_0.png", "no/haar_b_1.png", "no/random_a_9_0.png", "plain.png"], folder: folder)
    #expect(all.samples.map(\.isFace) == [true, false, false, false, false])
    #expect(all.samples.map(\.person) == [nil, "b", "b", "a_9", "plain.png"])
    #expect(all.samples.allSatisfy { $0.split == nil })
    #expect(all.hasPoints(0) && !all.hasPoints(1) && all.pixels[144 * 144] == 100 && all.pixels.last == 103)
    let other = try dataset(["no/haar_b_0.png"], folder: folder)
    #expect(other.fingerprint != all.fingerprint && all.pictureHashes.count == 5)
    let path = "\(folder.path)/nonfaces.tar"
    let small = SyntheticData.stripes(2)
    #expect(throws: DataError(file: "\(path): no/haar_b_0.png", message: "has 144x144 pixels, but 96x96 are needed")) {
      try small.adding(nonfaces: path)
    }
    try folder.add("nonfaces.tar", TarText.archive([]))
    #expect(throws: DataError(file: path, message: "no pictures (.jpg or .png) in it")) {
      try other.adding(nonfaces: path)
    }
  }

  @Test func theirCropsAreNoFacesAndHaveNoPoints() throws {
    let folder = try TemporaryFolder()
    let dataset = try dataset(["no/haar_b_0.png"], folder: folder)
    var settings = BatchSource.Settings(batchSize: 64, seed: 3, normalization: .unit)
    settings.parts = 0.5
    let indices = (0..<64).map { $0 % 2 }
    settings.shuffles = false
    let batch = BatchSource(dataset: dataset, indices: indices, settings: settings).batch(epoch: 0, index: 0)
    for slot in 0..<64 where slot % 2 == 1 { #expect(batch.faces[slot] == 0) }
    // Of the faces about half are cut to a part, which has no points.
    let parts = (0..<64).filter { $0 % 2 == 0 && batch.faces[$0] == 0 }
    #expect((8...24).contains(parts.count))
    for slot in 0..<64 {
      let weights = batch.weights[slot * 30..<slot * 30 + 30].reduce(0, +)
      #expect(weights == (batch.faces[slot] == 1 ? 2 : 0))
    }
  }

  /// A face drawn as bright spots at its points, tilted by 0.3: a crop of the second look shows the eyes level.
  @Test func alignedCropsStandUpright() throws {
    let shape = try #require(FaceShape(.kaggle15))
    let (c, s) = (34 * 0.955336, 34 * 0.295520)  // 34 cos 0.3, 34 sin 0.3
    let face = shape.mean.map { Point(x: 76 + c * $0.x - s * $0.y, y: 70 + s * $0.x + c * $0.y) }
    let points = face.flatMap { [Float($0.x), Float($0.y)] }
    let dataset = LandmarkDataset(
      path: "face", margin: 24, samples: [Sample(name: "face")], pixels: [UInt8](repeating: 90, count: 144 * 144),
      points: points)
    var settings = BatchSource.Settings(batchSize: 1, seed: 3, normalization: .unit, augmentations: [])
    settings.aligned = 1
    let targets = BatchSource(dataset: dataset, indices: [0], settings: settings).batch(epoch: 0, index: 0).targets
    // The same shape, 34 px of a crop whose side is 34 * 2.7383, seen on 96 px: an eye distance of 35.058 px.
    #expect(abs(targets[1] - targets[3]) < 1e-4)
    #expect(abs((targets[0] - targets[2]) * 48 - 35.058) < 0.01)
    // A closer look shows four fifths of the side: 35.058 / 0.8.
    settings.refinedCrop.scale = 0.8
    let close = BatchSource(dataset: dataset, indices: [0], settings: settings).batch(epoch: 0, index: 0).targets
    #expect(abs((close[0] - close[2]) * 48 - 43.823) < 0.01)
    // Without the corners of the mouth nobody knows where it is: the crop stays as it was.
    var partial = points
    for value in 22...25 { partial[value] = .nan }
    let plain = BatchSource(dataset: dataset.replacing(points: partial), indices: [0], settings: settings)
      .batch(epoch: 0, index: 0).targets
    #expect(abs(plain[0] - (points[0] - 24 - 48) / 48) < 1e-6)
  }

  /// Of a face without any point the box is cut as closely: over 95 steps of 0.8 px a slope of 1 rises by 76.
  @Test func aFaceWithoutPointsIsStillAFace() throws {
    let dataset = LandmarkDataset(
      path: "face", margin: 24, samples: [Sample(name: "face")],
      pixels: (0..<144 * 144).map { UInt8($0 % 144) }, points: [Float](repeating: .nan, count: 30))
    var settings = BatchSource.Settings(batchSize: 1, seed: 3, normalization: .unit, augmentations: [])
    settings.aligned = 1
    settings.refinedCrop.scale = 0.8
    let batch = BatchSource(dataset: dataset, indices: [0], settings: settings).batch(epoch: 0, index: 0)
    #expect(batch.faces == [1] && batch.weights.allSatisfy { $0 == 0 })
    #expect(abs((batch.pixels[95] - batch.pixels[0]) * 255 - 76) < 1e-3)
  }

  /// It trains a network that predicts confidences, and no other.
  @Test func facesWithoutPointsTrainTheConfidenceOnly() throws {
    let dataset = SyntheticData.stripes(12) { sample, index in
      sample.split = index < 8 ? .training : .validation
    } points: { index, _ in
      index % 4 == 0 ? nil : (30, 40)
    }
    var run = RunConfiguration()
    (run.data, run.architecture, run.threads) = ("stripes", Tiny.name, 1)
    let folder = try TemporaryFolder()
    #expect(try Trainer(run, dataset: dataset, folder: folder.path).split.training == [1, 2, 3, 5, 6, 7])
    run.nonfaces = "others.tar"
    let split = try Trainer(run, dataset: dataset, folder: folder.path).split
    #expect(split.training == Array(0..<8) && split.validation == [9, 10, 11])
  }
}
