/// The sum of several branches of layers with the same input; a branch without layers is the input itself, which makes a
/// residual block (He et al., 2016).
///
/// Options: `branches` (lists of layers), `activation`.
package final class Add: Layer, Branched {
  package static let type = "add"
  package static let summary = "sum of branches (residual block), with activation"

  package let output: Shape
  package let parameters: [Parameter]
  package var multiplyAdds: Int { branches.joined().map(\.multiplyAdds).reduce(0, +) }
  let branches: [[any Layer]]
  let activation: Activation
  private let result: Tensor
  private let masked = Tensor([1])
  private let inputGradient = Tensor([1])

  package init(_ options: LayerOptions, input: Shape, random: inout RandomGenerator) throws {
    try options.allow("branches", "activation")
    activation = try options.choice("activation", default: .none)
    let descriptions = try options.branches("branches")
    guard descriptions.count >= 2 else { throw options.error("needs at least two branches") }
    var (branches, parameters): ([[any Layer]], [Parameter]) = ([], [])
    var shapes: [Shape] = []
    for (number, description) in descriptions.enumerated() {
      let branch = try LayerList(description, number: number, input: input, options: options, random: &random)
      parameters += branch.parameters
      branches.append(branch.layers)
      shapes.append(branch.output)
    }
    guard let first = shapes.first, shapes.allSatisfy({ $0 == first }) else {
      throw options.error("has branches of different shapes: \(shapes.map(\.description).joined(separator: ", "))")
    }
    self.branches = branches
    self.parameters = parameters
    output = first
    result = Tensor([1])
  }

  package func forward(_ input: Tensor, _ pass: Pass) -> Tensor {
    result.resize(output.batched(input.shape[0]))
    for (number, layers) in branches.enumerated() {
      var value = input
      for layer in layers { value = layer.forward(value, pass) }
      accumulate(value, into: result, first: number == 0, pass)
    }
    if activation != .none {
      parallel(result.count, threads: pass.threads) { _, share in
        activation.apply(result.pointer + share.lowerBound, share.count)
      }
    }
    return result
  }

  package func backward(_ gradient: Tensor, _ pass: Pass) -> Tensor {
    var upper = gradient
    if activation != .none {
      masked.resize(gradient.shape)
      parallel(gradient.count, threads: pass.threads) { _, share in
        let start = share.lowerBound
        activation.backward(
          gradient.pointer + start, output: result.pointer + start, into: masked.pointer + start, share.count)
      }
      upper = masked
    }
    for (number, layers) in branches.enumerated() {
      var value = upper
      for layer in layers.reversed() { value = layer.backward(value, pass) }
      if number == 0 { inputGradient.resize(value.shape) }
      accumulate(value, into: inputGradient, first: number == 0, pass)
    }
    return inputGradient
  }

  private func accumulate(_ term: Tensor, into sum: Tensor, first: Bool, _ pass: Pass) {
    parallel(sum.count, threads: pass.threads) { _, share in
      let (x, y) = (term.pointer, sum.pointer)
      if first {
        (y + share.lowerBound).update(from: x + share.lowerBound, count: share.count)
      } else {
        for i in share { y[i] += x[i] }
      }
    }
  }
}

extension Add {
  package func addNodes(to graph: inout ONNXGraph, input: String, name: String) -> String {
    let terms = branches.enumerated().map { number, layers in
      layers.enumerated().reduce(input) { value, item in
        item.element.addNodes(to: &graph, input: value, name: "\(name).\(number).\(item.offset)")
      }
    }
    return graph.add(activation, graph.add("Sum", terms, to: name), to: name)
  }
}
