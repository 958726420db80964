import CKernels
import NeuralNetwork
import Testing

/// The convolution from its definition, summed in double precision, with every kind of vectors that the processor has.
@Suite(.serialized) struct DirectConvolutionTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var input: Shape
    var filters: Int
    var kernel: Int
    var stride: Int
    var padding: String
    var activation: Activation
    var testDescription: String {
      "\(input) by \(filters) of \(kernel)x\(kernel), stride \(stride), \(padding), \(activation.rawValue)"
    }
  }

  /// Every remainder of pixels in a row (3, 6, 8 or 12, by rows 32, 16 or 8 at a time) and of filters (16, 24 or 8, by rows 6),
  /// and narrow planes with an odd number of rows.
  static let cases: [Case] =
    [
      Case(input: [1, 96, 96], filters: 16, kernel: 3, stride: 2, padding: "same", activation: .relu),
      Case(input: [3, 5, 1], filters: 1, kernel: 3, stride: 1, padding: "same", activation: .none),
      Case(input: [2, 9, 9], filters: 7, kernel: 2, stride: 1, padding: "valid", activation: .leaky),
      Case(input: [4, 7, 13], filters: 8, kernel: 5, stride: 1, padding: "same", activation: .relu),
      Case(input: [5, 11, 23], filters: 9, kernel: 3, stride: 2, padding: "valid", activation: .relu),
      Case(input: [3, 4, 10], filters: 17, kernel: 3, stride: 1, padding: "2", activation: .none),
      Case(input: [2, 6, 11], filters: 24, kernel: 3, stride: 1, padding: "same", activation: .leaky),
      Case(input: [2, 8, 15], filters: 33, kernel: 4, stride: 3, padding: "1", activation: .relu),
      Case(input: [1, 4, 96], filters: 8, kernel: 3, stride: 1, padding: "same", activation: .leaky),
      Case(input: [1, 5, 45], filters: 3, kernel: 5, stride: 1, padding: "valid", activation: .relu),
      Case(input: [3, 4, 33], filters: 1, kernel: 3, stride: 1, padding: "same", activation: .none),
      Case(input: [2, 4, 17], filters: 11, kernel: 3, stride: 1, padding: "same", activation: .relu),
      Case(input: [8, 11, 10], filters: 41, kernel: 3, stride: 2, padding: "same", activation: .relu),
      Case(input: [3, 9, 24], filters: 48, kernel: 3, stride: 4, padding: "2", activation: .none),
      Case(input: [6, 3, 3], filters: 40, kernel: 3, stride: 1, padding: "valid", activation: .none),
    ] + winograd

  /// Those that `WinogradConvolution` computes: tiles of 2x2 that fit and that stick out, every remainder of tiles (3, 6, 8 or
  /// 12, 4 and 8 at a time) and of filters (two blocks of 16 or one), and planes of several blocks.
  static let winograd: [Case] = [
    Case(input: [24, 24, 24], filters: 24, kernel: 3, stride: 1, padding: "same", activation: .none),
    Case(input: [20, 4, 4], filters: 20, kernel: 3, stride: 1, padding: "same", activation: .relu),
    Case(input: [21, 6, 6], filters: 33, kernel: 3, stride: 1, padding: "same", activation: .leaky),
    Case(input: [32, 9, 13], filters: 20, kernel: 3, stride: 1, padding: "valid", activation: .relu),
    Case(input: [20, 5, 18], filters: 41, kernel: 3, stride: 1, padding: "2", activation: .none),
    Case(input: [23, 7, 37], filters: 48, kernel: 3, stride: 1, padding: "1", activation: .leaky),
    Case(input: [24, 10, 14], filters: 72, kernel: 3, stride: 1, padding: "same", activation: .relu),
    Case(input: [22, 8, 10], filters: 22, kernel: 3, stride: 1, padding: "4", activation: .none),
  ]

  /// For gradients also every remainder of weights (3, 6 or 8), windows with gaps between them, more padding than window,
  /// and pieces of some rows and of some samples.
  static let gradientCases: [Case] =
    cases + [
      Case(input: [3, 7, 8], filters: 5, kernel: 1, stride: 2, padding: "same", activation: .none),
      Case(input: [2, 8, 9], filters: 16, kernel: 2, stride: 3, padding: "valid", activation: .none),
      Case(input: [2, 5, 5], filters: 20, kernel: 2, stride: 1, padding: "3", activation: .none),
      Case(input: [2, 6, 5], filters: 3, kernel: 2, stride: 2, padding: "4", activation: .none),
      Case(input: [16, 48, 48], filters: 24, kernel: 3, stride: 2, padding: "same", activation: .none),
      Case(input: [5, 12, 12], filters: 32, kernel: 3, stride: 2, padding: "1", activation: .relu),
      Case(input: [3, 27, 26], filters: 12, kernel: 5, stride: 1, padding: "same", activation: .none),
    ]

  private func network(_ row: Case, random: inout RandomGenerator) throws -> (Network, input: Tensor) {
    let padding: OptionValue = Int(row.padding).map { .integer($0) } ?? .text(row.padding)
    let layer = LayerDescription(
      Conv2D.type,
      [
        "filters": .integer(row.filters), "kernel": .integer(row.kernel), "stride": .integer(row.stride),
        "padding": padding, "activation": .text(row.activation.rawValue),
      ])
    let network = try Network(NetworkDescription(input: row.input, layers: [layer]), seed: 5)
    for parameter in network.parameters {
      for i in 0..<parameter.value.count { parameter.value.pointer[i] = random.uniform(-1...1) }
    }
    let input = Tensor(row.input.batched(3))
    for i in 0..<input.count { input.pointer[i] = random.uniform(-1...1) }
    return (network, input)
  }

  struct Way: Sendable, CustomTestStringConvertible {
    var threads: Int
    var level: Int32
    var testDescription: String { "\(threads) threads, vectors of level \(level)" }
  }

  static let ways = (0...vector_level()).flatMap { level in [1, 2].map { Way(threads: $0, level: level) } }

  @Test(arguments: cases, ways) func equalsTheDefinition(row: Case, way: Way) throws {
    let limit = vector_limit()
    limit_vector_level(way.level)
    defer { limit_vector_level(limit) }
    var random = RandomGenerator(seed: 9)
    let (network, input) = try network(row, random: &random)
    let pass = Pass(isTraining: false, threads: way.threads)
    let expected = convolved(row, input, network.parameters.map(\.value), output: network.output)
    for found in [network.forward(input, pass).values, try network.folded().forward(input, pass).values] {
      #expect(found.count == expected.count)
      // A sum of up to 100 products of numbers below 1, in another order.
      #expect(zip(found, expected).allSatisfy { abs(Double($0) - $1) < 1e-4 })
    }
  }

  @Test(arguments: gradientCases, ways) func gradientsEqualTheDefinition(row: Case, way: Way) throws {
    let limit = vector_limit()
    limit_vector_level(way.level)
    defer { limit_vector_level(limit) }
    var random = RandomGenerator(seed: 11)
    let (network, input) = try network(row, random: &random)
    let pass = Pass(isTraining: true, threads: way.threads)
    let output = network.forward(input, pass)
    let gradient = Tensor(output.shape)
    for i in 0..<gradient.count { gradient.pointer[i] = random.uniform(-1...1) }
    let slope: Float = row.activation == .none ? 1 : row.activation == .relu ? 0 : 0.01
    let before = zip(gradient.values, output.values).map { Double($1 > 0 ? $0 : slope * $0) }
    let weight = network.parameters[0].value.values.map(Double.init)
    let pixels = input.values.map(Double.init)
    var weightGradient = [Double](repeating: 0, count: weight.count)
    var inputGradient = [Double](repeating: 0, count: pixels.count)
    forEachProduct(row, output: network.output, samples: input.shape[0]) { place, tap, pixel in
      weightGradient[tap] += before[place] * pixels[pixel]
      inputGradient[pixel] += before[place] * weight[tap]
    }
    // Twice: what the first call leaves behind must not matter, and gradients of parameters add up.
    network.zeroGradients()
    _ = network.backward(gradient, pass)
    let found = network.backward(gradient, pass).values
    // Sums of up to 1800 products of numbers below 1, in another order.
    #expect(zip(found, inputGradient).allSatisfy { abs(Double($0) - $1) < 1e-3 })
    #expect(
      zip(network.parameters[0].gradient.values, weightGradient).allSatisfy { abs(Double($0) - 2 * $1) < 1e-3 })
  }

  /// Calls `body` with the indices of output, weight and input of every product of a convolution by definition; "same" pads
  /// by half of what is missing, rounded down, at the top and the left.
  private func forEachProduct(
    _ row: Case, output: Shape, samples: Int, _ body: (_ place: Int, _ tap: Int, _ pixel: Int) -> Void
  ) {
    let (channels, height, width) = (row.input[0], row.input[1], row.input[2])
    func padding(_ outputs: Int, _ inputs: Int) -> Int {
      Int(row.padding) ?? (row.padding == "same" ? max((outputs - 1) * row.stride + row.kernel - inputs, 0) / 2 : 0)
    }
    let (top, left) = (padding(output[1], height), padding(output[2], width))
    let taps = channels * row.kernel * row.kernel
    for place in 0..<samples * output.count {
      let (plane, at) = place.quotientAndRemainder(dividingBy: output[1] * output[2])
      let (sample, filter) = plane.quotientAndRemainder(dividingBy: row.filters)
      for tap in 0..<taps {
        let (channel, rest) = tap.quotientAndRemainder(dividingBy: row.kernel * row.kernel)
        let y = at / output[2] * row.stride + rest / row.kernel - top
        let x = at % output[2] * row.stride + rest % row.kernel - left
        guard (0..<height).contains(y), (0..<width).contains(x) else { continue }
        body(place, filter * taps + tap, ((sample * channels + channel) * height + y) * width + x)
      }
    }
  }

  /// What each output is by definition.
  private func convolved(_ row: Case, _ input: Tensor, _ parameters: [Tensor], output: Shape) -> [Double] {
    let (weight, bias, pixels) = (parameters[0].values, parameters[1].values, input.values)
    let plane = output[1] * output[2]
    var sums = (0..<input.shape[0] * output.count).map { Double(bias[$0 / plane % row.filters]) }
    forEachProduct(row, output: output, samples: input.shape[0]) { place, tap, pixel in
      sums[place] += Double(weight[tap]) * Double(pixels[pixel])
    }
    let slope = row.activation == .none ? 1 : row.activation == .relu ? 0 : 0.01
    return sums.map { $0 > 0 ? $0 : slope * $0 }
  }
}
