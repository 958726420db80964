/// A fully connected layer: every input of a sample, whatever its shape, to `units` features. Weight `[units, inputs]`.
///
/// Options: `units`, `bias` (1 or 0), `activation`, `initializer`.
package final class Dense: Layer {
  package static let type = "dense"
  package static let summary = "fully connected, with bias and activation"

  package let output: Shape
  package let parameters: [Parameter]
  package var multiplyAdds: Int { weight.value.count }
  let weight: Parameter
  let bias: Parameter?
  let activation: Activation
  let input: Shape
  private let inputs: Int
  private let units: Int
  private let result: Tensor
  private let inputGradient = Tensor([1])
  private let outputGradient = Tensor([1])
  private var lastInput: Tensor?

  package init(_ options: LayerOptions, input: Shape, random: inout RandomGenerator) throws {
    try options.allow("units", "bias", "activation", "initializer")
    units = try options.integer("units", in: 1...1_048_576)
    self.input = input
    inputs = input.count
    activation = try options.choice("activation", default: .none)
    let initializer = try options.choice("initializer", default: Initializer.he)
    weight = try options.weight([units, inputs], initializer, fanIn: inputs, fanOut: units, random: &random)
    bias =
      try options.integer("bias", default: 1, in: 0...1) == 1
      ? options.parameter("bias", role: .bias, [units]) : nil
    parameters = [weight, bias].compactMap { $0 }
    output = [units]
    result = Tensor([1])
  }

  /// Threads share the units where there are many, so that each reads its part of the weights only, or else the samples.
  package func forward(_ input: Tensor, _ pass: Pass) -> Tensor {
    let batch = input.shape[0]
    lastInput = input
    result.resize([batch, units])
    if units >= batch {
      parallel(units, threads: pass.threads) { _, share in multiply(input, samples: 0..<batch, units: share) }
    } else {
      parallel(batch, threads: pass.threads) { _, share in multiply(input, samples: share, units: 0..<units) }
    }
    return result
  }

  private func multiply(_ input: Tensor, samples: Range<Int>, units part: Range<Int>) {
    product(
      m: samples.count, n: part.count, k: inputs, input.pointer + samples.lowerBound * inputs, inputs,
      weight.value.pointer + part.lowerBound * inputs, inputs, transposeB: true,
      into: result.pointer + samples.lowerBound * units + part.lowerBound, units)
    for sample in samples {
      let line = result.pointer + sample * units + part.lowerBound
      if let bias {
        let shift = bias.value.pointer + part.lowerBound
        for i in 0..<part.count { line[i] += shift[i] }
      }
      activation.apply(line, part.count)
    }
  }

  package func backward(_ gradient: Tensor, _ pass: Pass) -> Tensor {
    backwardParameters(gradient, pass)
    let batch = gradient.shape[0]
    inputGradient.resize([batch, inputs])
    let masked = outputGradient.pointer
    parallel(inputs, threads: pass.threads) { _, share in
      product(
        m: batch, n: share.count, k: units, masked, units, weight.value.pointer + share.lowerBound, inputs,
        into: inputGradient.pointer + share.lowerBound, inputs)
    }
    inputGradient.resize(input.batched(batch))
    return inputGradient
  }

  package func backwardParameters(_ gradient: Tensor, _ pass: Pass) {
    guard let input = lastInput else { preconditionFailure("backward before forward") }
    let batch = input.shape[0]
    outputGradient.resize(gradient.shape)
    activation.backward(gradient.pointer, output: result.pointer, into: outputGradient.pointer, gradient.count)
    let masked = outputGradient.pointer
    let (sum, isClear) = weight.openGradient()
    parallel(units, threads: pass.threads) { _, share in
      product(
        m: share.count, n: inputs, k: batch, masked + share.lowerBound, units, transposeA: true, input.pointer, inputs,
        into: sum.pointer + share.lowerBound * inputs, inputs, adding: !isClear)
    }
    if let bias {
      let sum = bias.gradient.pointer
      for sample in 0..<batch {
        for i in 0..<units { sum[i] += masked[sample * units + i] }
      }
    }
  }
}

extension Dense {
  package func addNodes(to graph: inout ONNXGraph, input: String, name: String) -> String {
    let flat = self.input.rank == 1 ? input : graph.add("Flatten", [input], to: "\(name).flat")
    let inputs = [flat] + parameters.map { graph.add($0.value, to: "\(name).\($0.name)") }
    return graph.add(activation, graph.add("Gemm", inputs, [("transB", .integer(1))], to: name), to: name)
  }
}
