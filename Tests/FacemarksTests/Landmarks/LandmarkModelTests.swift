import Facemarks
import Imaging
import NeuralNetwork
import TestSupport
import Testing

@Suite struct LandmarkModelTests {
  /// Gray values straight into a dense layer whose weights all are `weight`.
  private func model(weight: Float, metadata: [String: String] = [:]) throws -> LandmarkModel {
    let count = 2 * LandmarkScheme.kaggle15.count
    let description = NetworkDescription(input: [1, FaceCrop.side, FaceCrop.side], layers: [.flatten, .dense(count)])
    let network = try Network(description)
    for parameter in network.parameters { parameter.value.fill(parameter.name.hasSuffix("weight") ? weight : 0) }
    let known = [
      LandmarkModel.Key.scheme: LandmarkScheme.kaggle15.name,
      LandmarkModel.Key.normalization: InputNormalization.unit.rawValue,
    ]
    let file = try network.file(metadata: known.merging(metadata) { $1 })
    return try LandmarkModel(file, file: "some.safetensors")
  }

  private let maps = [Box(x: 10, y: 10, width: 96, height: 96)].map(FaceCrop.map)

  @Test func outputBecomesPicturePixels() throws {
    // A white crop is 9216 times 1; the network's 0 is the crop's middle and 1 its edge.
    let predictions = try model(weight: 0.5 / 9216).predict(grayPicture(200, 200) { _, _ in 255 }, maps: maps)
    #expect(predictions.count == 1 && predictions[0].points.count == 15 && predictions[0].uncertainty == nil)
    #expect(predictions[0].points.allSatisfy { distance($0, Point(x: 82, y: 82)) < 1e-3 })
  }

  @Test func sideOfTheSecondLook() throws {
    let (crops, side) = (LandmarkModel.Key.crops, LandmarkModel.Key.refinedCropScale)
    let drop = LandmarkModel.Key.refinedCropDrop
    #expect(try model(weight: 0).refinedCrop == nil)
    #expect(try model(weight: 0, metadata: [crops: LandmarkModel.alignedCrops]).refinedCrop == RefinedCrop())
    #expect(
      try model(weight: 0, metadata: [crops: LandmarkModel.alignedCrops, side: "0.8", drop: "0.1"]).refinedCrop
        == RefinedCrop(scale: 0.8, drop: 0.1))
    #expect(throws: WeightFileError.self) {
      try model(weight: 0, metadata: [crops: LandmarkModel.alignedCrops, drop: "0.6"])
    }
    for text in ["near", "0", "nan", "-1"] {
      #expect(throws: WeightFileError.self) {
        try model(weight: 0, metadata: [crops: LandmarkModel.alignedCrops, side: text])
      }
    }
  }

  /// A network that predicts confidences: its outputs are constants in the bias.
  @Test func confidences() throws {
    let description = NetworkDescription(input: [1, FaceCrop.side, FaceCrop.side], layers: [.flatten, .dense(46)])
    let network = try Network(description)
    var values = [Float](repeating: 0, count: 46)
    // The eye centres 48 px of the crop apart, the logarithm of scales 0, 1 and far beyond the range, the logit 2.
    values[0] = 0.5
    values[2] = -0.5
    values[31] = 1
    values[32] = 100
    values[45] = 2
    for parameter in network.parameters {
      if parameter.name.hasSuffix("bias") { parameter.value.values = values } else { parameter.value.fill(0) }
    }
    let file = try network.file(metadata: [
      LandmarkModel.Key.scheme: LandmarkScheme.kaggle15.name,
      LandmarkModel.Key.normalization: InputNormalization.unit.rawValue,
      LandmarkModel.Key.crops: LandmarkModel.alignedCrops,
    ])
    let model = try LandmarkModel(file, file: "some.safetensors")
    #expect(
      model.outputs == NetworkOutputs(landmarks: 15, predictsConfidence: true) && model.refinedCrop == RefinedCrop())
    // A crop pixel is two picture pixels.
    let maps = [FaceCrop.map(for: Box(x: 10, y: 10, width: 192, height: 192))]
    let prediction = try #require(try model.predict(grayPicture(200, 200), maps: maps).first)
    let uncertainty = try #require(prediction.uncertainty)
    // By hand: 1 / (1 + exp(-2)), 2 e^0, 2 e^1, 2 e^5.
    #expect(abs(uncertainty.face - 0.880797) < 1e-5)
    #expect(abs(uncertainty.scales[0] - 2) < 1e-4 && abs(uncertainty.scales[1] - 5.43656) < 1e-4)
    #expect(abs(uncertainty.scales[2] - 296.826) < 1e-2)
    // A tenth of the eye distance is 9.6 px: 1 - (1 + 4.8) exp(-4.8), by hand.
    let confidences = try #require(prediction.confidences(scheme: .kaggle15))
    #expect(confidences.count == 15 && abs(confidences[0] - 0.952267) < 1e-4)
    #expect(confidences[1] < confidences[0] && confidences[2] < 0.01)
  }

  @Test(arguments: [3e38, 1e9, -1]) func outputThatIsNoPositionIsAnError(weight: Float) throws {
    let model = try model(weight: weight)
    #expect(throws: ModelError(file: "some.safetensors")) {
      try model.predict(grayPicture(200, 200), maps: maps)
    }
    let pipeline = FacePipeline(detector: FakeDetector([detection(10, 10, 96)]), model: model)
    #expect(throws: ModelError(file: "some.safetensors")) { try pipeline.faces(in: grayPicture(200, 200)) }
  }
}
