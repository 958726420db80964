import NeuralNetwork
import Testing

/// The contract of `Layer`, checked for every registered layer.
@Suite struct LayerContractTests {
  struct Case: CustomTestStringConvertible, Sendable {
    var layer: LayerDescription
    var input: Shape
    var output: Shape
    var testDescription: String {
      "\(layer.type) \(layer.options.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" })"
    }
  }

  private static func conv(_ options: [String: OptionValue]) -> LayerDescription { LayerDescription("conv2d", options) }

  static let cases: [Case] = [
    Case(layer: .conv(5, bias: true), input: [3, 7, 6], output: [5, 7, 6]),
    Case(layer: .conv(4, stride: 2), input: [3, 8, 9], output: [4, 4, 5]),
    Case(layer: .conv(6, kernel: 1, bias: true, activation: .leaky), input: [3, 5, 5], output: [6, 5, 5]),
    Case(layer: .conv(4, kernel: 1, stride: 2), input: [3, 5, 5], output: [4, 3, 3]),
    Case(layer: .conv(6, groups: 3, bias: true, activation: .relu), input: [6, 6, 6], output: [6, 6, 6]),
    Case(layer: .conv(4, groups: 4, bias: true), input: [4, 6, 7], output: [4, 6, 7]),
    Case(layer: .conv(4, stride: 2, groups: 4, activation: .relu), input: [4, 7, 6], output: [4, 4, 3]),
    Case(
      layer: conv([
        "filters": .integer(3), "kernelHeight": .integer(2), "kernelWidth": .integer(4), "padding": .integer(2),
      ]),
      input: [2, 5, 6], output: [3, 8, 7]),
    Case(
      layer: conv(["filters": .integer(3), "kernel": .integer(3), "stride": .integer(3)]), input: [2, 8, 8],
      output: [3, 2, 2]),
    Case(layer: .conv(8), input: [200, 9, 60], output: [8, 9, 60]),
    Case(
      layer: conv(["filters": .integer(9), "kernel": .integer(5), "activation": .text("relu")]), input: [2, 14, 37],
      output: [9, 10, 33]),
    Case(layer: .conv(7, kernel: 2, bias: true, activation: .leaky), input: [1, 9, 17], output: [7, 9, 17]),
    Case(layer: .dense(4), input: [7], output: [4]),
    Case(layer: .dense(5, activation: .relu), input: [2, 3, 3], output: [5]),
    Case(layer: LayerDescription("max_pool2d"), input: [2, 6, 7], output: [2, 3, 3]),
    Case(layer: LayerDescription("max_pool2d"), input: [3, 7, 21], output: [3, 3, 10]),
    Case(
      layer: LayerDescription("max_pool2d", ["size": .integer(3), "stride": .integer(2), "padding": .text("same")]),
      input: [2, 6, 7], output: [2, 3, 4]),
    Case(
      layer: LayerDescription(
        "average_pool2d", ["size": .integer(3), "stride": .integer(2), "padding": .text("same")]),
      input: [2, 6, 7], output: [2, 3, 4]),
    Case(layer: LayerDescription("global_average_pool"), input: [3, 4, 5], output: [3]),
    Case(layer: .spatialSoftmax, input: [3, 4, 5], output: [6]),
    Case(layer: .norm(), input: [3, 4, 5], output: [3, 4, 5]),
    Case(layer: .norm(.relu), input: [6], output: [6]),
    Case(layer: .dropout(0.4), input: [3, 4, 5], output: [3, 4, 5]),
    Case(layer: LayerDescription("relu"), input: [3, 4, 2], output: [3, 4, 2]),
    Case(layer: LayerDescription("leaky_relu", ["slope": .number(0.2)]), input: [9], output: [9]),
    Case(layer: .flatten, input: [3, 4, 5], output: [60]),
    Case(layer: .residual(3), input: [3, 6, 5], output: [3, 6, 5]),
    Case(layer: .add([[.conv(2)], [.conv(2, kernel: 1, bias: true)]]), input: [3, 4, 4], output: [2, 4, 4]),
    Case(
      layer: .multiScale([
        (stage: [.conv(3), .norm(.relu)], head: [.conv(2, kernel: 1, bias: true)]),
        (stage: [.conv(4, stride: 2), .norm(.relu), .residual(4)], head: [.conv(2, kernel: 1, bias: true)]),
      ]), input: [2, 6, 5], output: [78]),
    Case(layer: .multiScale([(stage: [], head: [.conv(1)])]), input: [2, 3, 3], output: [9]),
    Case(
      layer: .multiScale(
        [
          (stage: [.conv(3), .norm(.relu)], head: [.residual(3), .conv(2, kernel: 1, bias: true)]),
          (stage: [.conv(4, stride: 2), .norm(.relu)], head: [.conv(1)]),
          (stage: [.conv(5, stride: 2), .norm(.relu)], head: [.conv(1)]),
        ], downward: [[.conv(3, kernel: 1)], [.conv(4, kernel: 1)]]), input: [2, 6, 5], output: [60 + 9 + 4]),
  ]

  private static let batch = 5

  private func network(_ item: Case) throws -> Network {
    let network = try Network(NetworkDescription(input: item.input, layers: [item.layer]), seed: 3)
    var random = RandomGenerator(seed: 4)
    for parameter in network.parameters {
      for i in 0..<parameter.value.count {
        parameter.value.pointer[i] = parameter.name.hasSuffix("running_var") ? random.uniform(0.5...2) : random.normal()
      }
    }
    return network
  }

  /// Values that keep away from the kinks of rectifiers and from ties within pooling windows: distinct multiples of a step.
  private func input(_ item: Case, batch: Int = batch) -> Tensor {
    let tensor = Tensor(item.input.batched(batch))
    var random = RandomGenerator(seed: 5)
    var steps = Array(0..<tensor.count)
    steps.shuffle(using: &random)
    let scale = 3 / Float(tensor.count)
    for i in 0..<tensor.count { tensor.pointer[i] = (Float(steps[i] - tensor.count / 2) + 0.5) * scale }
    return tensor
  }

  /// Descriptions of 2^48 and 2^34 values, and of planes whose padded places 32 bits cannot count: 129 * 1152 * 65536 is more
  /// than 2^31.
  @Test func whatIsTooLargeIsRefusedBeforeItIsMade() {
    let descriptions: [NetworkDescription] = [
      NetworkDescription(input: [65536, 65536, 65536], layers: [.conv(1)]),
      NetworkDescription(input: [1, 65536, 65536], layers: [.spatialSoftmax]),
      NetworkDescription(
        input: [65536, 1, 1024],
        layers: [LayerDescription("conv2d", ["filters": .integer(1), "kernel": .integer(1), "padding": .integer(64)])]),
      NetworkDescription(input: [1, 4096, 4096], layers: [.conv(65536)]),
    ]
    for description in descriptions { #expect(throws: DescriptionError.self) { try Network(description) } }
  }

  @Test func everyLayerHasACase() {
    #expect(Set(Self.cases.map(\.layer.type)) == Set(Layers.all.map { $0.type }))
    #expect(Set(Layers.all.map { $0.type }).count == Layers.all.count)
  }

  @Test(arguments: cases) func shapes(item: Case) throws {
    let network = try network(item)
    #expect(network.output == item.output)
    for count in [Self.batch, 1, 3] {
      let input = input(item, batch: count)
      let before = input.values
      let pass = Pass(isTraining: true, seed: 1)
      let output = network.forward(input, pass)
      #expect(output.shape == item.output.batched(count))
      #expect(network.backward(Tensor(output.shape, fill: 1), pass).shape == input.shape)
      #expect(input.values == before, "the input was changed")
    }
  }

  /// The derivative along random directions, from the gradient and from finite differences.
  @Test(arguments: cases) func gradient(item: Case) throws {
    let network = try network(item)
    let input = input(item)
    let pass = Pass(isTraining: true, seed: 9)
    var random = RandomGenerator(seed: 6)
    let output = network.forward(input, pass)
    let weights = (0..<output.count).map { _ in random.normal() }
    func loss() -> Double {
      zip(network.forward(input, pass).values, weights).reduce(0) { $0 + Double($1.0) * Double($1.1) }
    }
    network.zeroGradients()
    let inputGradient = network.backward(Tensor(output.shape, values: weights), pass).values
    var checked: [(name: String, tensor: Tensor, gradient: [Float])] = [("input", input, inputGradient)]
    for parameter in network.parameters where parameter.isTrained {
      checked.append((parameter.name, parameter.value, parameter.gradient.values))
    }
    // One random direction at a time, by a step so short that hardly a value crosses a kink; of several directions the
    // median counts, as one may still cross.
    for (name, tensor, gradient) in checked {
      let start = tensor.values
      let scale = gradient.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
      let size: Float = item.layer.type == "max_pool2d" ? 0.25 * 3 / Float(input.count) : 3e-4
      var misses: [Double] = []
      for _ in 0..<9 {
        let direction = start.map { _ in random.chance(0.5) ? Float(1) : -1 }
        tensor.values = zip(start, direction).map { $0 + size * $1 }
        let above = loss()
        tensor.values = zip(start, direction).map { $0 - size * $1 }
        let below = loss()
        tensor.values = start
        let measured = (above - below) / Double(2 * size)
        let claimed = zip(gradient, direction).reduce(0) { $0 + Double($1.0) * Double($1.1) }
        misses.append(abs(measured - claimed) / max(scale, 0.1))
      }
      #expect(misses.sorted()[4] < 0.02, "\(name): off by \(misses) of the gradient's length")
    }
  }

  @Test(arguments: cases) func samplesAreIndependent(item: Case) throws {
    let network = try network(item)
    let input = input(item)
    let together = network.forward(input).values
    let size = item.output.count
    for sample in 0..<Self.batch {
      let one = Tensor(
        item.input.batched(1), values: Array(input.values[sample * item.input.count..<(sample + 1) * item.input.count]))
      expectClose(
        network.forward(one).values, Array(together[sample * size..<(sample + 1) * size]), 1e-5, "sample \(sample)")
    }
  }

  @Test(arguments: cases) func threadsAgreeAndRunsRepeat(item: Case) throws {
    func run(_ threads: Int) throws -> ([Float], [Float], [[Float]]) {
      let network = try network(item)
      let input = input(item)
      let pass = Pass(isTraining: true, seed: 2, threads: threads)
      let output = network.forward(input, pass)
      var random = RandomGenerator(seed: 8)
      let gradient = Tensor(output.shape, values: (0..<output.count).map { _ in random.normal() })
      let result = output.values
      let back = network.backward(gradient, pass).values
      return (result, back, network.parameters.filter(\.isTrained).map(\.gradient.values))
    }
    let (one, two, again) = (try run(1), try run(2), try run(2))
    #expect(two == again, "two runs differ")
    expectClose(two.0, one.0, 1e-5, "result")
    expectClose(two.1, one.1, 1e-5, "input gradient")
    for (a, b) in zip(two.2, one.2) { expectClose(a, b, 1e-4, "parameter gradient") }
  }

  /// Without the input's gradient, and over what stood in the gradients before they were cleared.
  @Test(arguments: cases) func gradientsOfParametersAlone(item: Case) throws {
    let network = try network(item)
    let input = input(item)
    let pass = Pass(isTraining: true, seed: 2, threads: 2)
    let gradient = Tensor(network.forward(input, pass).shape, fill: 0.25)
    network.backward(gradient, pass)
    let expected = network.parameters.filter(\.isTrained).map(\.gradient.values)
    network.backwardParameters(gradient, pass)
    for (parameter, value) in zip(network.parameters.filter(\.isTrained), expected) {
      expectClose(parameter.gradient.values, value.map { 2 * $0 }, 1e-5, "added: \(parameter.name)")
    }
    network.zeroGradients()
    network.backwardParameters(gradient, pass)
    #expect(network.parameters.filter(\.isTrained).map(\.gradient.values) == expected)
  }

  @Test(arguments: cases) func saveAndLoad(item: Case) throws {
    let network = try network(item)
    let bytes = try network.file(metadata: ["note": "x"]).encoded()
    let copy = try Network(try Safetensors(bytes, file: "copy"), name: "copy")
    #expect(copy.description == network.description)
    let input = input(item)
    #expect(copy.forward(input).values == network.forward(input).values)
  }

  @Test(arguments: cases) func foldingKeepsTheResult(item: Case) throws {
    let description = NetworkDescription(input: item.input, layers: [item.layer, .norm(.relu)])
    let network = try Network(description, seed: 3)
    var random = RandomGenerator(seed: 4)
    for parameter in network.parameters {
      for i in 0..<parameter.value.count { parameter.value.pointer[i] = random.uniform(0.5...2) }
    }
    let input = input(item)
    expectClose(try network.folded().forward(input).values, network.forward(input).values, 1e-5, "folded")
  }

  /// The same weights for inputs of another size give what a network made for that size gives.
  @Test func aConvolutionalNetworkTakesOtherSizes() throws {
    let layers: [LayerDescription] = [.conv(4, stride: 2), .norm(.relu), .residual(4), .conv(2, kernel: 1, bias: true)]
    let network = try Network(NetworkDescription(input: [1, 32, 32], layers: layers), seed: 5)
    var random = RandomGenerator(seed: 6)
    for parameter in network.parameters {
      for i in 0..<parameter.value.count { parameter.value.pointer[i] = random.uniform(0.5...2) }
    }
    let other = try Network(NetworkDescription(input: [1, 24, 56], layers: layers))
    try other.load(network.file(), name: "weights")
    let input = Tensor([1, 1, 24, 56], values: (0..<24 * 56).map { _ in random.uniform(-1...1) })
    let adapted = try network.folded().adapted(to: [1, 24, 56])
    #expect(adapted.output == [2, 12, 28])
    expectClose(adapted.forward(input).values, other.forward(input).values, 1e-5, "adapted")
    let dense = try Network(NetworkDescription(input: [1, 8, 8], layers: [.flatten, .dense(2)]))
    #expect(throws: DescriptionError.self) { try dense.adapted(to: [1, 8, 9]) }
  }

  @Test func unknownOptionsAreRefused() {
    for type in Layers.all {
      let description = NetworkDescription(
        input: [4, 8, 8], layers: [LayerDescription(type.type, ["nonsense": .integer(1)])])
      #expect(throws: DescriptionError.self) { try Network(description) }
    }
  }
}
