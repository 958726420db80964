import NeuralNetwork
import Testing

/// The convolution for inference gives what the one for training gives, which PyTorch has confirmed.
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

  /// Every remainder of pixels in a row (6 or 12 at a time) and of filters (16 or 8 at a time).
  static let cases: [Case] = [
    Case(input: [1, 96, 96], filters: 16, kernel: 3, stride: 2, padding: "same", activation: .relu),
    Case(input: [3, 5, 1], filters: 1, kernel: 3, stride: 1, padding: "same", activation: .none),
    Case(input: [2, 9, 9], filters: 7, kernel: 2, stride: 1, padding: "valid", activation: .leaky),
    Case(input: [4, 7, 13], filters: 8, kernel: 5, stride: 1, padding: "same", activation: .relu),
    Case(input: [5, 11, 23], filters: 9, kernel: 3, stride: 2, padding: "valid", activation: .relu),
    Case(input: [3, 4, 10], filters: 17, kernel: 3, stride: 1, padding: "2", activation: .none),
    Case(input: [2, 6, 11], filters: 24, kernel: 3, stride: 1, padding: "same", activation: .leaky),
    Case(input: [2, 8, 15], filters: 33, kernel: 4, stride: 3, padding: "1", activation: .relu),
    Case(input: [6, 3, 3], filters: 40, kernel: 3, stride: 1, padding: "valid", activation: .none),
  ]

  @Test(arguments: cases, [1, 2]) func equalsTheUnfoldedProduct(row: Case, threads: Int) throws {
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
    let expected = network.forward(input, pass).values
    let found = try network.folded().forward(input, pass).values
    #expect(found.count == expected.count)
    // A sum of up to 100 products of numbers below 1, in another order.
    #expect(zip(found, expected).allSatisfy { abs($0 - $1) < 1e-4 })
  }
}
