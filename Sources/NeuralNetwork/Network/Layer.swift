/// The mode of one call through a network, and its threads.
package struct Pass: Sendable {
  /// Batch statistics and dropout when true; running statistics and no dropout when false.
  package var isTraining: Bool
  /// Decides everything random within the call.
  package var seed: UInt64
  package var threads: Int

  package init(isTraining: Bool, seed: UInt64 = 0, threads: Int = 1) {
    self.isTraining = isTraining
    self.seed = seed
    self.threads = max(1, threads)
  }

  package static let inference = Pass(isTraining: false)
}

/// A differentiable step from one tensor to another.
///
/// The contract, checked for every registered layer by one generic test:
///
/// - `init` gets the shape of one sample without the batch and fixes `output`, the shape of one result.
/// - `forward` takes `[batch] + input` and returns `[batch] + output`, in a tensor that the layer owns and overwrites at its
///   next `forward` (or the input itself when there is nothing to do). It does not change its input. Unless the pass is training, the result of a sample does not depend on
///   the other samples of the batch.
/// - `backward` takes the gradient of the loss with respect to the last `forward`'s result and returns the one with respect
///   to its input, in a tensor that the layer owns; it adds to the gradients of its parameters. The pass and the input
///   tensor must be those of that `forward`, unchanged. It is only called after a training pass.
/// - The result depends on the input, the parameters, the seed and the thread count, on nothing else.
/// - After the first call no memory is allocated for batches up to that size.
///
/// Layers are not Sendable: a network belongs to one thread, which may spread a call over several by `Pass.threads`.
package protocol Layer: AnyObject {
  /// The name in descriptions and weight files.
  static var type: String { get }
  /// One line for people.
  static var summary: String { get }

  /// - Throws: `DescriptionError` when an option is unknown or out of range, or the input's shape does not fit.
  init(_ options: LayerOptions, input: Shape, random: inout RandomGenerator) throws

  var output: Shape { get }
  var parameters: [Parameter] { get }
  /// Multiply-adds of one sample's forward pass; elementwise work is not counted.
  var multiplyAdds: Int { get }

  func forward(_ input: Tensor, _ pass: Pass) -> Tensor
  func backward(_ gradient: Tensor, _ pass: Pass) -> Tensor
  /// As `backward` without the gradient with respect to the input, for a network's first layer.
  func backwardParameters(_ gradient: Tensor, _ pass: Pass)

  /// Adds what the layer does at inference to an ONNX graph.
  /// - Parameters:
  ///   - input: the name of its input there.
  ///   - name: what the names of its own nodes and weights begin with, "3" or "4.0.1"; none else does.
  /// - Returns: The name of its result.
  func addNodes(to graph: inout ONNXGraph, input: String, name: String) -> String
}

extension Layer {
  package var parameters: [Parameter] { [] }
  package var multiplyAdds: Int { 0 }
  package func backwardParameters(_ gradient: Tensor, _ pass: Pass) { _ = backward(gradient, pass) }
}

/// Every layer there is. The decoder of weight files, the help text and the contract test read this list.
package enum Layers {
  package static var all: [any Layer.Type] {
    [
      Conv2D.self, Dense.self, MaxPool2D.self, AveragePool2D.self, GlobalAveragePool.self, SpatialSoftmax.self,
      BatchNorm.self,
      Dropout.self, ReLU.self, LeakyReLU.self, Flatten.self, Add.self, MultiScale.self,
    ]
  }

  package static func named(_ type: String) -> (any Layer.Type)? { all.first { $0.type == type } }
}
