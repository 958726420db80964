/// Plain gradient descent.
package final class SGD: Optimizer {
  package static let name = "sgd"
  package static let summary = "plain gradient descent"
  package static let slots = 0

  package init() {}

  package func update(_ part: OptimizerPart, rate: Float, momentum: Float, step: Int) {
    let (w, g) = (part.value, part.gradient)
    for i in 0..<part.count { w[i] -= rate * g[i] }
  }
}

/// Gradient descent with a velocity: v = momentum v + g, w -= rate v (Polyak, 1964, as PyTorch writes it).
package final class Momentum: Optimizer {
  package static let name = "momentum"
  package static let summary = "gradient descent with momentum"
  package static let slots = 1

  package init() {}

  package func update(_ part: OptimizerPart, rate: Float, momentum: Float, step: Int) {
    let (w, g, v) = (part.value, part.gradient, part.first)
    for i in 0..<part.count {
      v[i] = momentum * v[i] + g[i]
      w[i] -= rate * v[i]
    }
  }
}

/// Momentum that looks ahead: w -= rate (g + momentum v) (Nesterov, 1983; Sutskever et al., 2013).
package final class Nesterov: Optimizer {
  package static let name = "nesterov"
  package static let summary = "gradient descent with Nesterov's momentum"
  package static let slots = 1

  package init() {}

  package func update(_ part: OptimizerPart, rate: Float, momentum: Float, step: Int) {
    let (w, g, v) = (part.value, part.gradient, part.first)
    for i in 0..<part.count {
      v[i] = momentum * v[i] + g[i]
      w[i] -= rate * (g[i] + momentum * v[i])
    }
  }
}
