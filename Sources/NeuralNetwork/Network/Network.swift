/// A network as plain data: the shape of one input and the layers in order.
package struct NetworkDescription: Codable, Hashable, Sendable {
  package var input: [Int]
  package var layers: [LayerDescription]

  package init(input: Shape, layers: [LayerDescription]) {
    self.input = input.array
    self.layers = layers
  }
}

/// Layers one after the other, made from a description. Belongs to one thread at a time.
package final class Network {
  package let description: NetworkDescription
  package let input: Shape
  package let layers: [any Layer]
  /// All parameters, named by position: "3.weight", in a branch "4.0.1.weight".
  package let parameters: [Parameter]

  package var output: Shape { layers.last?.output ?? input }
  /// Multiply-adds of one sample's forward pass.
  package var multiplyAdds: Int { layers.map(\.multiplyAdds).reduce(0, +) }
  /// The number of trained weights.
  package var weightCount: Int { parameters.filter(\.isTrained).map(\.value.count).reduce(0, +) }

  /// - Throws: `DescriptionError` when the description is not that of a network.
  package init(_ description: NetworkDescription, seed: UInt64 = 0, allocation: AllocationLimit = AllocationLimit())
    throws
  {
    guard (1...3).contains(description.input.count), description.input.allSatisfy({ (1...65536).contains($0) }) else {
      throw DescriptionError("a network needs an input of one to three extents of 1...65536")
    }
    self.description = description
    input = Shape(description.input)
    try allocation.claim(values: input.count, for: "input")
    var random = RandomGenerator(seed: seed)
    var (shape, layers, parameters): (Shape, [any Layer], [Parameter]) = (input, [], [])
    for (position, item) in description.layers.enumerated() {
      let layer = try item.layer(input: shape, random: &random, allocation: allocation)
      layers.append(layer)
      parameters += layer.parameters.map { $0.named("\(position).\($0.name)") }
      shape = layer.output
    }
    self.layers = layers
    self.parameters = parameters
  }

  /// - Parameter input: `[batch] + input`.
  /// - Returns: `[batch] + output`, valid until the next call.
  package func forward(_ input: Tensor, _ pass: Pass = .inference) -> Tensor {
    layers.reduce(input) { $1.forward($0, pass) }
  }

  /// Adds to the gradients of the parameters. Follows a training `forward` with the same pass.
  /// - Parameter gradient: of the loss with respect to the result, `[batch] + output`.
  /// - Returns: with respect to the input.
  @discardableResult
  package func backward(_ gradient: Tensor, _ pass: Pass) -> Tensor {
    layers.reversed().reduce(gradient) { $1.backward($0, pass) }
  }

  /// As `backward` without the gradient with respect to the input, which training has no use for.
  package func backwardParameters(_ gradient: Tensor, _ pass: Pass) {
    guard let first = layers.first else { return }
    first.backwardParameters(layers.dropFirst().reversed().reduce(gradient) { $1.backward($0, pass) }, pass)
  }

  /// Moves every parameter towards that of another network of the same description: a running average over its steps.
  /// - Parameter decay: the share of the old value that stays, 0...1.
  package func updateAverage(of other: Network, decay: Float, threads: Int = 1) {
    for (mean, parameter) in zip(parameters, other.parameters) {
      let (m, w) = (mean.value.pointer, parameter.value.pointer)
      let count = mean.value.count
      parallel(count, threads: count < 1 << 16 ? 1 : threads) { _, part in
        for i in part { m[i] = decay * m[i] + (1 - decay) * w[i] }
      }
    }
  }

  /// Scales all gradients so that their norm, over all parameters, is `norm` at most (Pascanu et al., "On the difficulty of training
  /// recurrent neural networks", 2013).
  /// - Returns: the norm before.
  @discardableResult
  package func clipGradients(norm: Float) -> Float {
    let trained = parameters.filter(\.isTrained)
    var sum = 0.0
    for parameter in trained {
      let g = parameter.gradient.pointer
      for i in 0..<parameter.gradient.count { sum += Double(g[i]) * Double(g[i]) }
    }
    let length = Float(sum.squareRoot())
    if length > norm {
      for parameter in trained {
        let g = parameter.gradient.pointer
        for i in 0..<parameter.gradient.count { g[i] *= norm / length }
      }
    }
    return length
  }

  package func zeroGradients() {
    for parameter in parameters where parameter.isTrained { parameter.clearGradient() }
  }
}
