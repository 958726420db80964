/// A layer that is made of lists of layers, its option `branches`.
protocol Branched: Layer {
  var branches: [[any Layer]] { get }
}

/// One of the lists, made from its description. Its parameters are named by the list's number, the layer's place in it and the
/// layer's own name: "1.0.weight".
struct LayerList {
  let layers: [any Layer]
  let parameters: [Parameter]
  let output: Shape

  /// - Throws: `DescriptionError` when a layer's options are out of range, or its input does not fit.
  init(
    _ description: [LayerDescription], number: Int, input: Shape, options: LayerOptions, random: inout RandomGenerator
  ) throws {
    var (shape, layers, parameters): (Shape, [any Layer], [Parameter]) = (input, [], [])
    for (position, item) in description.enumerated() {
      let layer = try item.layer(input: shape, random: &random, allocation: options.allocation)
      parameters += layer.parameters.map { $0.named("\(number).\(position).\($0.name)") }
      layers.append(layer)
      shape = layer.output
    }
    (self.layers, self.parameters, output) = (layers, parameters, shape)
  }
}
