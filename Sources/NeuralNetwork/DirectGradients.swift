import CKernels

/// The gradients of a convolution of stride 1, computed without unfolding. Belongs to one layer.
///
/// The input's gradient is a convolution of the output's gradient with flipped weights. The weights' gradient is the
/// correlation of input and output gradient: both are copied, some rows or some small samples at a time, into padded planes
/// with rows of the same length, small enough for the cache, so that a weight is one sum over one range of memory.
final class DirectGradients {
  private let channels: Int
  private let filters: Int
  private let window: Window
  private let transposed: DirectConvolution
  private let flipped: Tensor
  private var scratch: [Scratch] = []

  private let rowLength: Int
  /// Output rows in a piece, and whole samples in it where it has all rows.
  private let rows: Int
  private let samples: Int
  private let offsets: [Int32]

  /// Floats of a piece's two copies together: most of a common second-level cache of 512 KiB.
  private static let budget = 96 * 1024
  /// Pixels in a piece beyond which longer sums gain nothing.
  private static let pixels = 2048
  private static let lanes = 8

  private final class Scratch {
    let input: Tensor
    let gradient: Tensor

    init(input: Int, gradient: Int) {
      self.input = Tensor([input])
      self.gradient = Tensor([gradient])
    }
  }

  /// Nil when the window's stride or padding does not allow it.
  init?(channels: Int, filters: Int, window: Window) {
    guard let back = window.transposed else { return nil }
    self.channels = channels
    self.filters = filters
    self.window = window
    transposed = DirectConvolution(channels: filters, filters: channels, window: back, activation: .none)
    flipped = Tensor([channels, filters, window.kernelHeight, window.kernelWidth])
    rowLength = window.outputWidth + window.kernelWidth - 1
    let most = max(min(Self.budget / (channels + filters), Self.pixels), 1)
    rows = min(window.outputHeight, max(1, most / rowLength))
    samples = rows == window.outputHeight ? max(1, most / (rows * rowLength)) : 1
    offsets = window.offsets(channels: channels, height: rows + window.kernelHeight - 1, width: rowLength)
  }

  private var inputRows: Int { rows + window.kernelHeight - 1 }
  /// Floats of a sample's input planes and of a filter's gradient plane in a piece; both may be read beyond their pixels.
  private var inputSample: Int { channels * inputRows * rowLength + window.kernelWidth + Self.lanes }
  private var gradientPlane: Int { (rows * rowLength + Self.lanes - 1) / Self.lanes * Self.lanes }

  /// Takes the weights over and makes each thread's memory.
  func prepare(weight: UnsafePointer<Float>, threads: Int) {
    let size = window.kernelHeight * window.kernelWidth
    for channel in 0..<channels {
      for filter in 0..<filters {
        let source = weight + (filter * channels + channel) * size
        let target = flipped.pointer + (channel * filters + filter) * size
        for i in 0..<size { target[i] = source[size - 1 - i] }
      }
    }
    transposed.lay(weight: flipped.pointer, bias: nil)
    transposed.prepare(threads: threads)
    while scratch.count < threads {
      scratch.append(Scratch(input: samples * inputSample, gradient: samples * filters * gradientPlane))
    }
  }

  /// The gradient with respect to one sample's input, overwritten.
  func inputGradient(
    _ gradient: UnsafePointer<Float>, into result: UnsafeMutablePointer<Float>, thread: Int
  ) {
    transposed.run(gradient, into: result, thread: thread)
  }

  /// Adds the gradient with respect to the weights over some samples that lie one after the other.
  func addWeightGradient(
    _ input: UnsafePointer<Float>, _ gradient: UnsafePointer<Float>, count: Int,
    to sums: UnsafeMutablePointer<Float>, thread: Int
  ) {
    let inputSize = channels * window.inputHeight * window.inputWidth
    let outputSize = filters * window.outputHeight * window.outputWidth
    var first = 0
    while first < count {
      let part = min(samples, count - first)
      var row = 0
      while row < window.outputHeight {
        let height = min(rows, window.outputHeight - row)
        for sample in 0..<part {
          let place = first + sample
          copyInput(input + place * inputSize, row, height, sample, scratch[thread])
          copyGradient(gradient + place * outputSize, row, height, sample, scratch[thread])
        }
        add(part, height, to: sums, scratch[thread])
        row += height
      }
      first += part
    }
  }

  private func add(_ samples: Int, _ height: Int, to sums: UnsafeMutablePointer<Float>, _ scratch: Scratch) {
    let pixels = (height * rowLength + Self.lanes - 1) / Self.lanes * Self.lanes
    var shape = weight_gradient(
      filters: Int32(filters), depth: Int32(offsets.count), samples: Int32(samples), pixels: Int32(pixels),
      input_sample: Int64(inputSample), gradient_sample: Int64(filters * gradientPlane),
      gradient_plane: Int64(gradientPlane))
    offsets.withUnsafeBufferPointer { offsets in
      guard let offsets = offsets.baseAddress else { return }
      add_weight_gradient(&shape, scratch.gradient.pointer, scratch.input.pointer, offsets, sums)
    }
  }

  /// The input rows that the output rows from `row` on see, padded with zeros.
  private func copyInput(_ source: UnsafePointer<Float>, _ row: Int, _ height: Int, _ sample: Int, _ scratch: Scratch) {
    let start = scratch.input.pointer + sample * inputSample
    let (left, width) = (window.left, min(window.inputWidth, rowLength - window.left))
    for channel in 0..<channels {
      let plane = source + channel * window.inputHeight * window.inputWidth
      for y in 0..<height + window.kernelHeight - 1 {
        let line = start + (channel * inputRows + y) * rowLength
        let from = row + y - window.top
        guard from >= 0, from < window.inputHeight else {
          line.update(repeating: 0, count: rowLength)
          continue
        }
        for x in 0..<left { line[x] = 0 }
        (line + left).update(from: plane + from * window.inputWidth, count: width)
        for x in left + width..<rowLength { line[x] = 0 }
      }
    }
  }

  /// Rows of the gradient with zeros between them, and up to a whole number of vectors.
  private func copyGradient(
    _ source: UnsafePointer<Float>, _ row: Int, _ height: Int, _ sample: Int, _ scratch: Scratch
  ) {
    let (width, rest) = (window.outputWidth, rowLength - window.outputWidth)
    let end = (height * rowLength + Self.lanes - 1) / Self.lanes * Self.lanes
    for filter in 0..<filters {
      let plane = scratch.gradient.pointer + (sample * filters + filter) * gradientPlane
      let from = source + (filter * window.outputHeight + row) * width
      for y in 0..<height {
        let line = plane + y * rowLength
        line.update(from: from + y * width, count: width)
        for x in width..<width + rest { line[x] = 0 }
      }
      for x in height * rowLength..<end { plane[x] = 0 }
    }
  }
}
