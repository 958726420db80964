/// The normalisation of a crop's gray values 0...255 for the network. A weight file names the one it was trained with.
package enum InputNormalization: String, Sendable, Hashable, CaseIterable, Codable {
  /// p / 255: 0...1.
  case unit
  /// (p - mean) / max(standard deviation, 4), both taken over the crop: free of the light's level and contrast.
  case standardized

  /// The smallest standard deviation to divide by, so that a plain surface is not blown up to noise.
  package static let smallestDeviation: Float = 4

  /// Changes the pixels of one crop in place.
  package func apply(to pixels: UnsafeMutableBufferPointer<Float>) {
    switch self {
    case .unit:
      Self.scale(pixels, by: 1 / 255, offset: 0)
    case .standardized:
      let statistics = PixelStatistics(UnsafeBufferPointer(pixels))
      let factor = 1 / max(statistics.deviation, Self.smallestDeviation)
      Self.scale(pixels, by: factor, offset: -statistics.mean * factor)
    }
  }

  private static func scale(_ pixels: UnsafeMutableBufferPointer<Float>, by factor: Float, offset: Float) {
    for index in pixels.indices { pixels[index] = pixels[index] * factor + offset }
  }
}

/// Mean and standard deviation (of the values themselves, not the estimate from a sample) of gray values.
package struct PixelStatistics: Sendable, Hashable {
  package let mean: Float
  package let deviation: Float

  package init(mean: Float, deviation: Float) { (self.mean, self.deviation) = (mean, deviation) }

  package init(_ pixels: UnsafeBufferPointer<Float>) {
    guard !pixels.isEmpty else {
      mean = 0
      deviation = 0
      return
    }
    let count = Float(pixels.count)
    let mean = Self.sum(pixels) { $0 } / count
    self.mean = mean
    deviation = (Self.sum(pixels) { ($0 - mean) * ($0 - mean) } / count).squareRoot()
  }

  /// The sum of a function of the values. Eight partial sums: a single one may not be reordered by the compiler and so
  /// keeps it from using vector instructions.
  @inline(__always)
  private static func sum(
    _ pixels: UnsafeBufferPointer<Float>, _ function: (SIMD8<Float>) -> SIMD8<Float>
  ) -> Float {
    let raw = UnsafeRawBufferPointer(pixels)
    let whole = pixels.count / 8
    var sums = SIMD8<Float>()
    for index in 0..<whole {
      sums += function(raw.loadUnaligned(fromByteOffset: 32 * index, as: SIMD8<Float>.self))
    }
    var total = sums.sum()
    for index in 8 * whole..<pixels.count { total += function(SIMD8(repeating: pixels[index]))[0] }
    return total
  }
}
