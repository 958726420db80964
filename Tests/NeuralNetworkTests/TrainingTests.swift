import NeuralNetwork
import Testing

@Suite struct TrainingTests {
  private static let description = NetworkDescription(
    input: [1, 12, 12],
    layers: [
      .conv(8), .norm(.relu), LayerDescription("max_pool2d"), .conv(8), .norm(.relu), .flatten,
      .dense(32, activation: .relu), .dense(4),
    ])

  private func train(seed: UInt64, steps: Int, threads: Int = 2) throws -> (loss: Double, weights: [[Float]]) {
    let network = try Network(Self.description, seed: seed)
    var random = RandomGenerator(seed: 1)
    let input = Tensor([20, 1, 12, 12], values: (0..<20 * 144).map { _ in random.normal() })
    let target = Tensor([20, 4], values: (0..<80).map { _ in random.uniform(-1...1) })
    let optimizerState = OptimizerState(Adam.self, network.parameters)
    let gradient = Tensor([1])
    var loss = 0.0
    for step in 0..<steps {
      let pass = Pass(isTraining: true, seed: UInt64(step), threads: threads)
      loss = MeanSquaredError().evaluate(network.forward(input, pass), target, weights: nil, gradient: gradient)
      network.zeroGradients()
      network.backward(gradient, pass)
      optimizerState.update(rate: 0.003)
    }
    return (loss, network.parameters.map(\.value.values))
  }

  @Test func overfitsTwentySamples() throws {
    #expect(try train(seed: 5, steps: 1).loss > 0.2)
    #expect(try train(seed: 5, steps: 300).loss < 1e-5)
  }

  @Test func theSameSeedGivesTheSameRunBitForBit() throws {
    let (first, second, other) = (
      try train(seed: 5, steps: 20), try train(seed: 5, steps: 20), try train(seed: 6, steps: 20)
    )
    #expect(first.weights == second.weights)
    #expect(first.weights != other.weights)
  }

  /// A network whose weights are all zero passes no gradient to its layers before the last.
  @Test func zeroWeightsStall() throws {
    let zero = LayerDescription(
      "dense", ["units": .integer(6), "initializer": .text("zeros"), "activation": .text("relu")])
    let network = try Network(NetworkDescription(input: [5], layers: [zero, .dense(2, initializer: .zeros)]))
    let pass = Pass(isTraining: true)
    _ = network.forward(Tensor([3, 5], fill: 1), pass)
    network.backward(Tensor([3, 2], fill: 1), pass)
    #expect(network.parameters[0].gradient.values.allSatisfy { $0 == 0 })
    #expect(network.parameters[3].gradient.values == [3, 3])
  }

  /// By hand: the weight's gradient is 2 * 3, the bias' 3, their norm the root of 45.
  @Test func clippedGradients() throws {
    let network = try Network(NetworkDescription(input: [1], layers: [.dense(1)]))
    let pass = Pass(isTraining: true)
    _ = network.forward(Tensor([1, 1], fill: 2), pass)
    network.backward(Tensor([1, 1], fill: 3), pass)
    #expect(abs(network.clipGradients(norm: 10) - 6.708204) < 1e-5)
    #expect(network.parameters.map { $0.gradient.values } == [[6], [3]])
    network.clipGradients(norm: 1)
    #expect(abs(network.parameters[0].gradient.values[0] - 0.894427) < 1e-5)
    #expect(abs(network.parameters[1].gradient.values[0] - 0.447214) < 1e-5)
  }

  /// Missing coordinates carry no gradient and do not count in the mean.
  @Test(arguments: Losses.all.map { $0.name }) func missingValuesCountNothing(name: String) throws {
    let loss = try #require(Losses.named(name))
    let (prediction, target) = (Tensor([4], values: [1, 5, -2, 9]), Tensor([4], values: [0, 0, 0, 0]))
    let gradient = Tensor([1])
    let masked = loss.evaluate(prediction, target, weights: Tensor([4], values: [1, 0, 1, 0]), gradient: gradient)
    #expect(gradient.values[1] == 0 && gradient.values[3] == 0)
    let plain = loss.evaluate(
      Tensor([2], values: [1, -2]), Tensor([2]), weights: nil, gradient: Tensor([1]))
    #expect(abs(masked - plain) < 1e-9)
    #expect(loss.evaluate(prediction, target, weights: Tensor([4]), gradient: gradient) == 0)
    #expect(gradient.values == [0, 0, 0, 0])
  }
}

@Suite struct InitializerTests {
  /// Variances by hand from the formulas: Xavier 2 / (fanIn + fanOut), He 2 / fanIn; 400 inputs, 100 units.
  @Test(arguments: [("xavier", 2.0 / 500), ("he", 2.0 / 400), ("zeros", 0)]) func variance(
    name: String, expected: Double
  ) throws {
    let network = try Network(
      NetworkDescription(
        input: [400], layers: [LayerDescription("dense", ["units": .integer(100), "initializer": .text(name)])]),
      seed: 2)
    let values = network.parameters[0].value.values.map(Double.init)
    let mean = values.reduce(0, +) / Double(values.count)
    let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
    #expect(abs(variance - expected) <= 0.03 * expected)
    #expect(abs(mean) < 0.001)
  }
}

@Suite struct ScheduleTests {
  private func values(_ schedule: Schedule, _ steps: [Int], of total: Int) -> [Float] {
    steps.map { schedule.value($0, total) }
  }

  /// By hand.
  @Test func shapes() {
    expectClose(values(.constant(0.3), [0, 50, 100], of: 101), [0.3, 0.3, 0.3], 1e-6, "constant")
    expectClose(values(.step(1, factor: 0.1, every: 10), [0, 9, 10, 25], of: 101), [1, 1, 0.1, 0.01], 1e-6, "step")
    expectClose(values(.exponential(1, to: 0.01), [0, 50, 100], of: 101), [1, 0.1, 0.01], 1e-5, "exponential")
    expectClose(values(.linear(0.9, to: 0.99), [0, 50, 100], of: 101), [0.9, 0.945, 0.99], 1e-6, "linear")
    expectClose(values(.cosine(1, to: 0), [0, 25, 50, 100], of: 101), [1, 0.853553, 0.5, 0], 1e-5, "cosine")
    expectClose(
      values(Schedule.constant(1).warmedUp(steps: 4), [0, 1, 3, 4, 90], of: 101), [0.2, 0.4, 0.8, 1, 1], 1e-6, "warm-up"
    )
    expectClose(values(.cosine(1, to: 0), [0], of: 1), [1], 1e-6, "one step")
  }
}
