import CKernels

/// Normalises every channel (or feature) by the mean and variance of the batch while training, by running averages of them
/// otherwise; then scales and shifts (Ioffe and Szegedy, 2015).
///
/// Options: `momentum` (0.1: the weight of the newest batch in the running averages), `epsilon` (1e-5), `activation`.
/// Followed by an inference pass only, a convolution before it takes it in: see `Network.folded`.
package final class BatchNorm: Layer {
  package static let type = "batch_norm"
  package static let summary = "batch normalisation per channel, with activation"

  package let output: Shape
  package let parameters: [Parameter]
  let scale: Parameter
  let shift: Parameter
  let mean: Parameter
  let variance: Parameter
  let epsilon: Float
  let activation: Activation
  private let momentum: Float
  private let channels: Int
  private let plane: Int
  private let result: Tensor
  private let inputGradient = Tensor([1])
  private let batchMean: Tensor
  private let inverseDeviation: Tensor
  private var lastInput: Tensor?

  package init(_ options: LayerOptions, input: Shape, random: inout RandomGenerator) throws {
    try options.allow("momentum", "epsilon", "activation")
    momentum = Float(try options.number("momentum", default: 0.1, in: 0...1))
    epsilon = Float(try options.number("epsilon", default: 1e-5, in: 1e-12...1))
    activation = try options.choice("activation", default: .none)
    guard input.rank == 1 || input.rank == 3 else {
      throw options.error("needs features or channels x height x width as input, not \(input)")
    }
    channels = input[0]
    plane = input.count / input[0]
    output = input
    scale = try options.parameter("weight", role: .bias, [channels], fill: 1)
    shift = try options.parameter("bias", role: .bias, [channels])
    mean = try options.parameter("running_mean", role: .buffer, [channels])
    variance = try options.parameter("running_var", role: .buffer, [channels], fill: 1)
    parameters = [scale, shift, mean, variance]
    result = Tensor([1])
    batchMean = Tensor([channels])
    inverseDeviation = Tensor([channels])
  }

  package func forward(_ input: Tensor, _ pass: Pass) -> Tensor {
    let batch = input.shape[0]
    lastInput = input
    result.resize(input.shape)
    parallel(channels, threads: pass.threads) { _, share in
      for channel in share {
        if pass.isTraining {
          measure(input.pointer, batch, channel)
        } else {
          batchMean.pointer[channel] = mean.value.pointer[channel]
          inverseDeviation.pointer[channel] = 1 / (variance.value.pointer[channel] + epsilon).squareRoot()
        }
        let (factor, offset) = line(channel)
        for sample in 0..<batch {
          let start = (sample * channels + channel) * plane
          scale_values(
            input.pointer + start, result.pointer + start, Int64(plane), factor, offset, activation.slope)
        }
      }
    }
    return result
  }

  /// The factor and the offset of a channel's values.
  private func line(_ channel: Int) -> (factor: Float, offset: Float) {
    let factor = scale.value.pointer[channel] * inverseDeviation.pointer[channel]
    return (factor, shift.value.pointer[channel] - batchMean.pointer[channel] * factor)
  }

  /// Mean and deviation of a channel over the batch; the running averages take them in (the variance unbiased, as PyTorch
  /// keeps it).
  private func measure(_ input: UnsafePointer<Float>, _ batch: Int, _ channel: Int) {
    let count = batch * plane
    // Plane by plane, while one is in the cache; two parts are joined as by Chan, Golub and LeVeque, 1979.
    var (center, squares) = (0.0, 0.0)
    for sample in 0..<batch {
      let values = input + (sample * channels + channel) * plane
      let mean = Reduce.sum(values, plane) / Float(plane)
      let step = Double(mean) - center
      center += step / Double(sample + 1)
      squares +=
        Double(Reduce.squares(values, plane, mean: mean)) + step * step * Double(plane) * Double(sample)
        / Double(sample + 1)
    }
    let average = Float(center)
    batchMean.pointer[channel] = average
    inverseDeviation.pointer[channel] = 1 / (Float(squares / Double(count)) + epsilon).squareRoot()
    let unbiased = Float(squares / Double(max(count - 1, 1)))
    mean.value.pointer[channel] += momentum * (average - mean.value.pointer[channel])
    variance.value.pointer[channel] += momentum * (unbiased - variance.value.pointer[channel])
  }

  package func backward(_ gradient: Tensor, _ pass: Pass) -> Tensor {
    guard let input = lastInput else { preconditionFailure("backward before forward") }
    let batch = input.shape[0]
    inputGradient.resize(input.shape)
    let count = Float(batch * plane)
    let (scaleGradient, shiftGradient) = (scale.gradient.pointer, shift.gradient.pointer)
    parallel(channels, threads: pass.threads) { _, share in
      for channel in share {
        let average = batchMean.pointer[channel]
        let inverse = inverseDeviation.pointer[channel]
        let (factor, offset) = line(channel)
        var (sum, product) = (0.0, 0.0)
        for sample in 0..<batch {
          let start = (sample * channels + channel) * plane
          var (total, dot) = (Float(0), Float(0))
          scale_values_sums(
            input.pointer + start, gradient.pointer + start, Int64(plane), factor, offset, activation.slope, &total,
            &dot)
          sum += Double(total)
          product += Double(dot) - Double(total) * Double(average)
        }
        let weightGradient = Float(product) * inverse
        scaleGradient[channel] += weightGradient
        shiftGradient[channel] += Float(sum)
        // dx = scale / deviation * (g - mean(g) - xhat * mean(g xhat)), written as a g + b x + c
        let a = scale.value.pointer[channel] * inverse
        let b = -a * inverse * weightGradient / count
        let c = -a * Float(sum) / count - b * average
        for sample in 0..<batch {
          let start = (sample * channels + channel) * plane
          scale_values_backward(
            input.pointer + start, gradient.pointer + start, inputGradient.pointer + start, Int64(plane), factor,
            offset, activation.slope, a, b, c)
        }
      }
    }
    return inputGradient
  }
}

extension BatchNorm {
  package func addNodes(to graph: inout ONNXGraph, input: String, name: String) -> String {
    let inputs = [input] + parameters.map { graph.add($0.value, to: "\(name).\($0.name)") }
    return graph.add(
      activation, graph.add("BatchNormalization", inputs, [("epsilon", .float(epsilon))], to: name), to: name)
  }
}
