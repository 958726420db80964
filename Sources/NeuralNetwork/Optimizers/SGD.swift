/// Plain gradient descent.
public final class SGD: Optimizer {
  public static let name = "sgd"
  public static let summary = "plain gradient descent"
  public static let slots = 0

  public init() {}

  public func update(_ part: OptimizerPart, rate: Float, momentum: Float, step: Int) {
    let (w, g) = (part.value, part.gradient)
    for i in 0..<part.count { w[i] -= rate * g[i] }
  }
}

/// Gradient descent with a velocity: v = momentum v + g, w -= rate v (Polyak, 1964, as PyTorch writes it).
public final class Momentum: Optimizer {
  public static let name = "momentum"
  public static let summary = "gradient descent with momentum"
  public static let slots = 1

  public init() {}

  public func update(_ part: OptimizerPart, rate: Float, momentum: Float, step: Int) {
    let (w, g, v) = (part.value, part.gradient, part.first)
    for i in 0..<part.count {
      v[i] = momentum * v[i] + g[i]
      w[i] -= rate * v[i]
    }
  }
}

/// Momentum that looks ahead: w -= rate (g + momentum v) (Nesterov, 1983; Sutskever et al., 2013).
public final class Nesterov: Optimizer {
  public static let name = "nesterov"
  public static let summary = "gradient descent with Nesterov's momentum"
  public static let slots = 1

  public init() {}

  public func update(_ part: OptimizerPart, rate: Float, momentum: Float, step: Int) {
    let (w, g, v) = (part.value, part.gradient, part.first)
    for i in 0..<part.count {
      v[i] = momentum * v[i] + g[i]
      w[i] -= rate * (g[i] + momentum * v[i])
    }
  }
}
