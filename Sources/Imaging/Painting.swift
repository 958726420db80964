import COpenCVShim

/// Lays a colour over the pixels of a picture, whatever its depth and channels. A fully covered pixel takes the colour
/// and becomes opaque; a partly covered one is mixed.
struct Painter {
  private let data: UnsafeMutableRawPointer
  private let width: Int
  private let channels: Int
  private let depth: PixelDepth
  /// The colour in channel order, in values of the picture's depth.
  private let values: [Double]

  init(_ image: Image, color: Color) {
    data = ocv_mat_data(image.mat)
    width = image.width
    channels = image.channels
    depth = image.depth
    let scale = image.depth.maximum / 255
    values =
      image.channels == 1
      ? [color.luma * scale] : [Double(color.blue), Double(color.green), Double(color.red)].map { $0 * scale }
  }

  /// Covers the pixels of some rows and columns, which must lie inside the picture, by `coverage` (0...1) of each.
  @inline(__always)
  func paint(rows: Range<Int>, columns: (Int) -> Range<Int>, coverage: (Int, Int) -> Double) {
    switch depth {
    case .uint8:
      fill(UInt8.self, rows, columns, coverage) { UInt8(min(max($0, 0), 255) + 0.5) }
    case .uint16:
      fill(UInt16.self, rows, columns, coverage) { UInt16(min(max($0, 0), 65535) + 0.5) }
    case .float32:
      fill(Float.self, rows, columns, coverage) { Float($0) }
    }
  }

  @inline(__always)
  private func fill<Value: Numeric>(
    _: Value.Type, _ rows: Range<Int>, _ columns: (Int) -> Range<Int>, _ coverage: (Int, Int) -> Double,
    store: (Double) -> Value
  ) where Value: ConvertibleToDouble {
    let pixels = data.assumingMemoryBound(to: Value.self)
    let opaque = depth.maximum
    values.withUnsafeBufferPointer { values in
      for y in rows {
        for x in columns(y) {
          let cover = coverage(x, y)
          guard cover > 0 else { continue }
          let pixel = pixels + (y * width + x) * channels
          var share = cover
          if channels == 4 {
            // The colour over what is there (Porter and Duff), alpha not multiplied in.
            let below = pixel[3].asDouble / opaque * (1 - cover)
            share = cover / (cover + below)
            pixel[3] = store((cover + below) * opaque)
          }
          for channel in 0..<values.count {
            let old = pixel[channel].asDouble
            pixel[channel] = store(old + (values[channel] - old) * share)
          }
        }
      }
    }
  }
}

private protocol ConvertibleToDouble {
  var asDouble: Double { get }
}

extension UInt8: ConvertibleToDouble {
  fileprivate var asDouble: Double { Double(self) }
}

extension UInt16: ConvertibleToDouble {
  fileprivate var asDouble: Double { Double(self) }
}

extension Float: ConvertibleToDouble {
  fileprivate var asDouble: Double { Double(self) }
}
