import Glibc
import NeuralNetwork

/// Blurs the crop with a Gaussian, as if the face had been small in its photo and blown up. The standard deviation is
/// uniform in 0.3...strength, in crop pixels; a face of 40 pixels looks like about 1. Borders are replicated.
package struct Blur: Augmentation {
  package static let name = "blur"
  package static let summary = "blurs as if the face were small in its photo; strength = largest deviation in pixels"
  package static let kind = AugmentationKind.pixels
  package static let strengths: ClosedRange<Float> = 0.3...4

  package var probability: Float = 0.3
  package var strength: Float = 1.5

  package init() {}

  package func filter(_ pixels: UnsafeMutableBufferPointer<Float>, side: Int, random: inout RandomGenerator) {
    let deviation = random.uniform(Self.strengths.lowerBound...strength)
    let radius = min(Int((3 * deviation).rounded(.up)), side)
    let padded = side + 2 * radius
    withUnsafeTemporaryAllocation(of: Float.self, capacity: radius + 1 + padded * side) { scratch in
      let kernel = UnsafeMutableBufferPointer(rebasing: scratch[0...radius])
      Self.fill(kernel, deviation: deviation)
      let rows = UnsafeMutableBufferPointer(rebasing: scratch[(radius + 1)...])
      Self.blurColumns(pixels, side: side, kernel: kernel, into: rows)
      for y in 0..<side { Self.blurRow(rows, row: y, side: side, kernel: kernel, into: pixels) }
    }
  }

  /// The half of the kernel from the centre outwards; the whole sums to 1.
  private static func fill(_ kernel: UnsafeMutableBufferPointer<Float>, deviation: Float) {
    var total: Float = 0
    for distance in kernel.indices {
      let ratio = Float(distance) / deviation
      kernel[distance] = exp(-0.5 * ratio * ratio)
      total += (distance == 0 ? 1 : 2) * kernel[distance]
    }
    for distance in kernel.indices { kernel[distance] /= total }
  }

  /// Blurs along y, into rows with `kernel.count - 1` replicated pixels at each end.
  private static func blurColumns(
    _ pixels: UnsafeMutableBufferPointer<Float>, side: Int, kernel: UnsafeMutableBufferPointer<Float>,
    into rows: UnsafeMutableBufferPointer<Float>
  ) {
    guard let input = pixels.baseAddress, let output = rows.baseAddress else { return }
    let radius = kernel.count - 1
    for y in 0..<side {
      let row = output + y * (side + 2 * radius)
      let middle = row + radius
      let center = input + y * side
      for x in 0..<side { middle[x] = center[x] * kernel[0] }
      for distance in 1...radius {
        let above = input + max(y - distance, 0) * side
        let below = input + min(y + distance, side - 1) * side
        let weight = kernel[distance]
        for x in 0..<side { middle[x] += (above[x] + below[x]) * weight }
      }
      row.update(repeating: middle[0], count: radius)
      (middle + side).update(repeating: middle[side - 1], count: radius)
    }
  }

  /// Blurs one padded row along x.
  private static func blurRow(
    _ rows: UnsafeMutableBufferPointer<Float>, row: Int, side: Int, kernel: UnsafeMutableBufferPointer<Float>,
    into pixels: UnsafeMutableBufferPointer<Float>
  ) {
    guard let input = rows.baseAddress, let output = pixels.baseAddress else { return }
    let radius = kernel.count - 1
    let middle = input + row * (side + 2 * radius) + radius
    let line = output + row * side
    for x in 0..<side { line[x] = middle[x] * kernel[0] }
    for distance in 1...radius {
      let (left, right) = (middle - distance, middle + distance)
      let weight = kernel[distance]
      for x in 0..<side { line[x] += (left[x] + right[x]) * weight }
    }
  }
}
