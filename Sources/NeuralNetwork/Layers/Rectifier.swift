/// max(x, 0).
package final class ReLU: Layer {
  package static let type = "relu"
  package static let summary = "max(x, 0)"

  package let output: Shape
  private let rectifier: Rectifier

  package init(_ options: LayerOptions, input: Shape, random: inout RandomGenerator) throws {
    try options.allow()
    output = input
    rectifier = Rectifier(slope: 0)
  }

  package func forward(_ input: Tensor, _ pass: Pass) -> Tensor { rectifier.forward(input, pass) }
  package func backward(_ gradient: Tensor, _ pass: Pass) -> Tensor { rectifier.backward(gradient, pass) }
}

/// max(x, slope x) (Maas et al., 2013). Option: `slope` (0.01, below 1).
package final class LeakyReLU: Layer {
  package static let type = "leaky_relu"
  package static let summary = "max(x, slope x)"

  package let output: Shape
  fileprivate let rectifier: Rectifier

  package init(_ options: LayerOptions, input: Shape, random: inout RandomGenerator) throws {
    try options.allow("slope")
    output = input
    rectifier = Rectifier(slope: Float(try options.number("slope", default: 0.01, in: 0...0.99)))
  }

  package func forward(_ input: Tensor, _ pass: Pass) -> Tensor { rectifier.forward(input, pass) }
  package func backward(_ gradient: Tensor, _ pass: Pass) -> Tensor { rectifier.backward(gradient, pass) }
}

/// The common part of both.
private final class Rectifier {
  let slope: Float
  private let result = Tensor([1])
  private let inputGradient = Tensor([1])

  init(slope: Float) { self.slope = slope }

  func forward(_ input: Tensor, _ pass: Pass) -> Tensor {
    result.resize(input.shape)
    parallel(input.count, threads: pass.threads) { _, share in
      let (x, y, slope) = (input.pointer, result.pointer, slope)
      for i in share { y[i] = max(x[i], slope * x[i]) }
    }
    return result
  }

  func backward(_ gradient: Tensor, _ pass: Pass) -> Tensor {
    inputGradient.resize(gradient.shape)
    parallel(gradient.count, threads: pass.threads) { _, share in
      let (g, y, dx, slope) = (gradient.pointer, result.pointer, inputGradient.pointer, slope)
      for i in share { dx[i] = g[i] * (y[i] > 0 ? 1 : slope) }
    }
    return inputGradient
  }
}

extension ReLU {
  package func addNodes(to graph: inout ONNXGraph, input: String, name: String) -> String {
    graph.add("Relu", [input], to: name)
  }
}

extension LeakyReLU {
  package func addNodes(to graph: inout ONNXGraph, input: String, name: String) -> String {
    graph.add("LeakyRelu", [input], [("alpha", .float(rectifier.slope))], to: name)
  }
}
