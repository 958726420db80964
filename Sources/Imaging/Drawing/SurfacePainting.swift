/// A surface of triangles before a camera.
package struct SeenSurface: Sendable {
  /// The corners: x and y in pixels of the picture, z the distance from the camera along its axis, above 0.
  package var corners: [SIMD3<Double>]
  /// Pixels of the artwork at the corners; empty for a surface that only hides.
  package var artwork: [SIMD2<Double>]
  /// Three corners each, by their indices; clockwise in the picture where the front is seen. What only hides has no back.
  package var triangles: [SIMD3<Int>]

  package init(corners: [SIMD3<Double>], artwork: [SIMD2<Double>] = [], triangles: [SIMD3<Int>]) {
    (self.corners, self.artwork, self.triangles) = (corners, artwork, triangles)
  }

  /// Whether it can be drawn: all of it is before the camera and not too far beside it.
  fileprivate var isUsable: Bool { corners.allSatisfy { $0.z > 0 && abs($0.x) < 0x1p30 && abs($0.y) < 0x1p30 } }

  /// How large a pixel of the artwork is in the picture, on average.
  private var scale: Double {
    var (seen, drawn) = (0.0, 0.0)
    for triangle in triangles {
      let (a, b, c) = (corners[triangle.x], corners[triangle.y], corners[triangle.z])
      let (p, q, r) = (artwork[triangle.x], artwork[triangle.y], artwork[triangle.z])
      seen += abs((b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x))
      drawn += abs((q.x - p.x) * (r.y - p.y) - (q.y - p.y) * (r.x - p.x))
    }
    return drawn > 0 ? (seen / drawn).squareRoot() : 0
  }

  /// - Returns: nil where there is nothing to draw.
  fileprivate func sampler(_ art: StickerImage, samples: Int) -> StickerImage.Sampler? {
    guard isUsable, scale > 1e-6 else { return nil }
    return StickerImage.Sampler(art, scale: scale * Double(samples))
  }
}

extension Image {
  /// Samples of a pixel, on each side.
  private static let samples = 2
  /// Rows drawn at once, so that large pictures take no memory.
  private static let band = 64

  /// Lays artwork over the picture as the skin of a surface; what is behind `occluder` or behind opaque parts of the surface itself is
  /// not seen. Nothing happens where a corner of either is behind the camera.
  package func draw(_ artwork: StickerImage, on surface: SeenSurface, behind occluder: SeenSurface) {
    let samples = Self.samples
    guard occluder.isUsable, let sampler = surface.sampler(artwork, samples: samples) else { return }
    let (xs, ys) = (surface.corners.map(\.x), surface.corners.map(\.y))
    let columns = Self.pixels(from: (xs.min() ?? 0) - 1, to: (xs.max() ?? 0) + 1, limit: width)
    let rows = Self.pixels(from: (ys.min() ?? 0) - 1, to: (ys.max() ?? 0) + 1, limit: height)
    guard !columns.isEmpty else { return }
    let painter = Painter(self)
    for top in stride(from: rows.lowerBound, to: rows.upperBound, by: Self.band) {
      let part = top..<min(top + Self.band, rows.upperBound)
      var layer = SampleLayer(columns: columns, rows: part, samples: samples)
      layer.hide(behind: occluder)
      layer.add(surface, sampler)
      painter.paint(
        rows: part, columns: { _ in columns },
        ink: { x, y in
          let color = SIMD4<Double>(layer.mean(x, y))
          guard color[3] > 0 else { return .none }
          return Ink(color: color * (painter.maximum / color[3]), coverage: min(color[3], 1))
        })
    }
  }
}

/// A part of a picture with several samples for each pixel: the nearest surface's distance and colour.
private struct SampleLayer {
  private let columns: Range<Int>
  private let rows: Range<Int>
  private let samples: Int
  private let stride: Int
  /// One over the distance; 0 where there is nothing.
  private var nearness: [Float]
  /// Colour times alpha, and alpha.
  private var colors: [SIMD4<Float>]

  init(columns: Range<Int>, rows: Range<Int>, samples: Int) {
    (self.columns, self.rows, self.samples) = (columns, rows, samples)
    stride = columns.count * samples
    nearness = Array(repeating: 0, count: stride * rows.count * samples)
    colors = Array(repeating: .zero, count: nearness.count)
  }

  mutating func hide(behind surface: SeenSurface) {
    for triangle in surface.triangles {
      scan(triangle.corners(of: surface.corners), onlyFront: true) { layer, index, weights, inverse in
        layer.nearness[index] = max(layer.nearness[index], Float((weights * inverse).sum()))
      }
    }
  }

  mutating func add(_ surface: SeenSurface, _ sampler: StickerImage.Sampler) {
    let toLevel = sampler.enlarging.inverse
    for triangle in surface.triangles {
      let (a, b, c) = triangle.corners(of: surface.artwork)
      let (us, vs) = (SIMD3(a.x, b.x, c.x), SIMD3(a.y, b.y, c.y))
      scan(triangle.corners(of: surface.corners)) { layer, index, weights, inverse in
        // What is linear in space over the distance is linear in the picture.
        let shares = weights * inverse
        let near = shares.sum()
        guard Float(near) > layer.nearness[index] else { return }
        let place = toLevel.apply(Point(x: (shares * us).sum() / near, y: (shares * vs).sum() / near))
        let color = sampler.color(x: place.x, y: place.y)
        guard color[3] > 0 else { return }
        layer.colors[index] = color
        layer.nearness[index] = Float(near)
      }
    }
  }

  /// Calls for every sample inside a triangle, with its index, the weights of the corners and one over their distances.
  /// - Parameter onlyFront: leaves out a triangle whose corners run counterclockwise in the picture.
  @inline(__always)
  private mutating func scan(
    _ corners: (SIMD3<Double>, SIMD3<Double>, SIMD3<Double>), onlyFront: Bool = false,
    _ visit: (inout SampleLayer, Int, SIMD3<Double>, SIMD3<Double>) -> Void
  ) {
    let (a, b, c) = corners
    let scale = Double(samples)
    // Samples of a pixel lie evenly in its square: the first at -0.5 + 0.5 / samples from its centre.
    func sampled(_ values: SIMD3<Double>, _ first: Int) -> SIMD3<Double> {
      (values + (0.5 - Double(first))) * scale - 0.5
    }
    let x = sampled(SIMD3(a.x, b.x, c.x), columns.lowerBound)
    let y = sampled(SIMD3(a.y, b.y, c.y), rows.lowerBound)
    let area = (x[1] - x[0]) * (y[2] - y[0]) - (x[2] - x[0]) * (y[1] - y[0])
    guard (onlyFront ? area : abs(area)) > 1e-12 else { return }
    let inverse = 1 / SIMD3(a.z, b.z, c.z)
    let across = Image.pixels(from: x.min(), to: x.max(), limit: stride)
    guard !across.isEmpty else { return }
    // The weights change by this from one sample of a row to the next.
    let step = SIMD3(y[1] - y[2], y[2] - y[0], y[0] - y[1]) / area
    for row in Image.pixels(from: y.min(), to: y.max(), limit: rows.count * samples) {
      let dy = y - Double(row)
      let first =
        SIMD3(x[1] * dy[2] - x[2] * dy[1], x[2] * dy[0] - x[0] * dy[2], x[0] * dy[1] - x[1] * dy[0]) / area
      for column in Self.span(first, step, within: across) {
        let weights = first + step * Double(column)
        if weights.min() >= -1e-9 { visit(&self, row * stride + column, weights, inverse) }
      }
    }
  }

  /// The columns at which no weight is below 0, and perhaps one more on each side.
  @inline(__always)
  private static func span(_ first: SIMD3<Double>, _ step: SIMD3<Double>, within columns: Range<Int>) -> Range<Int> {
    var (low, high) = (Double(columns.lowerBound), Double(columns.upperBound))
    for corner in 0..<3 where step[corner] != 0 {
      let zero = -first[corner] / step[corner]
      if step[corner] > 0 { low = max(low, zero - 1) } else { high = min(high, zero + 2) }
    }
    return low < high ? Int(low)..<Int(high.rounded(.up)) : 0..<0
  }

  /// The mean of a pixel's samples.
  func mean(_ x: Int, _ y: Int) -> SIMD4<Float> {
    var sum = SIMD4<Float>.zero
    for row in 0..<samples {
      let start = ((y - rows.lowerBound) * samples + row) * stride + (x - columns.lowerBound) * samples
      for index in start..<start + samples { sum += colors[index] }
    }
    return sum / Float(samples * samples)
  }
}

extension SIMD3<Int> {
  fileprivate func corners<Corner>(of all: [Corner]) -> (Corner, Corner, Corner) { (all[x], all[y], all[z]) }
}
