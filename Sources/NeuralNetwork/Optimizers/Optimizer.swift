/// Changes parameters along their gradients.
///
/// Contract: `update` uses the gradients as they are and leaves them alone; what it keeps between calls is in the state, so a
/// run that restores parameters, state and step goes on exactly as if never interrupted. It is called for one part of a
/// parameter at a time, on several threads. Formulas and defaults are PyTorch's (torch.optim), against which every optimizer
/// is tested.
package protocol Optimizer: AnyObject {
  static var name: String { get }
  static var summary: String { get }
  /// The number of tensors of a parameter's size that it keeps for each parameter.
  static var slots: Int { get }
  /// Whether weight decay shrinks the weights themselves instead of joining the gradient.
  static var decaysApart: Bool { get }
  init()
  /// One element-wise step.
  /// - Parameter step: counts from 1.
  func update(_ part: OptimizerPart, rate: Float, momentum: Float, step: Int)
}

/// Elements of a parameter that follow each other, with their gradient and the optimizer's state, zero before the first step.
package struct OptimizerPart {
  package let count: Int
  package let value: UnsafeMutablePointer<Float>
  package let gradient: UnsafePointer<Float>
  /// The optimizer's first slot, and its second; not to be touched when it has fewer.
  package let first: UnsafeMutablePointer<Float>
  package let second: UnsafeMutablePointer<Float>
}

extension Optimizer {
  package static var decaysApart: Bool { false }
}

/// Every optimizer there is.
package enum Optimizers {
  package static var all: [any Optimizer.Type] {
    [SGD.self, Momentum.self, Nesterov.self, Adam.self, AdamW.self, RMSProp.self, Adagrad.self]
  }

  package static func named(_ name: String) -> (any Optimizer.Type)? { all.first { $0.name == name } }
}

/// An optimizer at work on a network's parameters, with its state.
package final class OptimizerState {
  package private(set) var step = 0
  private let optimizer: any Optimizer
  private let decaysApart: Bool
  private let weightDecay: Float
  private let parameters: [Parameter]
  private var state: [[Tensor]]

  /// - Parameter weightDecay: added to the gradient as `weightDecay * weight` (L2), or, by an optimizer that decays apart,
  ///   taken off the weight as `rate * weightDecay * weight`. For weights only, not for biases.
  package init(_ type: any Optimizer.Type, _ parameters: [Parameter], weightDecay: Float = 0) {
    self.weightDecay = weightDecay
    decaysApart = type.decaysApart
    optimizer = type.init()
    self.parameters = parameters.filter(\.isTrained)
    state = self.parameters.map { parameter in (0..<type.slots).map { _ in Tensor(parameter.value.shape) } }
  }

  /// One step with the gradients that stand in the parameters. The result does not depend on the number of threads.
  package func update(rate: Float, momentum: Float = 0.9, threads: Int = 1) {
    step += 1
    for (parameter, state) in zip(parameters, state) {
      let (value, gradient) = (parameter.value.pointer, parameter.gradient.pointer)
      let first = state.first?.pointer ?? value
      let second = state.count > 1 ? state[1].pointer : first
      let decay = parameter.role == .weight ? weightDecay : 0
      let count = parameter.value.count
      parallel(count, threads: count < Self.shared ? 1 : threads) { _, share in
        withUnsafeTemporaryAllocation(of: Float.self, capacity: Self.chunk) { decayed in
          for start in stride(from: share.lowerBound, to: share.upperBound, by: Self.chunk) {
            let size = min(Self.chunk, share.upperBound - start)
            let slope = self.decayed(
              value + start, gradient + start, size, rate: rate, decay: decay, into: decayed.baseAddress)
            optimizer.update(
              OptimizerPart(
                count: size, value: value + start, gradient: slope, first: first + start, second: second + start),
              rate: rate, momentum: momentum, step: step)
          }
        }
      }
    }
  }

  /// Applies weight decay, to the values or in a copy of the gradient.
  /// - Returns: The gradient to go by.
  private func decayed(
    _ value: UnsafeMutablePointer<Float>, _ gradient: UnsafePointer<Float>, _ count: Int, rate: Float, decay: Float,
    into copy: UnsafeMutablePointer<Float>?
  ) -> UnsafePointer<Float> {
    guard decay > 0, let copy else { return gradient }
    guard !decaysApart else {
      for i in 0..<count { value[i] *= 1 - rate * decay }
      return gradient
    }
    for i in 0..<count { copy[i] = gradient[i] + decay * value[i] }
    return UnsafePointer(copy)
  }

  /// Elements that stay in the cache while they are decayed and then updated.
  private static let chunk = 4096
  /// Parameters below this size are not worth a second thread.
  private static let shared = 1 << 16

  /// The state as named tensors, for a checkpoint.
  package var tensors: [(name: String, tensor: Tensor)] {
    zip(parameters, state).flatMap { parameter, slots in
      slots.enumerated().map { ("optimizer.\($0.offset).\(parameter.name)", $0.element) }
    }
  }

  /// Goes on after `step` steps; `tensors` must have been filled with that moment's state.
  package func resume(after step: Int) { self.step = step }
}
