import Imaging

/// The style of a line.
package struct Stroke: Hashable, Sendable {
  var color: Color
  package var width: Double
  /// Lengths of dash and gap in turn; a full line when empty.
  var dashes: [Double] = []
}

/// A line of text.
package struct Label: Hashable, Sendable {
  package enum Anchor: Hashable, Sendable {
    case start, middle, end
  }

  var text: String
  /// The anchor's place on the base line.
  var place: Point
  /// Of the capital letters, in pixels.
  var height: Double
  var color: Color
  var anchor = Anchor.start
  /// Whether the line runs upwards.
  var isUpwards = false
}

/// A drawing made of simple parts, x to the right and y down from the top left corner, in pixels. The same parts become
/// an SVG text or a picture.
package struct FigurePage: Sendable {
  package enum Mark: Hashable, Sendable {
    case line([Point], Stroke)
    /// x and y are the left and upper edge.
    case rectangle(Box, Color)
    case disc(Point, radius: Double, Color)
    case text(Label)
  }

  package private(set) var width: Double
  package private(set) var height: Double
  package private(set) var marks: [Mark] = []

  init(width: Double, height: Double) {
    self.width = width
    self.height = height
  }

  mutating func add(_ mark: Mark) { marks.append(mark) }

  /// Several drawings, one below the other.
  package static func stacked(_ pages: [FigurePage]) -> FigurePage {
    var result = FigurePage(width: pages.map(\.width).max() ?? 1, height: 0)
    for page in pages {
      let top = result.height
      func moved(_ point: Point) -> Point { Point(x: point.x, y: point.y + top) }
      for mark in page.marks {
        switch mark {
        case .line(let points, let stroke): result.add(.line(points.map(moved), stroke))
        case .rectangle(var box, let color):
          box.y += top
          result.add(.rectangle(box, color))
        case .disc(let center, let radius, let color): result.add(.disc(moved(center), radius: radius, color))
        case .text(var label):
          label.place = moved(label.place)
          result.add(.text(label))
        }
      }
      result.height += page.height
    }
    result.height = max(result.height, 1)
    return result
  }

  private func draw(on canvas: inout some FigureCanvas) throws {
    for mark in marks {
      switch mark {
      case .line(let points, let stroke): try canvas.line(points, stroke)
      case .rectangle(let box, let color): try canvas.rectangle(box, color)
      case .disc(let center, let radius, let color): try canvas.disc(center, radius: radius, color)
      case .text(let label): try canvas.text(label)
      }
    }
  }

  /// The drawing as an SVG file.
  package func svg() throws -> String {
    var canvas = SVGCanvas(width: width, height: height)
    try draw(on: &canvas)
    return canvas.document
  }

  /// The drawing as a picture, 8 bit, in colour.
  /// - Throws: `ImagingError` when it is too large.
  package func picture() throws -> Image {
    var canvas = try PictureCanvas(width: width, height: height)
    try draw(on: &canvas)
    return canvas.picture
  }
}

/// Something to draw on. Coordinates as in `FigurePage`.
protocol FigureCanvas {
  mutating func line(_ points: [Point], _ stroke: Stroke) throws
  mutating func rectangle(_ box: Box, _ color: Color) throws
  mutating func disc(_ center: Point, radius: Double, _ color: Color) throws
  mutating func text(_ label: Label) throws
}
