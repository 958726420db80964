#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Adaptive moments (Kingma and Ba, 2015), beta 0.9 and 0.999, epsilon 1e-8.
package final class Adam: Optimizer {
  package static let name = "adam"
  package static let summary = "adaptive moments"
  package static let slots = 2

  package init() {}

  package func update(_ part: OptimizerPart, rate: Float, momentum: Float, step: Int) {
    adam(part, rate: rate, step: step)
  }
}

/// Adam with weight decay apart from the gradient (Loshchilov and Hutter, 2019).
package final class AdamW: Optimizer {
  package static let name = "adamw"
  package static let summary = "Adam, weight decay apart from the gradient"
  package static let slots = 2
  package static let decaysApart = true

  package init() {}

  package func update(_ part: OptimizerPart, rate: Float, momentum: Float, step: Int) {
    adam(part, rate: rate, step: step)
  }
}

private func adam(_ part: OptimizerPart, rate: Float, step: Int) {
  let (beta1, beta2, epsilon): (Float, Float, Float) = (0.9, 0.999, 1e-8)
  let correction = Float((1 - pow(0.999, Double(step))).squareRoot())
  let size = rate / Float(1 - pow(0.9, Double(step)))
  let (w, g, m, v) = (part.value, part.gradient, part.first, part.second)
  for i in 0..<part.count {
    m[i] = beta1 * m[i] + (1 - beta1) * g[i]
    v[i] = beta2 * v[i] + (1 - beta2) * g[i] * g[i]
    w[i] -= size * m[i] / (v[i].squareRoot() / correction + epsilon)
  }
}
