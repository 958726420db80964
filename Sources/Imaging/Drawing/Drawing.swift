import COpenCVShim

// A pixel is covered by a shape as far as the shape's edge, a straight line at this scale, reaches into it: discs and
// lines by the distance of the pixel's centre from the edge, boxes exactly. OpenCV's own anti-aliasing knows only 8 bit
// and draws small discs as squares on their corner.
extension Image {
  /// Draws a filled disc. Whatever lies outside the picture is left out; so is a disc without finite numbers.
  package func drawDisc(center: Point, radius: Double, color: Color) throws {
    drawLine(from: center, to: center, halfWidth: radius, color: color)
  }

  /// Draws a straight line with round ends.
  package func drawLine(from start: Point, to end: Point, thickness: Double, color: Color) throws {
    drawLine(from: start, to: end, halfWidth: thickness / 2, color: color)
  }

  /// Draws the outline of a box, half of its thickness inside the edge of the box and half outside.
  package func drawBox(_ box: Box, thickness: Double, color: Color) throws {
    guard [box.x, box.y, box.width, box.height, thickness].allSatisfy(\.isFinite), thickness > 0 else { return }
    let half = thickness / 2
    // In continuous coordinates a box begins half a pixel before the centre of its first pixel.
    let (left, right) = (box.x - 0.5, box.x + box.width - 0.5)
    let (top, bottom) = (box.y - 0.5, box.y + box.height - 0.5)
    guard right >= left, bottom >= top else { return }
    let outer = Edges(left: left - half, top: top - half, right: right + half, bottom: bottom + half)
    let inner = Edges(left: left + half, top: top + half, right: right - half, bottom: bottom - half)
    guard inner.left < inner.right, inner.top < inner.bottom else { return fill(outer, color: color) }
    fill(Edges(left: outer.left, top: outer.top, right: outer.right, bottom: inner.top), color: color)
    fill(Edges(left: outer.left, top: inner.bottom, right: outer.right, bottom: outer.bottom), color: color)
    fill(Edges(left: outer.left, top: inner.top, right: inner.left, bottom: inner.bottom), color: color)
    fill(Edges(left: inner.right, top: inner.top, right: outer.right, bottom: inner.bottom), color: color)
  }

  /// Fills a box: the pixels that it covers in part are mixed.
  package func fillBox(_ box: Box, color: Color) throws {
    guard [box.x, box.y, box.width, box.height].allSatisfy(\.isFinite) else { return }
    fill(
      Edges(left: box.x - 0.5, top: box.y - 0.5, right: box.x + box.width - 0.5, bottom: box.y + box.height - 0.5),
      color: color)
  }

  /// Draws a line of text in capital letters `height` pixels high, with the left end of its base line at `origin`.
  /// OpenCV's font has the letters of ASCII; others become question marks.
  package func drawText(_ text: String, at origin: Point, height: Double, color: Color) throws {
    let reach = Double(1 << 20)
    guard abs(origin.x) < reach, abs(origin.y) < reach, height >= 1, height <= 4096, !text.isEmpty else { return }
    let line = text.utf8.count <= 4096 ? text : String(text.prefix(1024))
    var extent = ocv_text_extent()
    try OpenCV.call(for: name) { ocv_text_measure(line, height, &extent, $0) ? () : nil }
    let (x, y) = (Int(origin.x.rounded(.down)), Int(origin.y.rounded(.down)))
    let left = max(0, x + Int(extent.left))
    let top = max(0, y + Int(extent.top))
    let right = min(width, x + Int(extent.left) + Int(extent.width))
    let bottom = min(self.height, y + Int(extent.top) + Int(extent.height))
    guard left < right, top < bottom else { return }
    let mask = try OpenCV.call(for: name) {
      ocv_text_mask(
        line, height, origin.x - Double(x), origin.y - Double(y), Int32(left - x), Int32(top - y),
        Int32(right - left), Int32(bottom - top), $0)
    }
    defer { ocv_mat_destroy(mask) }
    let ink = ocv_mat_data(mask).assumingMemoryBound(to: UInt8.self)
    Painter(self).paint(
      color, rows: top..<bottom, columns: { _ in left..<right },
      coverage: { x, y in Double(ink[(y - top) * (right - left) + x - left]) / 255 })
  }

  /// A line with round ends, or a disc when it has no length.
  private func drawLine(from start: Point, to end: Point, halfWidth: Double, color: Color) {
    guard let shape = Capsule(from: start, to: end, radius: halfWidth) else { return }
    let reach = halfWidth + 1
    // A line thinner than a pixel covers no pixel fully.
    let most = min(1, 2 * halfWidth)
    let rows = Self.pixels(from: min(start.y, end.y) - reach, to: max(start.y, end.y) + reach, limit: height)
    Painter(self).paint(
      color, rows: rows,
      columns: { y in
        let span = shape.span(y: Double(y), reach: reach)
        return Self.pixels(from: span.lowerBound, to: span.upperBound, limit: width)
      },
      coverage: { x, y in min(max(halfWidth + 0.5 - shape.distance(x: Double(x), y: Double(y)), 0), most) })
  }

  /// Edges of a rectangle in continuous coordinates.
  private struct Edges {
    var left: Double
    var top: Double
    var right: Double
    var bottom: Double
  }

  private func fill(_ edges: Edges, color: Color) {
    let rows = Self.pixels(from: edges.top - 1, to: edges.bottom + 1, limit: height)
    let columns = Self.pixels(from: edges.left - 1, to: edges.right + 1, limit: width)
    Painter(self).paint(
      color, rows: rows, columns: { _ in columns },
      coverage: { x, y in
        Image.overlap(Double(x), edges.left, edges.right) * Image.overlap(Double(y), edges.top, edges.bottom)
      })
  }

  /// The share of the pixel around `center` that lies between two edges.
  private static func overlap(_ center: Double, _ low: Double, _ high: Double) -> Double {
    max(0, min(center + 0.5, high) - max(center - 0.5, low))
  }

  /// The pixels of 0..<limit between two coordinates, whatever their size.
  static func pixels(from low: Double, to high: Double, limit: Int) -> Range<Int> {
    let first = Int(min(max(low.rounded(.up), 0), Double(limit)))
    let last = Int(min(max(high.rounded(.down) + 1, 0), Double(limit)))
    return first..<max(first, last)
  }
}

/// The points within a radius of a straight line between two points.
private struct Capsule {
  private let start: Point
  private let direction: Point
  private let length: Double

  /// Nil when there is nothing to draw: no radius, or numbers that are not finite or beyond any picture.
  init?(from start: Point, to end: Point, radius: Double) {
    let reach = 0x1p40
    guard [start.x, start.y, end.x, end.y].allSatisfy({ abs($0) < reach }), radius > 0, radius < reach else {
      return nil
    }
    self.start = start
    let (dx, dy) = (end.x - start.x, end.y - start.y)
    length = (dx * dx + dy * dy).squareRoot()
    direction = length > 0 ? Point(x: dx / length, y: dy / length) : Point(x: 1, y: 0)
  }

  func distance(x: Double, y: Double) -> Double {
    let (dx, dy) = (x - start.x, y - start.y)
    let along = min(max(dx * direction.x + dy * direction.y, 0), length)
    let (ox, oy) = (dx - along * direction.x, dy - along * direction.y)
    return (ox * ox + oy * oy).squareRoot()
  }

  /// Columns of a row that contain all points within `reach` of the line.
  func span(y: Double, reach: Double) -> ClosedRange<Double> {
    let end = start.x + direction.x * length
    let low = min(start.x, end) - reach
    let high = max(start.x, end) + reach
    guard abs(direction.y) > 1e-9 else { return low...high }
    let middle = start.x + (y - start.y) * direction.x / direction.y
    let half = reach / abs(direction.y)
    let left = min(max(low, middle - half), high)
    return left...max(left, min(high, middle + half))
  }
}
