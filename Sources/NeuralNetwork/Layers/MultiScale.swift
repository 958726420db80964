/// The outputs of heads on several stages of a trunk, as in a single shot detector (Liu et al., "SSD: Single Shot MultiBox
/// Detector", 2016). All values of a sample stand in one row: the heads' outputs, flattened, one after the other.
///
/// Options: `branches`, lists of layers. They come in pairs: a stage, whose input is the output of the stage before it, and a head,
/// whose input is the output of the stage.
///
/// With `stages`, the number of pairs, a list for each stage but the last may follow: a link from the coarser stage (Lin et al.,
/// "Feature Pyramid Networks for Object Detection", 2017). Its input is that of the next stage's head; its output, `[c, h, w]`
/// with as many planes as the own stage, is enlarged to twice the size and added to the input of the own head.
package final class MultiScale: Layer, Branched {
  package static let type = "multi_scale"
  package static let summary = "stages one after the other, with a head each; what the heads give in one row"

  package let output: Shape
  package let parameters: [Parameter]
  package var multiplyAdds: Int { branches.joined().map(\.multiplyAdds).reduce(0, +) }
  let branches: [[any Layer]]
  /// The output of each stage.
  private let stages: [Shape]
  /// The output of each head.
  private let heads: [Shape]
  /// Whether heads see coarser stages, too.
  private let isPyramid: Bool
  private let result = Tensor([1])
  /// The input of each head, where it is not only its stage's output.
  private let merged: [Tensor]
  private let headGradients: [Tensor]
  private let stageGradients: [Tensor]
  private let shrunk = Tensor([1])

  package init(_ options: LayerOptions, input: Shape, random: inout RandomGenerator) throws {
    try options.allow("branches", "stages")
    let descriptions = try options.branches("branches")
    let count = try options.integer("stages", default: descriptions.count / 2, in: 0...1000)
    isPyramid = count > 1 && descriptions.count == 3 * count - 1
    guard count > 0, isPyramid || descriptions.count == 2 * count else {
      throw options.error(
        "needs branches in pairs, a stage and its head, and for all stages but the last one more or none")
    }
    var (branches, parameters): ([[any Layer]], [Parameter]) = ([], [])
    var (stages, heads): ([Shape], [Shape]) = ([], [])
    var trunk = input
    for (number, description) in descriptions.enumerated() {
      let coarser = number - 2 * count + 1
      let branch = try LayerList(
        description, number: number, input: coarser > 0 ? stages[coarser] : trunk, options: options, random: &random)
      branches.append(branch.layers)
      parameters += branch.parameters
      if coarser > 0 {
        let (given, wanted) = (branch.output, stages[coarser - 1])
        guard given.rank == 3, wanted.rank == 3, given[0] == wanted[0],
          (1...2).allSatisfy({ given[$0] == (wanted[$0] + 1) / 2 })
        else { throw options.error("cannot add \(given) at twice its size to \(wanted)") }
      } else if number % 2 == 0 {
        trunk = branch.output
        stages.append(trunk)
      } else {
        heads.append(branch.output)
      }
    }
    let (values, overflow) = heads.reduce((0, false)) { sum, head in
      let (total, overflow) = sum.0.addingReportingOverflow(head.count)
      return (total, sum.1 || overflow)
    }
    guard !overflow else { throw options.error("gives more values than there can be") }
    (self.branches, self.parameters, self.stages, self.heads) = (branches, parameters, stages, heads)
    output = [values]
    merged = stages.map { _ in Tensor([1]) }
    headGradients = heads.map { _ in Tensor([1]) }
    stageGradients = stages.map { _ in Tensor([1]) }
  }

  /// The layers from the input of the head of stage `index + 1` to the head of stage `index`.
  private func downward(_ index: Int) -> [any Layer] { branches[2 * stages.count + index] }

  package func forward(_ input: Tensor, _ pass: Pass) -> Tensor {
    let batch = input.shape[0]
    result.resize(output.batched(batch))
    var (trunk, seen): (Tensor, [Tensor]) = (input, [])
    for index in stages.indices {
      trunk = branches[2 * index].reduce(trunk) { $1.forward($0, pass) }
      seen.append(trunk)
    }
    if isPyramid {
      for index in stages.indices.dropLast().reversed() {
        merged[index].copy(seen[index])
        let coarse = downward(index).reduce(seen[index + 1]) { $1.forward($0, pass) }
        Self.addEnlarged(coarse, to: merged[index], stages[index])
        seen[index] = merged[index]
      }
    }
    var start = 0
    for (index, head) in heads.enumerated() {
      let values = branches[2 * index + 1].reduce(seen[index]) { $1.forward($0, pass) }
      for sample in 0..<batch {
        (result.pointer + sample * output.count + start)
          .update(from: values.pointer + sample * head.count, count: head.count)
      }
      start += head.count
    }
    return result
  }

  package func backward(_ gradient: Tensor, _ pass: Pass) -> Tensor {
    let batch = gradient.shape[0]
    var start = 0
    for (index, head) in heads.enumerated() {
      let part = headGradients[index]
      part.resize(head.batched(batch))
      for sample in 0..<batch {
        (part.pointer + sample * head.count)
          .update(from: gradient.pointer + sample * output.count + start, count: head.count)
      }
      start += head.count
      let sum = stageGradients[index]
      sum.copy(branches[2 * index + 1].reversed().reduce(part) { $1.backward($0, pass) })
      guard isPyramid, index > 0 else { continue }
      shrunk.resize(Shape([stages[index - 1][0], stages[index][1], stages[index][2]]).batched(batch))
      Self.sumShrunk(stageGradients[index - 1], stages[index - 1], into: shrunk)
      Self.add(downward(index - 1).reversed().reduce(shrunk) { $1.backward($0, pass) }, to: sum)
    }
    var next: Tensor?
    for index in stages.indices.reversed() {
      if let next { Self.add(next, to: stageGradients[index]) }
      next = branches[2 * index].reversed().reduce(stageGradients[index]) { $1.backward($0, pass) }
    }
    guard let next else { preconditionFailure("there is at least one stage") }
    return next
  }

  private static func add(_ values: Tensor, to sum: Tensor) {
    for i in 0..<sum.count { sum.pointer[i] += values.pointer[i] }
  }

  /// Calls `body` with the place of a row of planes of a shape, and of the row of planes of half the size that it falls on.
  private static func rows(_ fine: Tensor, _ shape: Shape, _ body: (_ fine: Int, _ coarse: Int) -> Void) {
    let (height, width) = (shape[1], shape[2])
    for plane in 0..<fine.count / (height * width) {
      for y in 0..<height {
        body((plane * height + y) * width, (plane * ((height + 1) / 2) + y / 2) * ((width + 1) / 2))
      }
    }
  }

  /// Each value of `coarse` to the four of `fine` that it falls on.
  private static func addEnlarged(_ coarse: Tensor, to fine: Tensor, _ shape: Shape) {
    rows(fine, shape) { fineRow, coarseRow in
      for x in 0..<shape[2] { fine.pointer[fineRow + x] += coarse.pointer[coarseRow + x / 2] }
    }
  }

  /// The other way round.
  private static func sumShrunk(_ fine: Tensor, _ shape: Shape, into coarse: Tensor) {
    coarse.fill(0)
    rows(fine, shape) { fineRow, coarseRow in
      for x in 0..<shape[2] { coarse.pointer[coarseRow + x / 2] += fine.pointer[fineRow + x] }
    }
  }
}

extension MultiScale {
  package func addNodes(to graph: inout ONNXGraph, input: String, name: String) -> String {
    func add(_ number: Int, _ value: String) -> String {
      branches[number].enumerated().reduce(value) { value, item in
        item.element.addNodes(to: &graph, input: value, name: "\(name).\(number).\(item.offset)")
      }
    }
    var (trunk, seen): (String, [String]) = (input, [])
    for index in stages.indices {
      trunk = add(2 * index, trunk)
      seen.append(trunk)
    }
    if isPyramid {
      for index in stages.indices.dropLast().reversed() {
        let number = 2 * stages.count + index
        let large = enlarged(add(number, seen[index + 1]), to: stages[index], name: "\(name).\(number)", in: &graph)
        seen[index] = graph.add("Add", [seen[index], large], to: "\(name).\(number).sum")
      }
    }
    let rows = heads.indices.map {
      graph.add("Flatten", [add(2 * $0 + 1, seen[$0])], to: "\(name).\(2 * $0 + 1).row")
    }
    return graph.add("Concat", rows, [("axis", .integer(1))], to: name)
  }

  /// By the operation's defaults the nearest value; cut off where the extents are odd.
  private func enlarged(_ value: String, to shape: Shape, name: String, in graph: inout ONNXGraph) -> String {
    let scales = graph.add(Tensor([4], values: [1, 1, 2, 2]), to: "\(name).scales")
    let large = graph.add("Resize", [value, "", scales], to: "\(name).large")
    let bounds = [
      graph.add([0, 0], to: "\(name).starts"), graph.add([shape[1], shape[2]], to: "\(name).ends"),
      graph.add([2, 3], to: "\(name).axes"),
    ]
    return graph.add("Slice", [large] + bounds, to: "\(name).enlarged")
  }
}
