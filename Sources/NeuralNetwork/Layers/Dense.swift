/// A fully connected layer: every input of a sample, whatever its shape, to `units` features. Weight `[units, inputs]`.
///
/// Options: `units`, `bias` (1 or 0), `activation`, `initializer`.
public final class Dense: Layer {
  public static let type = "dense"
  public static let summary = "fully connected, with bias and activation"

  public let output: Shape
  public let parameters: [Parameter]
  public var multiplyAdds: Int { weight.value.count }
  let weight: Parameter
  let bias: Parameter?
  private let activation: Activation
  private let inputs: Int
  private let units: Int
  private let result: Tensor
  private let inputGradient = Tensor([1])
  private let outputGradient = Tensor([1])
  private var lastInput: Tensor?

  public init(_ options: LayerOptions, input: Shape, random: inout RandomGenerator) throws {
    try options.allow("units", "bias", "activation", "initializer")
    units = try options.integer("units", in: 1...1_048_576)
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

  public func forward(_ input: Tensor, _ pass: Pass) -> Tensor {
    let batch = input.shape[0]
    lastInput = input
    result.resize([batch, units])
    parallel(batch, threads: pass.threads) { _, samples in
      product(
        m: samples.count, n: units, k: inputs, input.pointer + samples.lowerBound * inputs, inputs,
        weight.value.pointer, inputs, transposeB: true, into: result.pointer + samples.lowerBound * units, units)
      for sample in samples {
        let line = result.pointer + sample * units
        if let bias { for i in 0..<units { line[i] += bias.value.pointer[i] } }
        activation.apply(line, units)
      }
    }
    return result
  }

  public func backward(_ gradient: Tensor, _ pass: Pass) -> Tensor {
    guard let input = lastInput else { preconditionFailure("backward before forward") }
    let batch = input.shape[0]
    outputGradient.resize(gradient.shape)
    activation.backward(gradient.pointer, output: result.pointer, into: outputGradient.pointer, gradient.count)
    inputGradient.resize(input.shape)
    let masked = outputGradient.pointer
    parallel(units, threads: pass.threads) { _, share in
      product(
        m: share.count, n: inputs, k: batch, masked + share.lowerBound, units, transposeA: true, input.pointer, inputs,
        into: weight.gradient.pointer + share.lowerBound * inputs, inputs, adding: true)
    }
    if let bias {
      for sample in 0..<batch {
        for i in 0..<units { bias.gradient.pointer[i] += masked[sample * units + i] }
      }
    }
    parallel(batch, threads: pass.threads) { _, samples in
      product(
        m: samples.count, n: inputs, k: units, masked + samples.lowerBound * units, units,
        weight.value.pointer, inputs, into: inputGradient.pointer + samples.lowerBound * inputs, inputs)
    }
    return inputGradient
  }
}
