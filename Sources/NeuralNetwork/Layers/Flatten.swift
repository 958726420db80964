/// `[channels, height, width]` to `[channels * height * width]`, in memory order.
public final class Flatten: Layer {
  public static let type = "flatten"
  public static let summary = "all values of a sample in one row"

  public let output: Shape
  private let input: Shape
  private let result = Tensor([1])
  private let inputGradient = Tensor([1])

  public init(_ options: LayerOptions, input: Shape, random: inout RandomGenerator) throws {
    try options.allow()
    self.input = input
    output = [input.count]
  }

  public func forward(_ input: Tensor, _ pass: Pass) -> Tensor {
    result.copy(input)
    result.resize(output.batched(input.shape[0]))
    return result
  }

  public func backward(_ gradient: Tensor, _ pass: Pass) -> Tensor {
    inputGradient.copy(gradient)
    inputGradient.resize(input.batched(gradient.shape[0]))
    return inputGradient
  }
}

extension Flatten {
  public func addNodes(to graph: inout ONNXGraph, input: String, name: String) -> String {
    graph.add("Flatten", [input], to: name)
  }
}
