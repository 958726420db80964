import Imaging

/// Draws into a picture. Its letters are those of ASCII; others become question marks.
package struct PictureCanvas: FigureCanvas {
  let picture: Image

  /// - Throws: `ImagingError` when it is too large.
  init(width: Double, height: Double) throws {
    guard width >= 1, height >= 1, width <= 32767, height <= 32767 else {
      throw ImagingError(file: "figure", message: "too large for a picture; write it as .svg")
    }
    picture = try Image(width: Int(width), height: Int(height), color: Palette.paper)
  }

  /// Pixel centres stand at integers in pictures, and half a pixel from the corner on a page.
  private func centered(_ point: Point) -> Point { Point(x: point.x - 0.5, y: point.y - 0.5) }

  func line(_ points: [Point], _ stroke: Stroke) throws {
    for part in Self.parts(points, dashes: stroke.dashes) {
      try picture.drawLine(
        from: centered(part.start), to: centered(part.end), thickness: stroke.width, color: stroke.color)
    }
  }

  func rectangle(_ box: Box, _ color: Color) throws {
    // A picture's boxes begin half a pixel before the centre of their first pixel: at whole numbers of the page.
    try picture.fillBox(box, color: color)
  }

  func disc(_ center: Point, radius: Double, _ color: Color) throws {
    try picture.drawDisc(center: centered(center), radius: radius, color: color)
  }

  func text(_ label: Label) throws {
    let ascii = String(label.text.unicodeScalars.map { $0.isASCII ? Character($0) : "?" })
    let width = try Image.textWidth(ascii, height: label.height)
    let back =
      switch label.anchor {
      case .start: 0.0
      case .middle: width / 2
      case .end: width
      }
    let place = centered(label.place)
    // The letters are of thin lines; drawn twice they are as dark as printed ones.
    for shift in [0, 0.5] {
      if label.isUpwards {
        try picture.drawTextUpwards(
          ascii, at: Point(x: place.x, y: place.y + back), height: label.height, color: label.color)
      } else {
        try picture.drawText(
          ascii, at: Point(x: place.x - back + shift, y: place.y), height: label.height, color: label.color)
      }
    }
  }

  /// The straight pieces of a line that are drawn when it has dashes, which go on around corners.
  package static func parts(_ points: [Point], dashes: [Double]) -> [(start: Point, end: Point)] {
    let segments = zip(points, points.dropFirst())
    guard dashes.reduce(0, +) > 0.5, dashes.allSatisfy({ $0 >= 0 }) else { return segments.map { ($0, $1) } }
    var result: [(start: Point, end: Point)] = []
    var (number, rest) = (0, dashes[0])
    for (start, end) in segments {
      let length = start.distance(to: end)
      guard length > 0, length.isFinite else { continue }
      func point(_ along: Double) -> Point {
        Point(x: start.x + (end.x - start.x) * along / length, y: start.y + (end.y - start.y) * along / length)
      }
      var along = 0.0
      while along < length {
        let step = min(rest, length - along)
        if number % 2 == 0, step > 0 { result.append((point(along), point(along + step))) }
        along += step
        rest -= step
        if rest <= 1e-9 {
          number = (number + 1) % (dashes.count % 2 == 0 ? dashes.count : 2 * dashes.count)
          rest = dashes[number % dashes.count]
        }
        if step <= 0, rest <= 0 { break }
      }
    }
    return result
  }
}
