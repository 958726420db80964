import NeuralNetwork
import TestSupport
import Testing

/// What is written is read back by the field numbers of onnx.proto. That the numbers are the same in ONNX Runtime,
/// script/check-formats shows.
@Suite struct ONNXTests {
  private func file(_ network: Network) throws -> ONNXFile {
    var graph = ONNXGraph()
    let result = network.addNodes(to: &graph, input: "in")
    return try ONNXFile(
      graph.encoded(
        name: "test", input: ONNXGraph.Value("in", network.input), outputs: [ONNXGraph.Value(result, network.output)],
        metadata: ["key": "wörds"]))
  }

  /// Every layer's nodes follow on each other, name things once, and bring all its parameters.
  @Test(arguments: LayerContractTests.cases) func everyLayer(item: LayerContractTests.Case) throws {
    let network = try Network(NetworkDescription(input: item.input, layers: [item.layer]), seed: 3)
    let file = try file(network)
    #expect(file.operatorSet == 17)
    #expect(file.metadata == ["key": "wörds"])
    #expect(file.inputs.map(\.name) == ["in"])
    #expect(file.inputs.first?.extents == ["N"] + item.input.array.map(String.init))
    #expect(file.outputs.first?.extents == ["N"] + item.output.array.map(String.init))
    var known = Set(["in"] + file.weights.map(\.name))
    for node in file.nodes {
      // An input that is left out has no name.
      #expect(
        node.inputs.allSatisfy { $0.isEmpty || known.contains($0) }, "\(node.operation) reads what is not there")
      #expect(node.outputs.allSatisfy { known.insert($0).inserted }, "\(node.operation) names its result again")
    }
    #expect(known.contains(file.outputs.first?.name ?? ""))
    let found = Dictionary(uniqueKeysWithValues: file.weights.map { ($0.name, $0) })
    // The mean place of a plane needs the pixels' places and the shape to write them under each other; what is enlarged needs
    // the scales and the bounds to cut it off at.
    let constants = item.layer.type == SpatialSoftmax.type ? 2 : 4 * file.nodes.count { $0.operation == "Resize" }
    #expect(found.count == network.parameters.count + constants)
    for parameter in network.parameters {
      #expect(found[parameter.name]?.shape == parameter.value.shape.array, "\(parameter.name)")
      #expect(found[parameter.name]?.values == parameter.value.values, "\(parameter.name)")
    }
    #expect(file.nodes.isEmpty == (item.layer.type == "dropout"))
  }

  /// By the operators' definitions: the odd pixel of "same" padding is at the end; pads are top, left, bottom, right.
  @Test func attributes() throws {
    let network = try Network(
      NetworkDescription(
        input: [4, 8, 9],
        layers: [
          .conv(6, stride: 2, groups: 2, bias: true, activation: .leaky), .norm(.relu), .maxPool(2), .flatten,
          .dense(3),
        ]))
    let nodes = try file(network).nodes
    #expect(
      nodes.map(\.operation) == ["Conv", "LeakyRelu", "BatchNormalization", "Relu", "MaxPool", "Flatten", "Gemm"])
    #expect(nodes[0].inputs == ["in", "0.weight", "0.bias"])
    #expect(
      nodes[0].integers == ["kernel_shape": [3, 3], "strides": [2, 2], "pads": [0, 1, 1, 1], "group": [2]])
    #expect(nodes[1].floats == ["alpha": 0.01])
    #expect(nodes[2].inputs.dropFirst() == ["1.weight", "1.bias", "1.running_mean", "1.running_var"])
    #expect(nodes[2].floats == ["epsilon": 1e-5])
    #expect(nodes[4].integers == ["kernel_shape": [2, 2], "strides": [2, 2], "pads": [0, 0, 0, 0]])
    #expect(nodes[6].integers == ["transB": [1]])
  }
}
