import COpenCVShim

/// A colour to lay over a pixel and how much of the pixel it covers.
struct Ink {
  /// Blue, green and red, in values of the picture's depth; not multiplied by the coverage.
  var color: SIMD4<Double>
  /// 0...1.
  var coverage: Double

  static let none = Ink(color: .zero, coverage: 0)
}

/// Lays colours over the pixels of a picture, whatever its depth and channels. A fully covered pixel takes the colour and
/// becomes opaque; a partly covered one is mixed.
struct Painter {
  private let data: UnsafeMutableRawPointer
  private let width: Int
  private let channels: Int
  private let depth: PixelDepth
  /// The value of full brightness.
  let maximum: Double

  init(_ image: Image) {
    data = ocv_mat_data(image.mat)
    width = image.width
    channels = image.channels
    depth = image.depth
    maximum = image.depth.maximum
  }

  /// Covers the pixels of some rows and columns, which must lie inside the picture, by `coverage` (0...1) of each.
  @inline(__always)
  func paint(
    _ color: Color, rows: Range<Int>, columns: (Int) -> Range<Int>, coverage: (Int, Int) -> Double
  ) {
    let scale = maximum / 255
    let bgr = SIMD4(Double(color.blue) * scale, Double(color.green) * scale, Double(color.red) * scale, 0)
    paint(rows: rows, columns: columns) { x, y in Ink(color: bgr, coverage: coverage(x, y)) }
  }

  /// Lays each pixel's own ink over some rows and columns, which must lie inside the picture.
  @inline(__always)
  func paint(rows: Range<Int>, columns: (Int) -> Range<Int>, ink: (Int, Int) -> Ink) {
    switch depth {
    case .uint8:
      fill(UInt8.self, rows, columns, ink) { UInt8($0 > 0 ? min($0, 255) + 0.5 : 0) }
    case .uint16:
      fill(UInt16.self, rows, columns, ink) { UInt16($0 > 0 ? min($0, 65535) + 0.5 : 0) }
    case .float32:
      fill(Float.self, rows, columns, ink) { Float($0) }
    }
  }

  @inline(__always)
  private func fill<Value: PixelValue>(
    _: Value.Type, _ rows: Range<Int>, _ columns: (Int) -> Range<Int>, _ ink: (Int, Int) -> Ink,
    store: (Double) -> Value
  ) {
    let pixels = data.assumingMemoryBound(to: Value.self)
    let colors = min(channels, 3)
    for y in rows {
      for x in columns(y) {
        var ink = ink(x, y)
        guard ink.coverage > 0 else { continue }
        let pixel = pixels + (y * width + x) * channels
        if channels == 4 {
          // The colour over what is there (Porter and Duff), alpha not multiplied in.
          let below = pixel[3].asDouble / maximum * (1 - ink.coverage)
          let cover = ink.coverage + below
          pixel[3] = store(cover * maximum)
          ink.coverage /= cover
        } else if channels == 1 {
          ink.color[0] = 0.114 * ink.color[0] + 0.587 * ink.color[1] + 0.299 * ink.color[2]
        }
        for channel in 0..<colors {
          let old = pixel[channel].asDouble
          pixel[channel] = store(old + (ink.color[channel] - old) * ink.coverage)
        }
      }
    }
  }
}

/// The type of a pixel's channel.
protocol PixelValue {
  var asDouble: Double { get }
}

extension UInt8: PixelValue {
  var asDouble: Double { Double(self) }
}

extension UInt16: PixelValue {
  var asDouble: Double { Double(self) }
}

extension Float: PixelValue {
  var asDouble: Double { Double(self) }
}
