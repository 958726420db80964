/// The geometry of a window that slides over planes: convolution and pooling.
struct Window {
  enum Padding {
    /// As many outputs as inputs / stride, rounded up; the odd pixel of padding goes to the bottom and the right.
    case same
    case explicit(Int)
  }

  let kernelHeight: Int
  let kernelWidth: Int
  let stride: Int
  let top: Int
  let left: Int
  let inputHeight: Int
  let inputWidth: Int
  let outputHeight: Int
  let outputWidth: Int

  /// - Throws: `DescriptionError` when the window does not fit into the padded input.
  init(_ options: LayerOptions, input: Shape, kernelHeight: Int, kernelWidth: Int, stride: Int) throws {
    try options.requirePlanes(input)
    let padding = try Window.padding(options)
    self.kernelHeight = kernelHeight
    self.kernelWidth = kernelWidth
    self.stride = stride
    inputHeight = input[1]
    inputWidth = input[2]
    switch padding {
    case .same:
      outputHeight = (inputHeight + stride - 1) / stride
      outputWidth = (inputWidth + stride - 1) / stride
      top = max((outputHeight - 1) * stride + kernelHeight - inputHeight, 0) / 2
      left = max((outputWidth - 1) * stride + kernelWidth - inputWidth, 0) / 2
    case .explicit(let size):
      guard inputHeight + 2 * size >= kernelHeight, inputWidth + 2 * size >= kernelWidth else {
        throw options.error("has a window of \(kernelHeight)x\(kernelWidth) that is larger than its input \(input)")
      }
      outputHeight = (inputHeight + 2 * size - kernelHeight) / stride + 1
      outputWidth = (inputWidth + 2 * size - kernelWidth) / stride + 1
      top = size
      left = size
    }
  }

  /// The window of a pooling layer: options `size` (2), `stride` (as `size`) and `padding`.
  /// - Throws: `DescriptionError`, also when a window would lie wholly outside of the input.
  init(pooling options: LayerOptions, input: Shape) throws {
    try options.allow("size", "stride", "padding")
    let size = try options.integer("size", default: 2, in: 1...64)
    let stride = try options.integer("stride", default: size, in: 1...64)
    try self.init(options, input: input, kernelHeight: size, kernelWidth: size, stride: stride)
    guard top < size, left < size else { throw options.error("has windows that lie outside of the input") }
  }

  /// The option `padding`: "same", "valid" (none, the default) or a number of pixels on every side.
  private static func padding(_ options: LayerOptions) throws -> Padding {
    if let size = try? options.integer("padding", default: 0, in: 0...64) { return .explicit(size) }
    switch try options.text("padding", default: "valid") {
    case "same": return .same
    case "valid": return .explicit(0)
    case let other: throw options.error("'padding' must be same, valid or a number of pixels up to 64, not '\(other)'")
    }
  }

  /// The part of `0..<output` whose input position `index * stride + offset` lies within `0..<input`.
  func valid(_ output: Int, input: Int, offset: Int) -> Range<Int> {
    let lower = offset < 0 ? (-offset + stride - 1) / stride : 0
    let upper = input - offset <= 0 ? 0 : (input - offset + stride - 1) / stride
    return min(lower, output)..<max(min(upper, output), min(lower, output))
  }
}
