/// The mean of every window; pixels outside of the input do not count.
/// Options: `size` (2), `stride` (as `size`), `padding` ("valid", "same" or pixels).
package final class AveragePool2D: Layer {
  package static let type = "average_pool2d"
  package static let summary = "mean of each window"

  package let output: Shape
  private let input: Shape
  let window: Window
  private let result: Tensor
  private let inputGradient = Tensor([1])

  package init(_ options: LayerOptions, input: Shape, random: inout RandomGenerator) throws {
    window = try Window(pooling: options, input: input)
    self.input = input
    output = [input[0], window.outputHeight, window.outputWidth]
    result = Tensor([1])
  }

  package func forward(_ input: Tensor, _ pass: Pass) -> Tensor {
    result.resize(output.batched(input.shape[0]))
    let (inputPlane, outputPlane) = (self.input[1] * self.input[2], window.outputHeight * window.outputWidth)
    parallel(input.shape[0] * self.input[0], threads: pass.threads) { _, share in
      for plane in share {
        let source = input.pointer + plane * inputPlane
        let target = result.pointer + plane * outputPlane
        forEachWindow { index, rows, columns in
          var sum: Float = 0
          for y in rows { for x in columns { sum += source[y * window.inputWidth + x] } }
          target[index] = sum / Float(rows.count * columns.count)
        }
      }
    }
    return result
  }

  package func backward(_ gradient: Tensor, _ pass: Pass) -> Tensor {
    inputGradient.resize(input.batched(gradient.shape[0]))
    let (inputPlane, outputPlane) = (input[1] * input[2], window.outputHeight * window.outputWidth)
    parallel(gradient.shape[0] * input[0], threads: pass.threads) { _, share in
      for plane in share {
        let source = gradient.pointer + plane * outputPlane
        let target = inputGradient.pointer + plane * inputPlane
        target.update(repeating: 0, count: inputPlane)
        forEachWindow { index, rows, columns in
          let part = source[index] / Float(rows.count * columns.count)
          for y in rows { for x in columns { target[y * window.inputWidth + x] += part } }
        }
      }
    }
    return inputGradient
  }

  @inline(__always)
  private func forEachWindow(_ body: (_ index: Int, _ rows: Range<Int>, _ columns: Range<Int>) -> Void) {
    var index = 0
    for row in 0..<window.outputHeight {
      let y = row * window.stride - window.top
      let rows = max(y, 0)..<min(y + window.kernelHeight, window.inputHeight)
      for column in 0..<window.outputWidth {
        let x = column * window.stride - window.left
        body(index, rows, max(x, 0)..<min(x + window.kernelWidth, window.inputWidth))
        index += 1
      }
    }
  }
}

extension AveragePool2D {
  package func addNodes(to graph: inout ONNXGraph, input: String, name: String) -> String {
    graph.add("AveragePool", [input], window.attributes + [("count_include_pad", .integer(0))], to: name)
  }
}
