import CKernels

/// The gradient of a convolution with respect to its weights, computed without unfolding. Belongs to one layer.
///
/// It is the correlation of input and output gradient. The input is copied into padded planes and the gradient laid out
/// pixel by pixel, some rows or some small samples at a time, so that both stay in the cache.
final class WeightGradient {
  private let channels: Int
  private let filters: Int
  private let window: Window
  private var scratch: [Scratch] = []

  /// Output rows in a piece, and whole samples in it where it has all rows.
  private let rows: Int
  private let samples: Int
  /// Extents of a padded input plane of a piece.
  private let inputRows: Int
  private let rowLength: Int
  private let offsets: [Int32]
  private let positions: [Int32]

  /// Floats of a piece's two copies together: most of a common second-level cache of 512 KiB.
  private static let budget = 96 * 1024
  /// Pixels in a piece: those of 16 filters take half of a common first-level cache.
  private static let pixels = 300

  private final class Scratch {
    let input: Tensor
    let gradient: Tensor
    let sums: Tensor

    init(input: Int, gradient: Int, sums: Int) {
      self.input = Tensor([input])
      self.gradient = Tensor([gradient])
      self.sums = Tensor([sums])
    }
  }

  init(channels: Int, filters: Int, window: Window) {
    self.channels = channels
    self.filters = filters
    self.window = window
    let length = (window.outputWidth - 1) * window.stride + window.kernelWidth
    let perPixel = channels * window.stride * window.stride + filters
    let most = max(min(Self.budget / perPixel, Self.pixels), 1)
    let rows = min(window.outputHeight, max(1, most / window.outputWidth))
    let samples = rows == window.outputHeight ? max(1, most / (rows * window.outputWidth)) : 1
    let height = (rows - 1) * window.stride + window.kernelHeight
    (self.rows, self.samples, inputRows, rowLength) = (rows, samples, height, length)
    offsets = window.offsets(channels: channels, height: height, width: length)
    positions = (0..<samples).flatMap { sample in
      (0..<rows).flatMap { y in
        (0..<window.outputWidth).map { x in
          Int32((sample * channels * height + y * window.stride) * length + x * window.stride)
        }
      }
    }
  }

  /// Makes each thread's own memory and clears its sums.
  func prepare(threads: Int) {
    while scratch.count < threads {
      scratch.append(
        Scratch(
          input: samples * channels * inputRows * rowLength,
          gradient: Int(weight_gradient_count(Int32(filters), Int32(positions.count))),
          sums: Int(weight_gradient_count(Int32(filters), Int32(offsets.count)))))
    }
    for thread in scratch.prefix(threads) { thread.sums.fill(0) }
  }

  /// Adds what some samples, which lie one after the other, contribute to a thread's sums.
  func add(_ input: UnsafePointer<Float>, _ gradient: UnsafePointer<Float>, count: Int, thread: Int) {
    let inputSize = channels * window.inputHeight * window.inputWidth
    let plane = window.outputHeight * window.outputWidth
    let scratch = scratch[thread]
    var shape = weight_gradient(
      filters: Int32(filters), depth: Int32(offsets.count), pixels: 0, capacity: Int32(positions.count))
    for first in stride(from: 0, to: count, by: samples) {
      let part = min(samples, count - first)
      for row in stride(from: 0, to: window.outputHeight, by: rows) {
        let pixels = min(rows, window.outputHeight - row) * window.outputWidth
        for sample in 0..<part {
          copy(input + (first + sample) * inputSize, row, pixels / window.outputWidth, sample, scratch.input.pointer)
          weight_gradient_pack(
            &shape, gradient + (first + sample) * filters * plane + row * window.outputWidth, Int64(plane),
            Int32(sample * pixels), Int32(pixels), scratch.gradient.pointer)
        }
        shape.pixels = Int32(part * pixels)
        offsets.withUnsafeBufferPointer { offsets in
          positions.withUnsafeBufferPointer { positions in
            guard let offsets = offsets.baseAddress, let positions = positions.baseAddress else { return }
            weight_gradient_add(
              &shape, scratch.gradient.pointer, scratch.input.pointer, offsets, positions, scratch.sums.pointer)
          }
        }
      }
    }
  }

  /// Adds the sums of the first `threads` threads, one after the other, to `[filters, channels, kernelHeight, kernelWidth]`.
  func collect(threads: Int, into weights: UnsafeMutablePointer<Float>) {
    for thread in scratch.prefix(threads) {
      weight_gradient_unpack(thread.sums.pointer, Int32(filters), Int32(offsets.count), weights)
    }
  }

  /// The input rows that `height` output rows from `row` on see, padded with zeros.
  private func copy(
    _ source: UnsafePointer<Float>, _ row: Int, _ height: Int, _ sample: Int, _ target: UnsafeMutablePointer<Float>
  ) {
    let left = min(window.left, rowLength)
    let width = min(window.inputWidth, rowLength - left)
    let seen = (height - 1) * window.stride + window.kernelHeight
    for channel in 0..<channels {
      let plane = source + channel * window.inputHeight * window.inputWidth
      for y in 0..<seen {
        let line = target + ((sample * channels + channel) * inputRows + y) * rowLength
        let from = row * window.stride + y - window.top
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
}
