import Facemarks
import Imaging
import NeuralNetwork
import Testing

@Suite struct LandmarkModelTests {
  /// Gray values straight into a dense layer whose weights all are `weight`.
  private func model(weight: Float) throws -> LandmarkModel {
    let count = 2 * LandmarkScheme.kaggle15.count
    let description = NetworkDescription(input: [1, FaceCrop.side, FaceCrop.side], layers: [.flatten, .dense(count)])
    let network = try Network(description)
    for parameter in network.parameters { parameter.value.fill(parameter.name.hasSuffix("weight") ? weight : 0) }
    let file = try network.file(metadata: [
      LandmarkModel.Key.scheme: LandmarkScheme.kaggle15.name,
      LandmarkModel.Key.normalization: InputNormalization.unit.rawValue,
    ])
    return try LandmarkModel(file, file: "some.safetensors")
  }

  private let maps = [Box(x: 10, y: 10, width: 96, height: 96)].map(FaceCrop.map)

  @Test func outputBecomesPicturePixels() throws {
    // A white crop is 9216 times 1; the network's 0 is the crop's middle and 1 its edge.
    let points = try model(weight: 0.5 / 9216).landmarks(in: grayPicture(200, 200) { _, _ in 255 }, maps: maps)
    #expect(points.count == 1 && points[0].count == 15)
    #expect(points[0].allSatisfy { distance($0, Point(x: 82, y: 82)) < 1e-3 })
  }

  @Test(arguments: [3e38, 1e9, -1]) func outputThatIsNoPositionIsAnError(weight: Float) throws {
    let model = try model(weight: weight)
    #expect(throws: ModelError(file: "some.safetensors")) {
      try model.landmarks(in: grayPicture(200, 200), maps: maps)
    }
    let pipeline = FacePipeline(detector: FakeDetector([detection(10, 10, 96)]), model: model)
    #expect(throws: ModelError(file: "some.safetensors")) { try pipeline.faces(in: grayPicture(200, 200)) }
  }
}
