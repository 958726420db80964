import NeuralNetwork
import Testing

/// The convolution from its definition, summed in double precision.
@Suite struct DirectConvolutionTests {
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

  /// Every remainder of pixels in a row (6 or 12, by rows 32, 16 or 8 at a time) and of filters (16 or 8, by rows 6).
  static let cases: [Case] = [
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
    Case(input: [6, 3, 3], filters: 40, kernel: 3, stride: 1, padding: "valid", activation: .none),
  ]

  @Test(arguments: cases, [1, 2]) func equalsTheDefinition(row: Case, threads: Int) throws {
    let padding: OptionValue = Int(row.padding).map { .integer($0) } ?? .text(row.padding)
    let layer = LayerDescription(
      Conv2D.type,
      [
        "filters": .integer(row.filters), "kernel": .integer(row.kernel), "stride": .integer(row.stride),
        "padding": padding, "activation": .text(row.activation.rawValue),
      ])
    let network = try Network(NetworkDescription(input: row.input, layers: [layer]), seed: 5)
    var random = RandomGenerator(seed: 9)
    for parameter in network.parameters {
      for i in 0..<parameter.value.count { parameter.value.pointer[i] = random.uniform(-1...1) }
    }
    let input = Tensor(row.input.batched(3))
    for i in 0..<input.count { input.pointer[i] = random.uniform(-1...1) }
    let pass = Pass(isTraining: false, threads: threads)
    let expected = convolved(row, input, network.parameters.map(\.value), output: network.output)
    for found in [network.forward(input, pass).values, try network.folded().forward(input, pass).values] {
      #expect(found.count == expected.count)
      // A sum of up to 100 products of numbers below 1, in another order.
      #expect(zip(found, expected).allSatisfy { abs(Double($0) - $1) < 1e-4 })
    }
  }

  /// What each output is by definition; "same" pads by half of what is missing, rounded down, at the top and the left.
  private func convolved(_ row: Case, _ input: Tensor, _ parameters: [Tensor], output: Shape) -> [Double] {
    let (channels, height, width) = (row.input[0], row.input[1], row.input[2])
    func padding(_ outputs: Int, _ inputs: Int) -> Int {
      Int(row.padding) ?? (row.padding == "same" ? max((outputs - 1) * row.stride + row.kernel - inputs, 0) / 2 : 0)
    }
    let (top, left) = (padding(output[1], height), padding(output[2], width))
    let (weight, bias) = (parameters[0].values, parameters[1].values)
    let pixels = input.values
    var result: [Double] = []
    for sample in 0..<input.shape[0] {
      for filter in 0..<row.filters {
        for place in 0..<output[1] * output[2] {
          var sum = Double(bias[filter])
          for tap in 0..<channels * row.kernel * row.kernel {
            let (channel, at) = tap.quotientAndRemainder(dividingBy: row.kernel * row.kernel)
            let y = place / output[2] * row.stride + at / row.kernel - top
            let x = place % output[2] * row.stride + at % row.kernel - left
            guard (0..<height).contains(y), (0..<width).contains(x) else { continue }
            sum +=
              Double(weight[filter * channels * row.kernel * row.kernel + tap])
              * Double(pixels[((sample * channels + channel) * height + y) * width + x])
          }
          let slope = row.activation == .none ? 1 : row.activation == .relu ? 0 : 0.01
          result.append(sum > 0 ? sum : slope * sum)
        }
      }
    }
    return result
  }
}
