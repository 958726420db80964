import COpenCVShim
import Glibc

/// A picture with alpha to be laid over others at any place, size and tilt, and halved again and again beforehand, so that it
/// can be made small without losing lines. Colours are multiplied by their alpha, as mixing needs it.
package struct StickerImage: Sendable {
  private struct Level {
    var width: Int
    var height: Int
    /// Blue, green, red and alpha, 0...1, row by row.
    var pixels: [SIMD4<Float>]
  }

  /// The picture and its halves, quarters and so on.
  private let levels: [Level]
  package var width: Int { levels[0].width }
  package var height: Int { levels[0].height }

  /// - Throws: `ImagingError` when the picture has no alpha: it would hide all of its square.
  package init(_ image: Image) throws(ImagingError) {
    guard image.channels == 4 else {
      throw ImagingError(file: image.name, message: "has no transparency; save it as PNG with an alpha channel")
    }
    var level = Level(width: image.width, height: image.height, pixels: [])
    level.pixels =
      switch image.depth {
      case .uint8: Self.read(UInt8.self, image)
      case .uint16: Self.read(UInt16.self, image)
      case .float32: Self.read(Float.self, image)
      }
    guard level.pixels.allSatisfy({ $0.sum().isFinite }) else {
      throw ImagingError(file: image.name, message: "has pixels that are no numbers; save it as PNG")
    }
    var levels = [level]
    while level.width > 1 || level.height > 1 {
      level = Self.half(level)
      levels.append(level)
    }
    self.levels = levels
  }

  private static func read<Value: PixelValue>(_: Value.Type, _ image: Image) -> [SIMD4<Float>] {
    let values = ocv_mat_data(image.mat).assumingMemoryBound(to: Value.self)
    let scale = 1 / image.depth.maximum
    return (0..<image.width * image.height).map { index in
      let pixel = values + 4 * index
      let alpha = min(max(pixel[3].asDouble * scale, 0), 1)
      let color = SIMD4(pixel[0].asDouble, pixel[1].asDouble, pixel[2].asDouble, 0) * (scale * alpha)
      return SIMD4<Float>(Float(color[0]), Float(color[1]), Float(color[2]), Float(alpha))
    }
  }

  /// Means of 2x2 pixels; beyond the edge there is nothing.
  private static func half(_ level: Level) -> Level {
    let (width, height) = ((level.width + 1) / 2, (level.height + 1) / 2)
    var pixels = [SIMD4<Float>](repeating: .zero, count: width * height)
    for y in 0..<level.height {
      for x in 0..<level.width { pixels[y / 2 * width + x / 2] += level.pixels[y * level.width + x] / 4 }
    }
    return Level(width: width, height: height, pixels: pixels)
  }

  /// Reads one level of it, between its pixels linearly.
  struct Sampler {
    private let level: Level
    /// From pixels of the level to those of the artwork.
    let enlarging: Affine
    /// The area that is not fully transparent, in pixels of the level.
    let reach: (x: ClosedRange<Double>, y: ClosedRange<Double>)

    /// - Parameter scale: how large a pixel of the artwork becomes, above 0.
    init(_ artwork: StickerImage, scale: Double) {
      let wanted = max(0, (-log2(scale)).rounded())
      let index = Int(min(wanted, Double(artwork.levels.count - 1)))
      level = artwork.levels[index]
      let size = Double(1 << index)
      enlarging = Affine(a: size, b: 0, c: 0, d: size, tx: (size - 1) / 2, ty: (size - 1) / 2)
      reach = (-1...Double(level.width), -1...Double(level.height))
    }

    /// Colour times alpha, and alpha, at a place in pixels of the level.
    @inline(__always)
    func color(x: Double, y: Double) -> SIMD4<Float> {
      let (left, top) = (x.rounded(.down), y.rounded(.down))
      let (u, v) = (Float(x - left), Float(y - top))
      let (column, row) = (Int(left), Int(top))
      return level.pixels.withUnsafeBufferPointer { pixels in
        func pixel(_ x: Int, _ y: Int) -> SIMD4<Float> {
          guard x >= 0, y >= 0, x < level.width, y < level.height else { return .zero }
          return pixels[y * level.width + x]
        }
        let above = pixel(column, row) * (1 - u) + pixel(column + 1, row) * u
        let below = pixel(column, row + 1) * (1 - u) + pixel(column + 1, row + 1) * u
        return above * (1 - v) + below * v
      }
    }
  }
}

extension Image {
  /// Lays artwork over the picture, cut at its border. Nothing happens where the map is degenerate or not finite.
  /// - Parameter map: from pixels of the artwork to those of the picture.
  package func draw(_ artwork: StickerImage, map: Affine) {
    let corners = [(-0.5, -0.5), (Double(artwork.width) - 0.5, -0.5), (-0.5, Double(artwork.height) - 0.5)]
      .map { map.apply(Point(x: $0.0, y: $0.1)) }
    let last = map.apply(Point(x: Double(artwork.width) - 0.5, y: Double(artwork.height) - 0.5))
    let all = corners + [last]
    let limit = 0x1p30
    guard all.allSatisfy({ abs($0.x) < limit && abs($0.y) < limit }), map.scale > 1e-6 else { return }
    let sampler = StickerImage.Sampler(artwork, scale: map.scale)
    let toArt = sampler.enlarging.then(map).inverse
    let margin = 2 * max(1, map.scale)
    let painter = Painter(self)
    let top = all.map(\.y).min() ?? 0
    let bottom = all.map(\.y).max() ?? 0
    painter.paint(
      rows: Self.pixels(from: top - margin, to: bottom + margin, limit: height),
      columns: { y in
        // Along a row both coordinates of the artwork are linear in x.
        let u = Self.span(toArt.a, toArt.b * Double(y) + toArt.tx, within: sampler.reach.x)
        let v = Self.span(toArt.c, toArt.d * Double(y) + toArt.ty, within: sampler.reach.y)
        return Self.pixels(from: max(u.low, v.low), to: min(u.high, v.high), limit: width)
      },
      ink: { x, y in
        let place = toArt.apply(Point(x: Double(x), y: Double(y)))
        let color = SIMD4<Double>(sampler.color(x: place.x, y: place.y))
        guard color[3] > 0 else { return .none }
        return Ink(color: color * (painter.maximum / color[3]), coverage: min(color[3], 1))
      })
  }

  /// The x for which `slope * x + offset` lies in a range; `low` is above `high` when there is none.
  private static func span(
    _ slope: Double, _ offset: Double, within range: ClosedRange<Double>
  ) -> (low: Double, high: Double) {
    guard abs(slope) > 1e-12 else { return range.contains(offset) ? (-.infinity, .infinity) : (0, -1) }
    let (one, other) = ((range.lowerBound - offset) / slope, (range.upperBound - offset) / slope)
    return (min(one, other), max(one, other))
  }
}
