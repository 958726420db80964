import Facemarks
import NeuralNetwork
import TestSupport
import Testing

@Suite struct LandmarkModelONNXTests {
  /// Every architecture, and both normalisations: names and shapes of what goes in and out, every weight of the folded net.
  @Test(arguments: Architectures.all.map { $0.name }, InputNormalization.allCases) func everyArchitecture(
    name: String, normalization: InputNormalization
  ) throws {
    let architecture = try #require(Architectures.named(name))
    let network = try Network(architecture.description(outputs: 30), seed: 1)
    let weights = try network.file(metadata: [
      "scheme": "kaggle15", "normalization": normalization.rawValue, "name": name, "licence": "none",
    ])
    let model = try LandmarkModel(weights, file: name)
    let file = try ONNXFile(model.onnx())
    #expect(file.inputs.map(\.name) == ["crop"] && file.inputs.first?.extents == ["N", "1", "96", "96"])
    #expect(file.outputs.map(\.name) == ["landmarks"] && file.outputs.first?.extents == ["N", "30"])
    #expect(file.nodes.last?.outputs == ["landmarks"])
    // Folding leaves no dropout, and no normalisation but those that follow no linear layer.
    let folded = try network.folded()
    for parameter in folded.parameters {
      #expect(file.weights.contains { $0.name == parameter.name && $0.shape == parameter.value.shape.array })
    }
    #expect(file.metadata["licence"] == "none" && file.metadata["scheme"] == "kaggle15")
    #expect(file.metadata["landmark_names"] == LandmarkScheme.kaggle15.landmarks.joined(separator: ","))
    let first: [InputNormalization: String] = [.unit: "Div", .standardized: "ReduceMean"]
    #expect(file.nodes.first?.operation == first[normalization])
  }

  /// A network that predicts confidences has three results.
  @Test func confidences() throws {
    let network = try Network(Tiny.description(outputs: 46), seed: 1)
    let weights = try network.file(metadata: ["scheme": "kaggle15", "normalization": "unit", "name": "tiny"])
    let file = try ONNXFile(LandmarkModel(weights, file: "tiny").onnx())
    #expect(file.outputs.map(\.name) == ["landmarks", "scales", "face"])
    #expect(file.outputs.map(\.extents) == [["N", "30"], ["N", "15"], ["N", "1"]])
    let operations = Set(file.nodes.map(\.operation))
    #expect(file.weights.first { $0.name == "face_logit.start" }?.integers == [45])
    #expect(operations.isSuperset(of: ["Slice", "Exp", "Sigmoid"]))
  }
}
