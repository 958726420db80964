import NeuralNetwork
import Testing

/// Everything against the numbers of Fixtures/reference.safetensors, which Fixtures/make_reference.py made with PyTorch.
@Suite struct PyTorchTests {
  /// The network of make_reference.py.
  static let description = NetworkDescription(
    input: [2, 12, 12],
    layers: [
      .conv(4, bias: true), .norm(.relu),
      .conv(4, stride: 2, groups: 4, bias: true), .conv(8, kernel: 1), .norm(), LayerDescription("relu"),
      .residual(8), LayerDescription("max_pool2d"),
      LayerDescription(
        "conv2d",
        [
          "filters": .integer(4), "kernelHeight": .integer(2), "kernelWidth": .integer(3), "groups": .integer(2),
          "padding": .integer(1),
        ]),
      LayerDescription("leaky_relu"), LayerDescription("average_pool2d", ["size": .integer(2), "stride": .integer(1)]),
      .flatten, .dense(10, activation: .relu), .dense(6),
    ])

  let reference: Safetensors

  init() throws { reference = try Safetensors(contentsOf: fixture("reference.safetensors")) }

  private func tensor(_ name: String) throws -> Tensor {
    let entry = try #require(reference.entries[name], "no \(name) in the fixture")
    return Tensor(Shape(entry.shape), values: entry.values)
  }

  private func startNetwork() throws -> Network {
    let network = try Network(Self.description)
    for parameter in network.parameters { parameter.value.copy(try tensor("start.\(parameter.name)")) }
    return network
  }

  @Test(arguments: [1, 2]) func resultGradientAndInference(threads: Int) throws {
    let network = try startNetwork()
    let (input, target, weight) = (try tensor("input"), try tensor("target"), try tensor("weight"))
    let pass = Pass(isTraining: true, threads: threads)
    let output = network.forward(input, pass)
    try expectClose(output.values, tensor("output").values, 2e-6, "output")
    let gradient = Tensor([1])
    let loss = MeanSquaredError().evaluate(output, target, weights: weight, gradient: gradient)
    #expect(abs(loss - Double(try tensor("loss").values[0])) < 1e-6)
    network.zeroGradients()
    network.backward(gradient, pass)
    for parameter in network.parameters where parameter.isTrained {
      try expectClose(
        parameter.gradient.values, tensor("gradient.\(parameter.name)").values, 1e-5, "gradient of \(parameter.name)")
    }
    let inference = Pass(isTraining: false, threads: threads)
    let expected = try tensor("output.inference").values
    expectClose(network.forward(input, inference).values, expected, 5e-6, "inference")
    expectClose(try network.folded().forward(input, inference).values, expected, 1e-5, "folded")
  }

  /// Expected places from PyTorch 2.15: softmax over each plane, times the pixels' places.
  @Test func placesOfPlanes() throws {
    let network = try Network(NetworkDescription(input: [2, 2, 3], layers: [.spatialSoftmax]))
    let input = Tensor([1, 2, 2, 3], values: [0.1, -0.4, 1.2, 0.3, 2.0, -1.0, 1, 1, 1, 1, 1, 1])
    expectClose(network.forward(input).values, [0.0578760, 0.1412151, 0, 0], 1e-6, "places")
  }

  @Test(arguments: Optimizers.all.map { $0.name }) func tenSteps(name: String) throws {
    let rates: [String: Float] = [
      "sgd": 0.05, "momentum": 0.02, "nesterov": 0.02, "adam": 0.003, "adamw": 0.003, "rmsprop": 0.002, "adagrad": 0.01,
    ]
    let network = try startNetwork()
    let optimizerState = OptimizerState(try #require(Optimizers.named(name)), network.parameters)
    let (input, target, weight) = (try tensor("input"), try tensor("target"), try tensor("weight"))
    let (gradient, pass) = (Tensor([1]), Pass(isTraining: true))
    let rate = try #require(rates[name], "no reference for \(name)")
    for _ in 0..<10 {
      _ = MeanSquaredError().evaluate(network.forward(input, pass), target, weights: weight, gradient: gradient)
      network.zeroGradients()
      network.backward(gradient, pass)
      optimizerState.update(rate: rate, momentum: 0.9)
    }
    let loss = MeanSquaredError().evaluate(network.forward(input, pass), target, weights: weight, gradient: gradient)
    let expected = Double(try tensor("\(name).final_loss").values[0])
    #expect(abs(loss - expected) < 1e-3 * expected, "\(loss) instead of \(expected)")
    for key in ["0.weight", "6.1.2.weight", "12.weight", "13.bias", "4.weight"] {
      let parameter = try #require(network.parameters.first { $0.name == key })
      let (values, expected) = (parameter.value.values, try tensor("\(name).\(key)").values)
      let squares = zip(values, expected).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
      let scale = expected.map(abs).max() ?? 0
      #expect((squares / Float(values.count)).squareRoot() < 1e-3 * scale, "\(name): \(key)")
      // An adaptive step has the rate's size even where the gradient is mere rounding, so single weights may differ by one.
      #expect(zip(values, expected).allSatisfy { abs($0 - $1) < rate }, "\(name): \(key)")
    }
  }

  @Test(arguments: ["adamw", "sgd"]) func weightDecay(name: String) throws {
    let parameter = Parameter("v", role: .weight, value: Tensor([5], values: [-1, -0.5, 0, 0.5, 1]))
    let optimizerState = OptimizerState(try #require(Optimizers.named(name)), [parameter], weightDecay: 0.2)
    for _ in 0..<3 {
      parameter.gradient.values = parameter.value.values.map { 2 * $0 }
      optimizerState.update(rate: 0.1)
    }
    expectClose(parameter.value.values, try tensor("decay.\(name)").values, 1e-5, name)
  }

  @Test(arguments: Losses.all.map { $0.name }) func losses(name: String) throws {
    let loss = try #require(Losses.named(name))
    let gradient = Tensor([1])
    let value = loss.evaluate(
      try tensor("losses.prediction"), try tensor("losses.target"), weights: try tensor("losses.weight"),
      gradient: gradient)
    let expected = Double(try tensor("losses.\(name)").values[0])
    #expect(abs(value - expected) < 1e-6)
    expectClose(gradient.values, try tensor("losses.\(name).gradient").values, 1e-6, name)
  }
}
