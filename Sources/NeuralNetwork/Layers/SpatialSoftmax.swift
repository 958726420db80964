import CKernels

/// The mean place of every plane's softmax (soft-argmax): `[channels, height, width]` to `[2 * channels]`, x then y of each. -1 and
/// 1 are the plane's edges: pixel i of n stands at (2 i + 1) / n - 1.
///
/// Levine et al., "End-to-end training of deep visuomotor policies", 2016.
package final class SpatialSoftmax: Layer {
  package static let type = "spatial_softmax"
  package static let summary = "the mean place of each channel's plane, as a softmax over its pixels"

  package let output: Shape
  private let input: Shape
  private let result = Tensor([1])
  private let inputGradient = Tensor([1])
  /// The densities of the last forward pass.
  private let density = Tensor([1])
  private let xs: [Float]
  private let ys: [Float]

  package init(_ options: LayerOptions, input: Shape, random: inout RandomGenerator) throws {
    try options.allow()
    try options.requirePlanes(input)
    self.input = input
    output = [2 * input[0]]
    let (height, width) = (input[1], input[2])
    xs = (0..<height * width).map { Float(2 * ($0 % width) + 1) / Float(width) - 1 }
    ys = (0..<height * width).map { Float(2 * ($0 / width) + 1) / Float(height) - 1 }
  }

  private var plane: Int { input[1] * input[2] }
  package var multiplyAdds: Int { 2 * input.count }

  package func forward(_ input: Tensor, _ pass: Pass) -> Tensor {
    let planes = input.count / plane
    result.resize(output.batched(input.shape[0]))
    density.resize(input.shape)
    parallel(planes, threads: pass.threads) { _, share in
      for index in share {
        softmax_plane(
          input.pointer + index * plane, xs, ys, Int32(plane), density.pointer + index * plane,
          result.pointer + 2 * index)
      }
    }
    return result
  }

  /// The derivative of the mean by a plane's value is the pixel's density times its distance from the mean.
  package func backward(_ gradient: Tensor, _ pass: Pass) -> Tensor {
    let planes = gradient.count / 2
    inputGradient.resize(density.shape)
    parallel(planes, threads: pass.threads) { _, share in
      for index in share {
        let (shares, slopes) = (density.pointer + index * plane, inputGradient.pointer + index * plane)
        let (x, y) = (result.pointer[2 * index], result.pointer[2 * index + 1])
        let (byX, byY) = (gradient.pointer[2 * index], gradient.pointer[2 * index + 1])
        for i in 0..<plane { slopes[i] = shares[i] * (byX * (xs[i] - x) + byY * (ys[i] - y)) }
      }
    }
    return inputGradient
  }
}

extension SpatialSoftmax {
  package func addNodes(to graph: inout ONNXGraph, input: String, name: String) -> String {
    let rows = graph.add([0, self.input[0], plane], to: "\(name).shape")
    let flat = graph.add("Reshape", [input, rows], to: "\(name).rows")
    let shares = graph.add("Softmax", [flat], [("axis", .integer(2))], to: "\(name).density")
    let places = graph.add(
      Tensor([plane, 2], values: zip(xs, ys).flatMap { [$0, $1] }), to: "\(name).places")
    return graph.add("Flatten", [graph.add("MatMul", [shares, places], to: "\(name).mean")], to: name)
  }
}
