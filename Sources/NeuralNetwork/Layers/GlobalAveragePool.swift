/// The mean of every plane: `[channels, height, width]` to `[channels]`.
package final class GlobalAveragePool: Layer {
  package static let type = "global_average_pool"
  package static let summary = "mean of each channel's plane"

  package let output: Shape
  private let input: Shape
  private let result: Tensor
  private let inputGradient = Tensor([1])

  package init(_ options: LayerOptions, input: Shape, random: inout RandomGenerator) throws {
    try options.allow()
    try options.requirePlanes(input)
    self.input = input
    output = [input[0]]
    result = Tensor([1])
  }

  private var plane: Int { input[1] * input[2] }

  package func forward(_ input: Tensor, _ pass: Pass) -> Tensor {
    result.resize(output.batched(input.shape[0]))
    for index in 0..<result.count {
      result.pointer[index] = Reduce.sum(input.pointer + index * plane, plane) / Float(plane)
    }
    return result
  }

  package func backward(_ gradient: Tensor, _ pass: Pass) -> Tensor {
    inputGradient.resize(input.batched(gradient.shape[0]))
    for index in 0..<gradient.count {
      (inputGradient.pointer + index * plane).update(repeating: gradient.pointer[index] / Float(plane), count: plane)
    }
    return inputGradient
  }
}

extension GlobalAveragePool {
  package func addNodes(to graph: inout ONNXGraph, input: String, name: String) -> String {
    graph.add("Flatten", [graph.add("GlobalAveragePool", [input], to: "\(name).mean")], to: name)
  }
}
