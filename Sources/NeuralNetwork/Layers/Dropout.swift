import CKernels

/// While training, sets each value to zero with probability `rate` (0.5) and scales the others by 1 / (1 - rate)
/// (Srivastava et al., 2014); otherwise passes values through.
package final class Dropout: Layer {
  package static let type = "dropout"
  package static let summary = "drops values at random while training"

  package let output: Shape
  private let rate: Float
  private let salt: UInt64
  private let result: Tensor
  private let inputGradient = Tensor([1])

  package init(_ options: LayerOptions, input: Shape, random: inout RandomGenerator) throws {
    try options.allow("rate")
    rate = Float(try options.number("rate", default: 0.5, in: 0...0.99))
    output = input
    salt = random.next()
    result = Tensor([1])
  }

  package func forward(_ input: Tensor, _ pass: Pass) -> Tensor {
    guard pass.isTraining, rate > 0 else { return input }
    result.resize(input.shape)
    drop(input.pointer, result.pointer, pass, batch: input.shape[0])
    return result
  }

  package func backward(_ gradient: Tensor, _ pass: Pass) -> Tensor {
    guard rate > 0 else { return gradient }
    inputGradient.resize(gradient.shape)
    drop(gradient.pointer, inputGradient.pointer, pass, batch: gradient.shape[0])
    return inputGradient
  }

  /// The mask is drawn anew from the pass's seed and the sample's number, so forward and backward agree without keeping it.
  private func drop(
    _ source: UnsafePointer<Float>, _ target: UnsafeMutablePointer<Float>, _ pass: Pass, batch: Int
  ) {
    let count = output.count
    let scale = 1 / (1 - rate)
    parallel(batch, threads: pass.threads) { _, samples in
      for sample in samples {
        let seed = RandomGenerator(pass.seed, salt, UInt64(sample)).seed
        drop_values(source + sample * count, target + sample * count, Int64(count), seed, Double(rate), scale)
      }
    }
  }
}

extension Dropout {
  package func addNodes(to graph: inout ONNXGraph, input: String, name: String) -> String { input }
}
