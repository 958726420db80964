import COpenCVShim
import Glibc

/// An ellipse that may be turned, in pixels, pixel centres at integers.
public struct Oval: Sendable, Hashable {
  public var center: Point
  /// Half of its width and height before it is turned.
  public var halfWidth: Double
  public var halfHeight: Double
  /// In radians, clockwise as seen on the picture.
  public var roll: Double

  public init(center: Point, halfWidth: Double, halfHeight: Double, roll: Double = 0) {
    self.center = center
    self.halfWidth = halfWidth
    self.halfHeight = halfHeight
    self.roll = roll
  }

  /// The smallest upright box around it, as wide as its outline reaches.
  public var bounds: Box {
    let (c, s) = (cos(roll), sin(roll))
    let x = (halfWidth * halfWidth * c * c + halfHeight * halfHeight * s * s).squareRoot()
    let y = (halfWidth * halfWidth * s * s + halfHeight * halfHeight * c * c).squareRoot()
    return Box(x: center.x - x + 0.5, y: center.y - y + 0.5, width: 2 * x, height: 2 * y)
  }

  var isDrawable: Bool {
    let limit = 0x1p30
    return [center.x, center.y, halfWidth, halfHeight].allSatisfy { abs($0) < limit } && roll.isFinite
      && halfWidth > 0.5 && halfHeight > 0.5
  }
}

/// How much of a pixel an oval covers.
private struct OvalCoverage {
  private let center: Point
  private let across: Point
  private let down: Point
  private let inverse: (width: Double, height: Double)
  /// Squared levels, 1 on the outline, below which a pixel is certainly inside, and above which it is outside.
  private let inside: Double
  private let outside: Double

  init(_ oval: Oval) {
    center = oval.center
    let (c, s) = (cos(oval.roll), sin(oval.roll))
    across = Point(x: c / oval.halfWidth, y: s / oval.halfWidth)
    down = Point(x: -s / oval.halfHeight, y: c / oval.halfHeight)
    inverse = (1 / oval.halfWidth, 1 / oval.halfHeight)
    let margin = 1 / min(oval.halfWidth, oval.halfHeight)
    inside = max(1 - margin, 0) * max(1 - margin, 0)
    outside = (1 + margin) * (1 + margin)
  }

  /// 0...1, by the distance of the pixel's centre from the outline, to first order.
  @inline(__always)
  func callAsFunction(_ x: Int, _ y: Int) -> Double {
    let (dx, dy) = (Double(x) - center.x, Double(y) - center.y)
    let (u, v) = (across.x * dx + across.y * dy, down.x * dx + down.y * dy)
    let square = u * u + v * v
    if square <= inside { return 1 }
    if square >= outside { return 0 }
    let level = square.squareRoot()
    guard level > 0 else { return 1 }
    let (p, q) = (u * inverse.width, v * inverse.height)
    return min(max(0.5 - (level - 1) * level / (p * p + q * q).squareRoot(), 0), 1)
  }
}

extension Image {
  /// Covers an oval with one colour.
  public func fill(_ oval: Oval, color: Color) {
    guard oval.isDrawable, let (rows, columns) = pixels(of: oval) else { return }
    let coverage = OvalCoverage(oval)
    Painter(self).paint(color, rows: rows, columns: { _ in columns }, coverage: { x, y in coverage(x, y) })
  }

  /// Covers an oval with squares of the mean colour of what they hide.
  /// - Parameter block: the side of a square in pixels.
  public func pixelate(_ oval: Oval, block: Double) {
    guard let means = BlockMeans(self, oval, block: block), let (rows, columns) = pixels(of: oval) else { return }
    let coverage = OvalCoverage(oval)
    Painter(self).paint(
      rows: rows, columns: { _ in columns },
      ink: { x, y in Ink(color: means.mean(x, y), coverage: coverage(x, y)) })
  }

  /// Covers an oval with a smooth surface through the mean colours of the squares that it hides: nothing finer is left.
  /// - Parameter block: the side of a square in pixels.
  public func blur(_ oval: Oval, block: Double) {
    guard let means = BlockMeans(self, oval, block: block), let (rows, columns) = pixels(of: oval) else { return }
    let (painter, coverage) = (Painter(self), OvalCoverage(oval))
    for y in rows {
      let row = means.row(y)
      painter.paint(
        rows: y..<y + 1, columns: { _ in columns },
        ink: { x, y in Ink(color: means.smooth(row, x), coverage: coverage(x, y)) })
    }
  }

  private func pixels(of oval: Oval) -> (rows: Range<Int>, columns: Range<Int>)? {
    let box = oval.bounds
    let rows = Self.pixels(from: box.y - 1, to: box.y + box.height, limit: height)
    let columns = Self.pixels(from: box.x - 1, to: box.x + box.width, limit: width)
    return rows.isEmpty || columns.isEmpty ? nil : (rows, columns)
  }
}

/// Mean colours of the squares of a grid over an oval, one more on every side. Squares beyond the picture take those of its
/// border.
private struct BlockMeans {
  private let block: Double
  /// Where the first square begins.
  private let left: Double
  private let top: Double
  private let columns: Int
  private let rows: Int
  /// Blue, green and red in values of the picture's depth.
  private var means: [SIMD4<Double>]

  init?(_ image: Image, _ oval: Oval, block: Double) {
    guard oval.isDrawable, block >= 1 else { return nil }
    let box = oval.bounds
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
