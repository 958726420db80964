import CKernels

/// A way to convolve planes.
protocol PlaneConvolution: AnyObject {
  /// Takes the weights over.
  /// - Parameters:
  ///   - weight: `[filters, channels, kernelHeight, kernelWidth]`.
  ///   - bias: a number per filter, or nil.
  func pack(weight: UnsafePointer<Float>, bias: Tensor?)

  /// Makes each thread's own memory.
  func prepare(threads: Int)

  /// One sample, after `prepare`.
  func run(_ sample: UnsafePointer<Float>, into result: UnsafeMutablePointer<Float>, thread: Int)
}

extension PlaneConvolution {
  /// - Parameters:
  ///   - input: `[batch, channels, inputHeight, inputWidth]`.
  ///   - result: `[batch, filters, outputHeight, outputWidth]`.
  func run(_ input: Tensor, into result: Tensor, threads: Int) {
    let batch = input.shape[0]
    prepare(threads: min(threads, batch))
    let (inputSize, outputSize) = (input.count / batch, result.count / batch)
    parallel(batch, threads: threads) { thread, samples in
      for sample in samples {
        run(input.pointer + sample * inputSize, into: result.pointer + sample * outputSize, thread: thread)
      }
    }
  }
}

/// A convolution computed straight from its padded input, with weights that are laid out for it. Belongs to one layer.
final class DirectConvolution: PlaneConvolution {
  private let channels: Int
  private let window: Window
  private let filters: Int
  private let depth: Int
  /// Whether pixels, not filters, are what vectors hold.
  private let isByRows: Bool
  private let packed: Tensor
  private let bias: Tensor
  private let offsets: [Int32]
  private let slope: Float
  /// Extents of a padded input plane; a row has `stride` parts, of which each has every `stride`-th column.
  private let paddedHeight: Int
  private let paddedWidth: Int
  private let part: Int
  /// A padded sample for every thread; the padding is zero and stays so.
  private var padded: [Tensor] = []

  init(channels: Int, filters: Int, window: Window, activation: Activation) {
    self.filters = filters
    self.channels = channels
    self.window = window
    depth = channels * window.kernelHeight * window.kernelWidth
    isByRows = window.stride == 1 && window.outputWidth >= 8 && (filters < 8 || depth <= 32)
    packed = Tensor([isByRows ? filters * depth : Int(direct_packed_count(Int32(filters), Int32(depth)))])
    bias = Tensor([filters])
    slope = activation.slope
    paddedHeight = max((window.outputHeight - 1) * window.stride + window.kernelHeight, window.top + window.inputHeight)
    let columns = max((window.outputWidth - 1) * window.stride + window.kernelWidth, window.left + window.inputWidth)
    part = (columns + window.stride - 1) / window.stride
    paddedWidth = part * window.stride
    offsets = window.offsets(channels: channels, height: paddedHeight, width: paddedWidth) { [part] column in
      column % window.stride * part + column / window.stride
    }
  }

  func pack(weight: UnsafePointer<Float>, bias: Tensor?) {
    if isByRows {
      packed.pointer.update(from: weight, count: filters * depth)
    } else {
      direct_pack(weight, Int32(filters), Int32(depth), packed.pointer)
    }
    if let bias { self.bias.pointer.update(from: bias.pointer, count: filters) }
  }

  func prepare(threads: Int) {
    while padded.count < threads { padded.append(Tensor([channels, paddedHeight, paddedWidth])) }
  }

  func run(_ sample: UnsafePointer<Float>, into result: UnsafeMutablePointer<Float>, thread: Int) {
    var shape = direct_convolution(
      depth: Int32(depth), filters: Int32(filters), row_step: Int32(window.stride * paddedWidth),
      output_height: Int32(window.outputHeight), output_width: Int32(window.outputWidth), slope: slope)
    let source = pad(sample, into: padded[thread])
    offsets.withUnsafeBufferPointer { offsets in
      guard let offsets = offsets.baseAddress else { return }
      let convolve = isByRows ? direct_convolve_rows : direct_convolve
      convolve(&shape, source, offsets, packed.pointer, bias.pointer, result)
    }
  }

  private func pad(_ sample: UnsafePointer<Float>, into target: Tensor) -> UnsafePointer<Float> {
    let (rows, columns) = (Int32(window.inputHeight), Int32(window.inputWidth))
    let place = target.pointer + window.top * paddedWidth
    let (rowStep, planeStep) = (Int32(paddedWidth), Int32(paddedHeight * paddedWidth))
    if window.stride > 1 {
      place_columns(
        sample, Int32(channels), rows, columns, Int32(window.left), Int32(window.stride), Int32(part), place, rowStep,
        planeStep)
    } else if paddedHeight > window.inputHeight || paddedWidth > window.inputWidth {
      place_planes(sample, Int32(channels), rows, columns, place + window.left, rowStep, planeStep)
    } else {
      return sample
    }
    return UnsafePointer(target.pointer)
  }
}

extension Window {
  /// The offset at which each weight of a filter reads, from an output's first input on, in padded planes of the given size;
  /// `place` gives the position of a column in a row.
  func offsets(channels: Int, height: Int, width: Int, place: (Int) -> Int = { $0 }) -> [Int32] {
    (0..<channels).flatMap { channel in
      (0..<kernelHeight).flatMap { ky in
        (0..<kernelWidth).map { kx in Int32((channel * height + ky) * width + place(kx)) }
      }
    }
  }
}
