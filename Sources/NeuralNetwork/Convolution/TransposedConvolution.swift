import CKernels

/// The gradient of a convolution with respect to its input. Belongs to one layer.
///
/// Input pixels whose row and column leave the same remainder by the stride see the same weights: for each such phase the
/// gradient is a convolution of the output's gradient with those weights, of stride 1 (Shi et al., 2016). Where it pays that is
/// done by `WinogradConvolution`.
final class TransposedConvolution {
  private let channels: Int
  private let filters: Int
  private let window: Window
  private let phases: [Phase]
  private let winograd: WinogradConvolution?
  private let bias: Tensor
  /// Extents of a padded plane of the output's gradient, and how much of that lies above and to the left.
  private let paddedHeight: Int
  private let paddedWidth: Int
  private let top: Int
  private let left: Int
  private var scratch: [Scratch] = []

  /// One axis of a phase: its input pixels are `first`, `first + stride`, ...
  private struct Axis {
    let first: Int
    let count: Int
    /// Weights `kernel`, `kernel + stride`, ... are seen, `taps` of them.
    let kernel: Int
    let taps: Int
    /// The output that the first input pixel sees by the first weight; by each further one it is the one before.
    let output: Int

    init(_ phase: Int, stride: Int, padding: Int, kernel size: Int, input: Int) {
      first = phase
      count = max(input - phase + stride - 1, 0) / stride
      kernel = (phase + padding) % stride
      taps = max(size - kernel + stride - 1, 0) / stride
      output = (phase + padding) / stride
    }

    /// The number of outputs that are read before the first one.
    var before: Int { max(taps - 1 - output, 0) }
    var end: Int { output + count }
  }

  private struct Phase {
    let rows: Axis
    let columns: Axis
    let offsets: [Int32]
    let packed: Tensor
    var depth: Int { offsets.count }
  }

  private final class Scratch {
    let padded: Tensor
    let planes: Tensor

    init(padded: Shape, planes: Int) {
      self.padded = Tensor(padded)
      self.planes = Tensor([planes])
    }
  }

  init(channels: Int, filters: Int, window: Window) {
    self.channels = channels
    self.filters = filters
    self.window = window
    let geometry = WinogradConvolution.Geometry(channels: channels, filters: filters, window: window)?.transposed
    winograd = geometry.map { WinogradConvolution($0) }
    let (stride, range) = (window.stride, 0..<(winograd == nil ? window.stride : 0))
    let vertical = range.map {
      Axis($0, stride: stride, padding: window.top, kernel: window.kernelHeight, input: window.inputHeight)
    }
    let horizontal = range.map {
      Axis($0, stride: stride, padding: window.left, kernel: window.kernelWidth, input: window.inputWidth)
    }
    let top = vertical.map(\.before).reduce(0, max)
    let left = horizontal.map(\.before).reduce(0, max)
    let height = top + max(window.outputHeight, vertical.map(\.end).reduce(0, max))
    let width = left + max(window.outputWidth, horizontal.map(\.end).reduce(0, max))
    (self.top, self.left, paddedHeight, paddedWidth) = (top, left, height, width)
    phases = vertical.flatMap { rows in
      horizontal.compactMap { columns in
        guard rows.count > 0, columns.count > 0 else { return nil }
        let offsets = (0..<filters).flatMap { filter in
          (0..<rows.taps).flatMap { y in
            (0..<columns.taps).map { x in
              Int32((filter * height + top + rows.output - y) * width + left + columns.output - x)
            }
          }
        }
        let size = direct_packed_count(Int32(channels), Int32(offsets.count))
        return Phase(rows: rows, columns: columns, offsets: offsets, packed: Tensor([max(Int(size), 1)]))
      }
    }
    bias = Tensor([channels])
  }

  /// Takes the weights over.
  func pack(weight: UnsafePointer<Float>) {
    let size = window.kernelHeight * window.kernelWidth
    if let winograd {
      // Seen from the other side: channels for filters, and each 3x3 weights turned around.
      withUnsafeTemporaryAllocation(of: Float.self, capacity: channels * filters * size) { turned in
        for channel in 0..<channels {
          for filter in 0..<filters {
            for k in 0..<size {
              turned[(channel * filters + filter) * size + k] = weight[(filter * channels + channel + 1) * size - 1 - k]
            }
          }
        }
        guard let turned = turned.baseAddress else { return }
        winograd.pack(weight: turned, bias: nil)
      }
      return
    }
    withUnsafeTemporaryAllocation(of: Int32.self, capacity: filters * size) { places in
      for phase in phases where phase.depth > 0 {
        var count = 0
        for filter in 0..<filters {
          for y in 0..<phase.rows.taps {
            let row = (phase.rows.kernel + y * window.stride) * window.kernelWidth + phase.columns.kernel
            for x in 0..<phase.columns.taps {
              places[count] = Int32(filter * channels * size + row + x * window.stride)
              count += 1
            }
          }
        }
        guard let places = places.baseAddress else { return }
        direct_pack_places(
          weight, Int32(channels), Int32(size), places, Int32(phase.depth), phase.packed.pointer)
      }
    }
  }

  /// Makes each thread's own memory.
  func prepare(threads: Int) {
    if let winograd { return winograd.prepare(threads: threads) }
    let planes = phases.map { $0.rows.count * $0.columns.count }.reduce(0, max) * channels
    while scratch.count < threads {
      scratch.append(
        Scratch(padded: [filters, paddedHeight, paddedWidth], planes: window.stride == 1 ? 1 : max(planes, 1)))
    }
  }

  /// One sample, after `pack` and `prepare`; `result` is overwritten.
  func run(_ gradient: UnsafePointer<Float>, into result: UnsafeMutablePointer<Float>, thread: Int) {
    if let winograd { return winograd.run(gradient, into: result, thread: thread) }
    let scratch = scratch[thread]
    // The padding is zero from the beginning.
    place_planes(
      gradient, Int32(filters), Int32(window.outputHeight), Int32(window.outputWidth),
      scratch.padded.pointer + top * paddedWidth + left, Int32(paddedWidth), Int32(paddedHeight * paddedWidth))
    let plane = window.inputHeight * window.inputWidth
    for phase in phases {
      let (rows, columns) = (phase.rows, phase.columns)
      let target = window.stride == 1 ? result : scratch.planes.pointer
      convolve(phase, scratch.padded.pointer, into: target)
      guard window.stride > 1 else { continue }
      for channel in 0..<channels {
        spread_pixels(
          target + channel * rows.count * columns.count, Int32(rows.count), Int32(columns.count), Int32(window.stride),
          result + channel * plane + rows.first * window.inputWidth + columns.first, Int32(window.inputWidth))
      }
    }
  }

  private func convolve(_ phase: Phase, _ source: UnsafePointer<Float>, into target: UnsafeMutablePointer<Float>) {
    var shape = direct_convolution(
      depth: Int32(phase.depth), filters: Int32(channels), row_step: Int32(paddedWidth),
      output_height: Int32(phase.rows.count), output_width: Int32(phase.columns.count), slope: 1)
    phase.offsets.withUnsafeBufferPointer { offsets in
      guard let offsets = offsets.baseAddress, phase.depth > 0 else {
        target.update(repeating: 0, count: channels * phase.rows.count * phase.columns.count)
        return
      }
      direct_convolve(&shape, source, offsets, phase.packed.pointer, bias.pointer, target)
    }
  }
}
