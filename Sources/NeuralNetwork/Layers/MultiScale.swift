/// What heads make of several stages of a trunk, all values of a sample in one row: as in a single shot detector (Liu et al.,
/// "SSD: Single Shot MultiBox Detector", 2016), where each stage sees the picture at half of the resolution of the one before.
///
/// Options: `branches`, lists of layers in pairs: a stage, which goes on from what the stage before it gives (the first from
/// the input), and a head, which sees what the stage gives. The result is what the heads give, flattened, one after the other.
public final class MultiScale: Layer, Branched {
  public static let type = "multi_scale"
  public static let summary = "stages one after the other, with a head each; what the heads give in one row"

  public let output: Shape
  public let parameters: [Parameter]
  public var multiplyAdds: Int { branches.joined().map(\.multiplyAdds).reduce(0, +) }
  let branches: [[any Layer]]
  /// What each stage gives.
  private let stages: [Shape]
  /// What each head gives.
  private let heads: [Shape]
  private let result = Tensor([1])
  private let headGradients: [Tensor]
  private let stageGradients: [Tensor]

  public init(_ options: LayerOptions, input: Shape, random: inout RandomGenerator) throws {
    try options.allow("branches")
    let descriptions = try options.branches("branches")
    guard !descriptions.isEmpty, descriptions.count % 2 == 0 else {
      throw options.error("needs branches in pairs, a stage and its head")
    }
    var (branches, parameters): ([[any Layer]], [Parameter]) = ([], [])
    var (stages, heads): ([Shape], [Shape]) = ([], [])
    var trunk = input
    for (number, description) in descriptions.enumerated() {
      let branch = try LayerList(description, number: number, input: trunk, options: options, random: &random)
      branches.append(branch.layers)
      parameters += branch.parameters
      if number % 2 == 0 {
        trunk = branch.output
        stages.append(trunk)
      } else {
        heads.append(branch.output)
      }
    }
    let (count, overflow) = heads.reduce((0, false)) { sum, head in
      let (total, overflow) = sum.0.addingReportingOverflow(head.count)
      return (total, sum.1 || overflow)
    }
    guard !overflow else { throw options.error("gives more values than there can be") }
    (self.branches, self.parameters, self.stages, self.heads) = (branches, parameters, stages, heads)
    output = [count]
    headGradients = heads.map { _ in Tensor([1]) }
    stageGradients = stages.map { _ in Tensor([1]) }
  }

  public func forward(_ input: Tensor, _ pass: Pass) -> Tensor {
    let batch = input.shape[0]
    result.resize(output.batched(batch))
    var (trunk, start) = (input, 0)
    for (index, head) in heads.enumerated() {
      trunk = branches[2 * index].reduce(trunk) { $1.forward($0, pass) }
      let values = branches[2 * index + 1].reduce(trunk) { $1.forward($0, pass) }
      for sample in 0..<batch {
        (result.pointer + sample * output.count + start)
          .update(from: values.pointer + sample * head.count, count: head.count)
      }
      start += head.count
    }
    return result
  }

  public func backward(_ gradient: Tensor, _ pass: Pass) -> Tensor {
    let batch = gradient.shape[0]
    var (start, next): (Int, Tensor?) = (output.count, nil)
    for (index, head) in heads.enumerated().reversed() {
      start -= head.count
      let part = headGradients[index]
      part.resize(head.batched(batch))
      for sample in 0..<batch {
        (part.pointer + sample * head.count)
          .update(from: gradient.pointer + sample * output.count + start, count: head.count)
      }
      let seen = branches[2 * index + 1].reversed().reduce(part) { $1.backward($0, pass) }
      let sum = stageGradients[index]
      sum.copy(seen)
      if let next { for i in 0..<sum.count { sum.pointer[i] += next.pointer[i] } }
      next = branches[2 * index].reversed().reduce(sum) { $1.backward($0, pass) }
    }
    guard let next else { preconditionFailure("there is at least one stage") }
    return next
  }
}

extension MultiScale {
  public func addNodes(to graph: inout ONNXGraph, input: String, name: String) -> String {
    func add(_ number: Int, _ value: String) -> String {
      branches[number].enumerated().reduce(value) { value, item in
        item.element.addNodes(to: &graph, input: value, name: "\(name).\(number).\(item.offset)")
      }
    }
    var (trunk, rows): (String, [String]) = (input, [])
    for index in heads.indices {
      trunk = add(2 * index, trunk)
      rows.append(graph.add("Flatten", [add(2 * index + 1, trunk)], to: "\(name).\(2 * index + 1).row"))
    }
    return graph.add("Concat", rows, [("axis", .integer(1))], to: name)
  }
}
