import COpenCVShim
import Glibc

/// A rounded shape that may be turned, between an ellipse and a rounded box: in its own axes |x/a|^2.5 + |y/b|^2.5 <= 1. In
/// pixels, pixel centres at integers.
package struct Oval: Sendable, Hashable {
  package var center: Point
  /// Half of its width and height before it is turned.
  package var halfWidth: Double
  package var halfHeight: Double
  /// In radians, clockwise as seen on the picture.
  package var roll: Double

  package init(center: Point, halfWidth: Double, halfHeight: Double, roll: Double = 0) {
    self.center = center
    self.halfWidth = halfWidth
    self.halfHeight = halfHeight
    self.roll = roll
  }

  /// The smallest upright box around its two axes' box.
  var bounds: Box {
    let (c, s) = (abs(cos(roll)), abs(sin(roll)))
    let (x, y) = (halfWidth * c + halfHeight * s, halfWidth * s + halfHeight * c)
    return Box(x: center.x - x + 0.5, y: center.y - y + 0.5, width: 2 * x, height: 2 * y)
  }

  var isDrawable: Bool {
    let limit = 0x1p30
    return [center.x, center.y, halfWidth, halfHeight].allSatisfy { abs($0) < limit } && roll.isFinite
      && halfWidth > 0.5 && halfHeight > 0.5
  }

  /// The level of a point, from 0 in the middle to 1 on the rim: by `exponent` powers of its distance.
  package func level(of point: Point) -> Double { Level(self)(point.x, point.y) }

  package static let exponent = 2.5

  /// As `level(of:)`, for many points.
  fileprivate struct Level {
    private let center: Point
    private let cosine, sine, across, down: Double

    init(_ oval: Oval) {
      center = oval.center
      (cosine, sine) = (cos(oval.roll), sin(oval.roll))
      (across, down) = (1 / oval.halfWidth, 1 / oval.halfHeight)
    }

    @inline(__always)
    func callAsFunction(_ x: Double, _ y: Double) -> Double {
      let (dx, dy) = (x - center.x, y - center.y)
      let u = abs(cosine * dx + sine * dy) * across
      let v = abs(cosine * dy - sine * dx) * down
      return u * u * u.squareRoot() + v * v * v.squareRoot()
    }
  }
}

/// The area to cover: one or more ovals, fully covered except for their rims, which fade out.
package struct Mask: Sendable, Hashable {
  package var ovals: [Oval]
  /// The fully covered part of an oval, as a share of its width and height, 0..<1.
  package var core: Double

  package init(_ ovals: [Oval], core: Double) {
    self.ovals = ovals.filter(\.isDrawable)
    self.core = core
  }

  /// The smallest upright box around all; nil when there is nothing to cover.
  package var bounds: Box? {
    guard let first = ovals.first?.bounds else { return nil }
    return ovals.dropFirst().map(\.bounds).reduce(first) { one, other in
      let (x, y) = (min(one.x, other.x), min(one.y, other.y))
      return Box(
        x: x, y: y, width: max(one.x + one.width, other.x + other.width) - x,
        height: max(one.y + one.height, other.y + other.height) - y)
    }
  }

  /// The share of a pixel that is covered, 0...1.
  fileprivate struct Coverage {
    private let levels: [Oval.Level]
    private let slope: Double

    init(_ mask: Mask) {
      levels = mask.ovals.map(Oval.Level.init)
      slope = 1 / (1 - pow(mask.core, Oval.exponent))
    }

    @inline(__always)
    func callAsFunction(_ x: Int, _ y: Int) -> Double {
      var least = Double.infinity
      for level in levels { least = min(least, level(Double(x), Double(y))) }
      return min(max((1 - least) * slope, 0), 1)
    }
  }
}

extension Image {
  /// Covers a mask with one colour.
  package func fill(_ mask: Mask, color: Color) {
    guard let (rows, columns) = pixels(of: mask) else { return }
    let coverage = Mask.Coverage(mask)
    Painter(self).paint(color, rows: rows, columns: { _ in columns }, coverage: { x, y in coverage(x, y) })
  }

  /// Covers a mask with squares of the mean colour of what they hide.
  /// - Parameter block: the side of a square in pixels.
  package func pixelate(_ mask: Mask, block: Double) {
    guard let means = BlockMeans(self, mask, block: block), let (rows, columns) = pixels(of: mask) else { return }
    let coverage = Mask.Coverage(mask)
    Painter(self).paint(
      rows: rows, columns: { _ in columns },
      ink: { x, y in Ink(color: means.mean(x, y), coverage: coverage(x, y)) })
  }

  /// Covers a mask with a smooth surface through the mean colours of the squares that it hides: nothing finer is left.
  /// - Parameters:
  ///   - block: the side of a square in pixels.
  ///   - gray: how much of the surface is mid-gray, 0...1.
  package func blur(_ mask: Mask, block: Double, gray: Double = 0) {
    guard var means = BlockMeans(self, mask, block: block), let (rows, columns) = pixels(of: mask) else { return }
    let (painter, coverage) = (Painter(self), Mask.Coverage(mask))
    means.mix(painter.maximum / 2, share: gray)
    for y in rows {
      let row = means.row(y)
      painter.paint(
        rows: y..<y + 1, columns: { _ in columns },
        ink: { x, y in Ink(color: means.smooth(row, x), coverage: coverage(x, y)) })
    }
  }

  private func pixels(of mask: Mask) -> (rows: Range<Int>, columns: Range<Int>)? {
    guard let box = mask.bounds else { return nil }
    let rows = Self.pixels(from: box.y - 1, to: box.y + box.height, limit: height)
    let columns = Self.pixels(from: box.x - 1, to: box.x + box.width, limit: width)
    return rows.isEmpty || columns.isEmpty ? nil : (rows, columns)
  }
}

/// Mean colours of the squares of a grid over a mask, one more on every side. Squares beyond the picture take those of its
/// border.
private struct BlockMeans {
  private let block: Double
  /// The left edge of the first square, in pixels.
  private let left: Double
  private let top: Double
  private let columns: Int
  private let rows: Int
  /// Blue, green and red in values of the picture's depth.
  private var means: [SIMD4<Double>]

  init?(_ image: Image, _ mask: Mask, block: Double) {
    guard let box = mask.bounds, block >= 1 else { return nil }
    self.block = block
    (left, top) = (box.x - 0.5 - block, box.y - 0.5 - block)
    columns = Int((box.width / block).rounded(.up)) + 2
    rows = Int((box.height / block).rounded(.up)) + 2
    guard columns * rows <= 1 << 20 else { return nil }
    means = Array(repeating: .zero, count: columns * rows)
    let isSeen =
      switch image.depth {
      case .uint8: add(UInt8.self, image)
      case .uint16: add(UInt16.self, image)
      case .float32: add(Float.self, image)
      }
    guard isSeen else { return nil }
  }

  /// False when no square holds a pixel of the picture.
  private mutating func add<Value: PixelValue>(_: Value.Type, _ image: Image) -> Bool {
    func pixels(_ start: Double, _ count: Int, _ limit: Int) -> Range<Int> {
      Image.pixels(from: start, to: start + Double(count) * block - 1e-6, limit: limit)
    }
    let (across, down) = (pixels(left, columns, image.width), pixels(top, rows, image.height))
    guard !across.isEmpty, !down.isEmpty else { return false }
    let values = ocv_mat_data(image.mat).assumingMemoryBound(to: Value.self)
    let (channels, color) = (image.channels, min(image.channels, 3))
    let places = across.map { column($0) }
    var counts = [Double](repeating: 0, count: means.count)
    for y in down {
      let first = row(of: y) * columns
      for (x, place) in zip(across, places) {
        let pixel = values + (y * image.width + x) * channels
        var value = SIMD4<Double>(repeating: pixel[0].asDouble)
        for channel in 1..<max(color, 1) { value[channel] = pixel[channel].asDouble }
        means[first + place] += value
        counts[first + place] += 1
      }
    }
    let seen = (
      column(across.lowerBound)...column(across.upperBound - 1), row(of: down.lowerBound)...row(of: down.upperBound - 1)
    )
    for index in means.indices where counts[index] > 0 { means[index] /= counts[index] }
    for y in 0..<rows {
      for x in 0..<columns where counts[y * columns + x] == 0 {
        let nearest = (
          x: min(max(x, seen.0.lowerBound), seen.0.upperBound), y: min(max(y, seen.1.lowerBound), seen.1.upperBound)
        )
        means[y * columns + x] = means[nearest.y * columns + nearest.x]
      }
    }
    return true
  }

  private func column(_ x: Int) -> Int { min(max(Int((Double(x) - left) / block), 0), columns - 1) }
  private func row(of y: Int) -> Int { min(max(Int((Double(y) - top) / block), 0), rows - 1) }

  mutating func mix(_ gray: Double, share: Double) {
    for index in means.indices { means[index] += (SIMD4(gray, gray, gray, 0) - means[index]) * share }
  }

  func mean(_ x: Int, _ y: Int) -> SIMD4<Double> { means[row(of: y) * columns + column(x)] }

  /// The squares' means mixed for a row of pixels.
  func row(_ y: Int) -> [SIMD4<Double>] {
    let (first, weights) = spline((Double(y) - top) / block, rows)
    return (0..<columns).map { x -> SIMD4<Double> in
      let (above, middle) = (means[first * columns + x], means[(first + 1) * columns + x])
      return mixed(above, middle, means[(first + 2) * columns + x], weights)
    }
  }

  func smooth(_ row: [SIMD4<Double>], _ x: Int) -> SIMD4<Double> {
    let (first, weights) = spline((Double(x) - left) / block, columns)
    return mixed(row[first], row[first + 1], row[first + 2], weights)
  }

  private func mixed(
    _ one: SIMD4<Double>, _ two: SIMD4<Double>, _ three: SIMD4<Double>, _ weights: SIMD3<Double>
  ) -> SIMD4<Double> {
    var sum = one * weights[0]
    sum += two * weights[1]
    sum += three * weights[2]
    return sum
  }

  /// The quadratic B-spline: the first of three squares, and their weights, at a place in squares.
  private func spline(_ place: Double, _ count: Int) -> (first: Int, weights: SIMD3<Double>) {
    let middle = min(max(Int(place), 1), count - 2)
    let f = min(max(place - Double(middle) - 0.5, -0.5), 0.5)
    return (middle - 1, SIMD3(0.5 * (0.5 - f) * (0.5 - f), 0.75 - f * f, 0.5 * (0.5 + f) * (0.5 + f)))
  }
}
