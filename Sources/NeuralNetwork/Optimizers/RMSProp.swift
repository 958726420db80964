/// Divides by a running root mean square of the gradient (Hinton's lecture 6e, 2012), decay 0.99, epsilon 1e-8.
package final class RMSProp: Optimizer {
  package static let name = "rmsprop"
  package static let summary = "gradient over its running root mean square"
  package static let slots = 1

  package init() {}

  package func update(_ part: OptimizerPart, rate: Float, momentum: Float, step: Int) {
    let (w, g, v) = (part.value, part.gradient, part.first)
    for i in 0..<part.count {
      v[i] = 0.99 * v[i] + 0.01 * g[i] * g[i]
      w[i] -= rate * g[i] / (v[i].squareRoot() + 1e-8)
    }
  }
}
