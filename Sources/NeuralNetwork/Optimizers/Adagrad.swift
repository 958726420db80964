/// Divides by the root of the sum of all squared gradients so far (Duchi et al., 2011), epsilon 1e-10.
package final class Adagrad: Optimizer {
  package static let name = "adagrad"
  package static let summary = "gradient over the root of its summed squares"
  package static let slots = 1

  package init() {}

  package func update(_ part: OptimizerPart, rate: Float, momentum: Float, step: Int) {
    let (w, g, v) = (part.value, part.gradient, part.first)
    for i in 0..<part.count {
      v[i] += g[i] * g[i]
      w[i] -= rate * g[i] / (v[i].squareRoot() + 1e-10)
    }
  }
}
