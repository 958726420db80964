/// Plain gradient descent.
public final class SGD: Optimizer {
  public static let name = "sgd"
  public static let summary = "plain gradient descent"
  public static let slots = 0

  public init() {}

  public func update(_ value: Tensor, gradient: Tensor, state: [Tensor], rate: Float, momentum: Float, step: Int) {
    let (w, g) = (value.pointer, gradient.pointer)
    for i in 0..<value.count { w[i] -= rate * g[i] }
  }
}

/// Gradient descent with a velocity: v = momentum v + g, w -= rate v (Polyak, 1964, as PyTorch writes it).
public final class Momentum: Optimizer {
  public static let name = "momentum"
  public static let summary = "gradient descent with momentum"
  public static let slots = 1

  public init() {}

  public func update(_ value: Tensor, gradient: Tensor, state: [Tensor], rate: Float, momentum: Float, step: Int) {
    let (w, g, v) = (value.pointer, gradient.pointer, state[0].pointer)
    for i in 0..<value.count {
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

  public func update(_ value: Tensor, gradient: Tensor, state: [Tensor], rate: Float, momentum: Float, step: Int) {
    let (w, g, v) = (value.pointer, gradient.pointer, state[0].pointer)
    for i in 0..<value.count {
      v[i] = momentum * v[i] + g[i]
      w[i] -= rate * (g[i] + momentum * v[i])
    }
  }
}
