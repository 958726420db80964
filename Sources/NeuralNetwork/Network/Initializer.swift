/// The random start of weights. `fanIn` and `fanOut` are the numbers of inputs and outputs that one weight's unit has.
package enum Initializer: String, CaseIterable, Sendable {
  case zeros
  /// Uniform with variance 2 / (fanIn + fanOut); Glorot and Bengio, 2010.
  case xavier
  /// Normal with variance 2 / fanIn; He et al., 2015.
  case he

  func fill(_ tensor: Tensor, fanIn: Int, fanOut: Int, random: inout RandomGenerator) {
    switch self {
    case .zeros: tensor.fill(0)
    case .xavier:
      let limit = (6 / Float(fanIn + fanOut)).squareRoot()
      for i in 0..<tensor.count { tensor.pointer[i] = random.uniform(-limit...limit) }
    case .he:
      let deviation = (2 / Float(fanIn)).squareRoot()
      for i in 0..<tensor.count { tensor.pointer[i] = deviation * random.normal() }
    }
  }
}
