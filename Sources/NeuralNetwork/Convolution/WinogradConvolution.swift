import CKernels

/// A 3x3 convolution with stride 1 by Winograd's minimal filtering, see `winograd.h`: less than half of the multiplications.
/// Its results differ from those of `DirectConvolution` in the last digits. Belongs to one layer.
final class WinogradConvolution: PlaneConvolution {
  /// The geometry of the padded input planes.
  struct Geometry {
    var channels: Int
    var filters: Int
    var inputHeight: Int
    var inputWidth: Int
    /// Rows of zeros above and columns of zeros to the left of the input.
    var top: Int
    var left: Int
    var outputHeight: Int
    var outputWidth: Int

    /// Of a convolution; nil where this is none of 3x3 and stride 1, or so small that the transforms take what is saved.
    init?(channels: Int, filters: Int, window: Window) {
      guard window.kernelHeight == 3, window.kernelWidth == 3, window.stride == 1, min(channels, filters) >= 20,
        min(window.outputHeight, window.outputWidth) >= 4
      else { return nil }
      (self.channels, self.filters, top, left) = (channels, filters, window.top, window.left)
      (inputHeight, inputWidth) = (window.inputHeight, window.inputWidth)
      (outputHeight, outputWidth) = (window.outputHeight, window.outputWidth)
    }

    /// Of the gradient of such a convolution with respect to its input.
    var transposed: Geometry? {
      guard top <= 2, left <= 2 else { return nil }
      var result = self
      (result.channels, result.filters, result.top, result.left) = (filters, channels, 2 - top, 2 - left)
      (result.inputHeight, result.inputWidth) = (outputHeight, outputWidth)
      (result.outputHeight, result.outputWidth) = (inputHeight, inputWidth)
      return result
    }
  }

  private let geometry: Geometry
  private let shape: winograd
  private let packed: Tensor
  private let bias: Tensor
  private let paddedHeight: Int
  /// Columns in each half of a padded row: even ones come before odd ones.
  private let part: Int
  private var scratch: [Scratch] = []

  /// A thread's own memory; the padding is zero and stays so.
  private final class Scratch {
    let padded: Tensor
    let work: Tensor

    init(padded: Shape, work: Int) {
      self.padded = Tensor(padded)
      self.work = Tensor([work])
    }
  }

  init(_ geometry: Geometry, activation: Activation = .none) {
    self.geometry = geometry
    paddedHeight = max(Int(winograd_rows(Int32(geometry.outputHeight))), geometry.top + geometry.inputHeight)
    part = max(Int(winograd_part(Int32(geometry.outputWidth))), (geometry.left + geometry.inputWidth + 1) / 2)
    shape = winograd(
      channels: Int32(geometry.channels), filters: Int32(geometry.filters),
      output_height: Int32(geometry.outputHeight), output_width: Int32(geometry.outputWidth),
      part: Int32(part), plane_step: Int32(paddedHeight * 2 * part), slope: activation.slope)
    packed = Tensor([Int(winograd_packed_count(shape.filters, shape.channels))])
    bias = Tensor([geometry.filters])
  }

  func pack(weight: UnsafePointer<Float>, bias: Tensor?) {
    winograd_pack(weight, shape.filters, shape.channels, packed.pointer)
    if let bias { self.bias.pointer.update(from: bias.pointer, count: geometry.filters) }
  }

  func prepare(threads: Int) {
    while scratch.count < threads {
      withUnsafePointer(to: shape) { shape in
        scratch.append(
          Scratch(
            padded: [geometry.channels, paddedHeight, 2 * part], work: Int(winograd_scratch_count(shape))))
      }
    }
  }

  func run(_ sample: UnsafePointer<Float>, into result: UnsafeMutablePointer<Float>, thread: Int) {
    let scratch = scratch[thread]
    place_columns(
      sample, shape.channels, Int32(geometry.inputHeight), Int32(geometry.inputWidth), Int32(geometry.left), 2,
      shape.part,
      scratch.padded.pointer + geometry.top * 2 * part, 2 * shape.part, shape.plane_step)
    withUnsafePointer(to: shape) { shape in
      winograd_convolve(
        shape, scratch.padded.pointer, packed.pointer, bias.pointer, scratch.work.pointer, result)
    }
  }
}
