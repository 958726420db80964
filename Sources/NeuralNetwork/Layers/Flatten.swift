/// `[channels, height, width]` to `[channels * height * width]`, in memory order.
package final class Flatten: Layer {
  package static let type = "flatten"
  package static let summary = "all values of a sample in one row"

  package let output: Shape
  private let input: Shape
  private let result = Tensor([1])
  private let inputGradient = Tensor([1])

  package init(_ options: LayerOptions, input: Shape, random: inout RandomGenerator) throws {
    try options.allow()
    self.input = input
    output = [input.count]
  }

  package func forward(_ input: Tensor, _ pass: Pass) -> Tensor {
    result.copy(input)
    result.resize(output.batched(input.shape[0]))
    return result
  }

  package func backward(_ gradient: Tensor, _ pass: Pass) -> Tensor {
    inputGradient.copy(gradient)
    inputGradient.resize(input.batched(gradient.shape[0]))
    return inputGradient
  }
}

extension Flatten {
  package func addNodes(to graph: inout ONNXGraph, input: String, name: String) -> String {
    graph.add("Flatten", [input], to: name)
  }
}
