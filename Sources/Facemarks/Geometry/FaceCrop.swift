import Imaging

/// The crop that the network sees: a square part of the picture, 96x96 gray.
package enum FaceCrop {
  /// Width and height of the network's input in pixels.
  package static let side = 96

  /// The map from crop pixels to picture pixels for an upright square around a detector's box.
  ///
  /// Pixel centres stand at integers, so crop pixel u shows picture position `x - 0.5 + (u + 0.5) * size / 96`.
  package static func map(for box: Box) -> Affine {
    let size = max(box.width, box.height)
    let scale = size / Double(side)
    let left = box.x + (box.width - size) / 2
    let top = box.y + (box.height - size) / 2
    return Affine(
      a: scale, b: 0, c: 0, d: scale, tx: left - 0.5 + scale / 2, ty: top - 0.5 + scale / 2)
  }
}

/// A gray picture somewhere in memory, which must outlive the view: `height` rows of `width` values 0...255, no gaps.
package struct GrayView {
  package let pixels: UnsafePointer<UInt8>
  package let width: Int
  package let height: Int

  package init(pixels: UnsafePointer<UInt8>, width: Int, height: Int) {
    self.pixels = pixels
    self.width = width
    self.height = height
  }
}

/// Cuts crops out of pictures: any affine map, borders replicated, without aliasing when the crop is smaller than the
/// part of the picture it shows. Keeps its scratch memory; one per thread.
package final class CropSampler {
  private var shrunk: [Float] = []
  private var sums: [UInt16] = []
  /// The most 8-bit values whose sum fits into 16 bits.
  private static let largestFactor = 257

  package init() {}

  /// Samples `side * side` values 0...255, row by row, into `output`. `map` takes crop pixels to picture pixels and must
  /// be invertible.
  ///
  /// Where one crop pixel covers k > 1.5 picture pixels, the part of the picture is averaged in blocks of round(k) x
  /// round(k) first, so that the bilinear step that follows never skips picture pixels.
  package func sample(_ view: GrayView, map: Affine, side: Int, into output: UnsafeMutablePointer<Float>) {
    let scale = map.scale
    let factor = max(1, min(Int(min(scale, 4096).rounded()), Self.largestFactor))
    if factor == 1 {
      bilinear(view.pixels, width: view.width, height: view.height, map: map, side: side, into: output)
      return
    }
    let region = bounds(of: map, side: side, factor: factor)
    shrink(view, region: region, factor: factor)
    let toShrunk = Affine(
      a: 1 / Double(factor), b: 0, c: 0, d: 1 / Double(factor),
      tx: (0.5 - Double(region.x)) / Double(factor) - 0.5, ty: (0.5 - Double(region.y)) / Double(factor) - 0.5)
    shrunk.withUnsafeBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return }
      bilinear(
        base, width: region.width, height: region.height, map: map.then(toShrunk), side: side, into: output)
    }
  }

  private struct Region {
    var x: Int
    var y: Int
    /// In blocks of `factor` x `factor` picture pixels.
    var width: Int
    var height: Int
  }

  /// The blocks of `factor` picture pixels that the crop touches, with one block around them.
  private func bounds(of map: Affine, side: Int, factor: Int) -> Region {
    let last = Double(side - 1)
    let corners = [(0, 0), (last, 0), (0, last), (last, last)].map { map.apply(Point(x: $0.0, y: $0.1)) }
    let (xs, ys) = (corners.map(\.x), corners.map(\.y))
    let (left, right) = (xs.min() ?? 0, xs.max() ?? 0)
    let (top, bottom) = (ys.min() ?? 0, ys.max() ?? 0)
    let margin = Double(factor)
    let x = Int((left - margin).rounded(.down))
    let y = Int((top - margin).rounded(.down))
    return Region(
      x: x, y: y, width: (Int((right + margin).rounded(.up)) - x) / factor + 1,
      height: (Int((bottom + margin).rounded(.up)) - y) / factor + 1)
  }

  private func shrink(_ view: GrayView, region: Region, factor: Int) {
    let count = region.width * region.height
    if shrunk.count < count { shrunk = [Float](repeating: 0, count: count) }
    // The columns of the picture that the region touches; its border where it touches none.
    let first = min(max(region.x, 0), view.width - 1)
    let columns = max(1, min(region.x + region.width * factor, view.width) - first)
    if sums.count < columns { sums = [UInt16](repeating: 0, count: columns) }
    let weight = 1 / Float(factor * factor)
    shrunk.withUnsafeMutableBufferPointer { out in
      sums.withUnsafeMutableBufferPointer { sums in
        guard let out = out.baseAddress, let sums = sums.baseAddress else { return }
        for row in 0..<region.height {
          let line = out + row * region.width
          sums.update(repeating: 0, count: columns)
          for dy in 0..<factor {
            let y = min(max(region.y + row * factor + dy, 0), view.height - 1)
            let source = view.pixels + y * view.width + first
            for x in 0..<columns { sums[x] &+= UInt16(truncatingIfNeeded: source[x]) }
          }
          for column in 0..<region.width {
            let x = region.x + column * factor - first
            var sum: UInt32 = 0
            if x >= 0, x + factor <= columns {
              for dx in 0..<factor { sum &+= UInt32(truncatingIfNeeded: sums[x + dx]) }
            } else {
              for dx in 0..<factor { sum &+= UInt32(truncatingIfNeeded: sums[min(max(x + dx, 0), columns - 1)]) }
            }
            line[column] = Float(sum) * weight
          }
        }
      }
    }
  }

  @inline(__always)
  private func bilinear<Value: PixelValue>(
    _ pixels: UnsafePointer<Value>, width: Int, height: Int, map: Affine, side: Int,
    into output: UnsafeMutablePointer<Float>
  ) {
    let (right, bottom) = (Float(width - 1), Float(height - 1))
    let (stepX, stepY) = (Float(map.a), Float(map.c))
    for v in 0..<side {
      let startX = Float(map.b * Double(v) + map.tx)
      let startY = Float(map.d * Double(v) + map.ty)
      let line = output + v * side
      for u in 0..<side {
        let x = min(max(startX + stepX * Float(u), 0), right)
        let y = min(max(startY + stepY * Float(u), 0), bottom)
        let (x0, y0) = (Int(x), Int(y))
        let (x1, y1) = (min(x0 + 1, width - 1), min(y0 + 1, height - 1))
        let (fx, fy) = (x - Float(x0), y - Float(y0))
        let (upper, lower) = (pixels + y0 * width, pixels + y1 * width)
        let a = upper[x0].value
        let b = upper[x1].value
        let c = lower[x0].value
        let d = lower[x1].value
        let top = a + (b - a) * fx
        line[u] = top + (c + (d - c) * fx - top) * fy
      }
    }
  }
}

/// A pixel value that turns into a float, so that one sampler serves bytes and floats.
private protocol PixelValue {
  var value: Float { get }
}

extension UInt8: PixelValue {
  @inline(__always) fileprivate var value: Float { Float(self) }
}

extension Float: PixelValue {
  @inline(__always) fileprivate var value: Float { self }
}
