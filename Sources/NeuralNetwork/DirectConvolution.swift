import CKernels

/// A convolution's weights laid out for inference, and the padded input that they are run over. Belongs to one layer.
final class DirectConvolution {
  private let channels: Int
  private let window: Window
  private let filters: Int
  private let packed: Tensor
  private let bias: Tensor
  private let offsets: [Int32]
  private let slope: Float
  /// Extents of a padded input plane.
  private let paddedHeight: Int
  private let paddedWidth: Int
  /// A padded sample for every thread; the padding is zero and stays so.
  private var padded: [Tensor] = []

  /// - Parameters:
  ///   - weight: `[filters, channels, kernelHeight, kernelWidth]`; it is copied.
  ///   - bias: a number per filter, or nil.
  init(weight: Tensor, bias: Tensor?, window: Window, activation: Activation) {
    filters = weight.shape[0]
    channels = weight.shape[1]
    self.window = window
    let depth = weight.count / filters
    packed = Tensor([Int(direct_packed_count(Int32(filters), Int32(depth)))])
    direct_pack(weight.pointer, Int32(filters), Int32(depth), packed.pointer)
    self.bias = Tensor([filters])
    self.bias.fill(0)
    if let bias { self.bias.pointer.update(from: bias.pointer, count: filters) }
    slope =
      switch activation {
      case .none: 1
      case .relu: 0
      case .leaky: 0.01
      }
    paddedHeight = max((window.outputHeight - 1) * window.stride + window.kernelHeight, window.top + window.inputHeight)
    paddedWidth = max((window.outputWidth - 1) * window.stride + window.kernelWidth, window.left + window.inputWidth)
    let (height, width) = (paddedHeight, paddedWidth)
    offsets = (0..<channels).flatMap { channel in
      (0..<window.kernelHeight).flatMap { ky in
        (0..<window.kernelWidth).map { kx in Int32((channel * height + ky) * width + kx) }
      }
    }
  }

  /// - Parameters:
  ///   - input: `[batch, channels, inputHeight, inputWidth]`.
  ///   - result: `[batch, filters, outputHeight, outputWidth]`.
  func run(_ input: Tensor, into result: Tensor, threads: Int) {
    let batch = input.shape[0]
    while padded.count < min(threads, batch) {
      let tensor = Tensor([channels, paddedHeight, paddedWidth])
      tensor.fill(0)
      padded.append(tensor)
    }
    var shape = direct_convolution(
      depth: Int32(offsets.count), filters: Int32(filters), stride: Int32(window.stride),
      row_step: Int32(paddedWidth), output_height: Int32(window.outputHeight),
      output_width: Int32(window.outputWidth), slope: slope)
    let (inputSize, outputSize) = (input.count / batch, result.count / batch)
    withUnsafePointer(to: &shape) { shape in
      offsets.withUnsafeBufferPointer { offsets in
        guard let offsets = offsets.baseAddress else { return }
        parallel(batch, threads: threads) { thread, samples in
          for sample in samples {
            let source = pad(input.pointer + sample * inputSize, into: padded[thread])
            direct_convolve(
              shape, source, offsets, packed.pointer, bias.pointer, result.pointer + sample * outputSize)
          }
        }
      }
    }
  }

  private func pad(_ sample: UnsafePointer<Float>, into target: Tensor) -> UnsafePointer<Float> {
    if paddedHeight == window.inputHeight, paddedWidth == window.inputWidth { return sample }
    for channel in 0..<channels {
      for row in 0..<window.inputHeight {
        let place = (channel * paddedHeight + window.top + row) * paddedWidth + window.left
        (target.pointer + place).update(
          from: sample + (channel * window.inputHeight + row) * window.inputWidth, count: window.inputWidth)
      }
    }
    return UnsafePointer(target.pointer)
  }
}
