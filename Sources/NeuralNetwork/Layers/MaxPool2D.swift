import CKernels

/// The largest value of every window. Options: `size` (2), `stride` (as `size`), `padding` ("valid", "same" or pixels).
package final class MaxPool2D: Layer {
  package static let type = "max_pool2d"
  package static let summary = "largest value of each window"

  package let output: Shape
  private let input: Shape
  let window: Window
  private let result: Tensor
  private let inputGradient = Tensor([1])
  private var winners: [Int32] = []
  private var lastInput: Tensor?

  package init(_ options: LayerOptions, input: Shape, random: inout RandomGenerator) throws {
    window = try Window(pooling: options, input: input)
    self.input = input
    output = [input[0], window.outputHeight, window.outputWidth]
    result = Tensor([1])
  }

  /// Windows of 2 x 2 side by side, which have loops of their own.
  private var isPairs: Bool {
    window.kernelHeight == 2 && window.stride == 2 && window.top == 0 && window.left == 0
      && window.outputHeight == window.inputHeight / 2 && window.outputWidth == window.inputWidth / 2
  }

  package func forward(_ input: Tensor, _ pass: Pass) -> Tensor {
    let planes = input.shape[0] * self.input[0]
    result.resize(output.batched(input.shape[0]))
    lastInput = input
    if isPairs {
      forEachPlane(planes, pass) { source, target in
        pool_pairs(input.pointer + source, Int32(window.inputHeight), Int32(window.inputWidth), result.pointer + target)
      }
      return result
    }
    if winners.count < result.count { winners = [Int32](repeating: 0, count: result.count) }
    let (inputPlane, outputPlane) = (self.input[1] * self.input[2], window.outputHeight * window.outputWidth)
    winners.withUnsafeMutableBufferPointer { winners in
      guard let winners = winners.baseAddress else { return }
      parallel(planes, threads: pass.threads) { _, share in
        for plane in share {
          pool(
            input.pointer + plane * inputPlane, result.pointer + plane * outputPlane, winners + plane * outputPlane)
        }
      }
    }
    return result
  }

  private func pool(
    _ source: UnsafePointer<Float>, _ target: UnsafeMutablePointer<Float>, _ winners: UnsafeMutablePointer<Int32>
  ) {
    var index = 0
    for row in 0..<window.outputHeight {
      let y = row * window.stride - window.top
      let ys = max(y, 0)..<min(y + window.kernelHeight, window.inputHeight)
      for column in 0..<window.outputWidth {
        let x = column * window.stride - window.left
        let (first, last) = (max(x, 0), min(x + window.kernelWidth, window.inputWidth))
        var best = ys.lowerBound * window.inputWidth + first
        for y in ys {
          for position in y * window.inputWidth + first..<y * window.inputWidth + last
          where source[position] > source[best] { best = position }
        }
        target[index] = source[best]
        winners[index] = Int32(truncatingIfNeeded: best)
        index += 1
      }
    }
  }

  package func backward(_ gradient: Tensor, _ pass: Pass) -> Tensor {
    let batch = gradient.shape[0]
    inputGradient.resize(input.batched(batch))
    if isPairs, let lastInput {
      forEachPlane(batch * input[0], pass) { source, target in
        pool_pairs_backward(
          lastInput.pointer + source, gradient.pointer + target, Int32(window.inputHeight), Int32(window.inputWidth),
          inputGradient.pointer + source)
      }
      return inputGradient
    }
    let (inputPlane, outputPlane) = (input[1] * input[2], window.outputHeight * window.outputWidth)
    winners.withUnsafeBufferPointer { winners in
      parallel(batch * input[0], threads: pass.threads) { _, share in
        for plane in share {
          let target = inputGradient.pointer + plane * inputPlane
          target.update(repeating: 0, count: inputPlane)
          for i in plane * outputPlane..<(plane + 1) * outputPlane {
            target[Int(winners[i])] += gradient.pointer[i]
          }
        }
      }
    }
    return inputGradient
  }

  /// Calls `body` with where each plane begins in the input and in the result.
  private func forEachPlane(_ planes: Int, _ pass: Pass, _ body: (_ source: Int, _ target: Int) -> Void) {
    let (inputPlane, outputPlane) = (input[1] * input[2], window.outputHeight * window.outputWidth)
    withoutActuallyEscaping(body) { body in
      parallel(planes, threads: pass.threads) { _, share in
        for plane in share { body(plane * inputPlane, plane * outputPlane) }
      }
    }
  }
}

extension MaxPool2D {
  package func addNodes(to graph: inout ONNXGraph, input: String, name: String) -> String {
    graph.add("MaxPool", [input], window.attributes, to: name)
  }
}
