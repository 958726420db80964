/// Changes parameters along their gradients.
///
/// Contract: `update` uses the gradients as they are and leaves them alone; what it keeps between calls is in `state`, so a
/// run that restores parameters, state and step goes on exactly as if never interrupted. Formulas and defaults are
/// PyTorch's (torch.optim), against which every optimizer is tested.
public protocol Optimizer: AnyObject {
  static var name: String { get }
  static var summary: String { get }
  /// How many tensors of a parameter's size it keeps for each parameter.
  static var slots: Int { get }
  /// Whether weight decay shrinks the weights themselves instead of joining the gradient.
  static var decaysApart: Bool { get }
  init()
  /// One element-wise step on a parameter.
  /// - Parameters:
  ///   - state: `slots` tensors, zero before the first step.
  ///   - step: counts from 1.
  func update(_ value: Tensor, gradient: Tensor, state: [Tensor], rate: Float, momentum: Float, step: Int)
}

extension Optimizer {
  public static var decaysApart: Bool { false }
}

/// Every optimizer there is.
public enum Optimizers {
  public static var all: [any Optimizer.Type] {
    [SGD.self, Momentum.self, Nesterov.self, Adam.self, AdamW.self, RMSProp.self, Adagrad.self]
  }

  public static func named(_ name: String) -> (any Optimizer.Type)? { all.first { $0.name == name } }
}

/// An optimizer at work on a network's parameters, with its state.
public final class Descent {
  public private(set) var step = 0
  private let optimizer: any Optimizer
  private let decaysApart: Bool
  private let weightDecay: Float
  private let parameters: [Parameter]
  private let decayed = Tensor([1])
  private var state: [[Tensor]]

  /// - Parameter weightDecay: added to the gradient as `weightDecay * weight` (L2), or, by an optimizer that decays apart,
  ///   taken off the weight as `rate * weightDecay * weight`. For weights only, not for biases.
  public init(_ type: any Optimizer.Type, _ parameters: [Parameter], weightDecay: Float = 0) {
    self.weightDecay = weightDecay
    decaysApart = type.decaysApart
    optimizer = type.init()
    self.parameters = parameters.filter(\.isTrained)
    state = self.parameters.map { parameter in (0..<type.slots).map { _ in Tensor(parameter.value.shape) } }
  }

  /// One step with the gradients that stand in the parameters.
  public func update(rate: Float, momentum: Float = 0.9) {
    step += 1
    for (parameter, state) in zip(parameters, state) {
      let value = parameter.value
      var gradient = parameter.gradient
      if weightDecay > 0, parameter.role == .weight {
        if decaysApart {
          for i in 0..<value.count { value.pointer[i] *= 1 - rate * weightDecay }
        } else {
          decayed.resize(value.shape)
          for i in 0..<value.count {
            decayed.pointer[i] = gradient.pointer[i] + weightDecay * value.pointer[i]
          }
          gradient = decayed
        }
      }
      optimizer.update(value, gradient: gradient, state: state, rate: rate, momentum: momentum, step: step)
    }
  }

  /// The state as named tensors, for a checkpoint.
  public var tensors: [(name: String, tensor: Tensor)] {
    zip(parameters, state).flatMap { parameter, slots in
      slots.enumerated().map { ("optimizer.\($0.offset).\(parameter.name)", $0.element) }
    }
  }

  /// Goes on after `step` steps; `tensors` must have been filled with that moment's state.
  public func resume(after step: Int) { self.step = step }
}
