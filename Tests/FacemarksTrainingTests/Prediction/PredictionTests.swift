import Facemarks
import FacemarksTraining
import Imaging
import NeuralNetwork
import TestSupport
import Testing

/// Finds the brightest pixel and calls it by the name of every landmark it knows, with an error that is always the same.
private final class BrightestPixel: LandmarkPredictor {
  let file = "the brightest pixel"
  let scheme = LandmarkScheme.kaggle15
  let landmarks: [Int]
  private let error: Float

  init(landmarks: [Int] = Array(0..<15), error: Float = 0) {
    self.landmarks = landmarks
    self.error = error
  }

  func predict(_ pictures: FacePictures, threads: Int) throws -> [Float] {
    let crops = pictures.crops
    return (0..<pictures.count).flatMap { crop -> [Float] in
      let picture = Array(crops[crop * 9216..<(crop + 1) * 9216])
      let brightest = picture.indices.max { picture[$0] < picture[$1] } ?? 0
      let (x, y) = (Float(brightest % 96), Float(brightest / 96))
      return (0..<15).flatMap { landmarks.contains($0) ? [x + error, y] : [.nan, .nan] }
    }
  }
}

/// A detector that knows one box for all pictures.
private final class FixedDetector: FaceDetector {
  let boxes: [Box]
  init(_ boxes: [Box]) { self.boxes = boxes }
  func detect(in picture: GrayImage) throws -> [Detection] { boxes.map { Detection(box: $0, score: 1) } }
}

@Suite struct PredictionTests {
  private func spot(x: Int, y: Int) -> [UInt8] {
    var pixels = [UInt8](repeating: 10, count: 9216)
    pixels[y * 96 + x] = 200
    return pixels
  }

  /// The predictor is wrong by +3 in x; on the mirror image too, where +3 means -3 of the picture.
  @Test func mirrorAveragingCancelsWhatHasASide() throws {
    let values = try MirrorAveraged(BrightestPixel(error: 3))
      .predict(FacePictures(pixels: spot(x: 20, y: 70) + spot(x: 95, y: 0), count: 2, margin: 0), threads: 1)
    #expect(values == (0..<15).flatMap { _ in [20, 70] } + (0..<15).flatMap { _ in [95, 0] })
  }

  @Test func mirrorAveragingKeepsWhatHasNoMirrorImage() throws {
    // Left eye, right eye, inner corner of the left eye (whose mirror image it does not know), nose.
    let averaged = MirrorAveraged(BrightestPixel(landmarks: [0, 1, 2, 10], error: 3))
    #expect(averaged.landmarks == [0, 1, 2, 10])
    let values = try averaged.predict(FacePictures(pixels: spot(x: 20, y: 70), count: 1, margin: 0), threads: 1)
    let known = Dictionary(uniqueKeysWithValues: (0..<15).map { ($0, Array(values[2 * $0...2 * $0 + 1])) })
    #expect(known[0] == [20, 70] && known[1] == [20, 70] && known[10] == [20, 70])
    #expect(known[2] == [23, 70])
    #expect(values.count { $0.isNaN } == 22)
  }

  /// A box of 48 pixels at (24, 40): by hand, crop pixel u shows 24 - 0.5 + (u + 0.5) / 2.
  @Test func detectorCropsAreTakenBack() throws {
    let box = Box(x: 24, y: 40, width: 48, height: 48)
    let crops = DetectorCrops(FixedDetector([box]), correction: .identity)
    let values = try DetectorCropped(BrightestPixel(), crops: crops)
      .predict(FacePictures(pixels: spot(x: 40, y: 60) + spot(x: 30, y: 50), count: 2, margin: 0), threads: 1)
    #expect(abs(values[0] - 40) <= 0.25 && abs(values[1] - 60) <= 0.25)
    #expect(abs(values[30] - 30) <= 0.25 && abs(values[31] - 50) <= 0.25)
    #expect(crops.searched == 2 && crops.found == 2)
    let none = DetectorCrops(FixedDetector([]), correction: .identity)
    let whole = try DetectorCropped(BrightestPixel(), crops: none).predict(
      FacePictures(pixels: spot(x: 40, y: 60), count: 1, margin: 0), threads: 1)
    #expect(Array(whole[0...1]) == [40, 60])
    #expect(none.searched == 1 && none.found == 0)
  }

  @Test func croppedDataSetsMoveTheirPoints() throws {
    let dataset = SyntheticData.spot(at: Point(x: 84, y: 64), landmark: 3)
    // In the 144 pixels of the picture: 48 wide from (60, 40).
    let crops = DetectorCrops(
      FixedDetector([Box(x: 60, y: 40, width: 48, height: 48)]), correction: .identity)
    let cropped = try dataset.cropped(by: crops)
    #expect(cropped.side == 96 && cropped.margin == 0 && crops.found == 1)
    let point = try #require(cropped.landmarks(of: 0)[3])
    // By hand: (84 - 60 + 0.5) * 2 - 0.5
    #expect(abs(point.x - 48.5) < 1e-4 && abs(point.y - 48.5) < 1e-4)
    let values = try BrightestPixel().predict(cropped.pictures(of: [0]), threads: 1)
    #expect(abs(Double(values[0]) - point.x) <= 1 && abs(Double(values[1]) - point.y) <= 1)
    let whole = try dataset.cropped(by: DetectorCrops(FixedDetector([]), correction: .identity))
    #expect(whole.pixels == dataset.crops(of: [0]))
    #expect(whole.landmarks(of: 0)[3] == Point(x: 60, y: 40))
    #expect(cropped.fingerprint != dataset.fingerprint)
  }

  @Test func evaluationLeavesOutUnknownPoints() throws {
    let dataset = SyntheticData.spot(at: Point(x: 84, y: 64), landmark: 3)
    let errors = try Evaluation.errors(of: BrightestPixel(error: 2), on: dataset, indices: [0], threads: 1)
    // By hand: the root of (2 * 2 + 0) / 2.
    #expect(abs(errors.rmse - 2.squareRoot()) < 1e-6)
    let blind = BrightestPixel(landmarks: [4])
    #expect(try Evaluation.errors(of: blind, on: dataset, indices: [0], threads: 1).rmse.isNaN)
  }

  /// A network of a weight file gives the same through a predictor as through the evaluation of the trainer.
  @Test func networksPredictAsTheyAreEvaluated() throws {
    let dataset = SyntheticData.stripes(70)
    let description = try #require(Architectures.named("tiny")).description(outputs: 30)
    let network = try Network(description, seed: 5)
    for parameter in network.parameters where parameter.name.hasSuffix("weight") {
      var random = RandomGenerator(seed: 3)
      for index in 0..<parameter.value.count { parameter.value.pointer[index] = random.uniform(-0.1...0.1) }
    }
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/model.safetensors"
    try network.file(metadata: [
      LandmarkModel.Key.scheme: "kaggle15", LandmarkModel.Key.normalization: "standardized",
    ]).write(to: path)
    let predictor = try Predictors.read(path)
    #expect(predictor.landmarks == Array(0..<15) && predictor.file == path)
    let indices = Array(0..<70)
    let given = try Evaluation.errors(of: predictor, on: dataset, indices: indices, threads: 2)
    let expected = Evaluation.errors(
      of: try LandmarkModel(contentsOf: path), on: dataset, indices: indices, threads: 1)
    #expect(abs(given.rmse - expected.rmse) < 1e-4 && expected.rmse > 1)
    #expect(throws: WeightFileError.self) {
      try network.file(metadata: [Predictors.kindKey: "oracle"]).write(to: path)
      _ = try Predictors.read(path)
    }
  }
}
