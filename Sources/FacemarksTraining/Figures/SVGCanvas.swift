import Facemarks
import Files
import Imaging

/// Writes SVG 1.1. The letters are the reader's own sans-serif ones.
struct SVGCanvas: FigureCanvas {
  private let head: String
  private var body = ""

  init(width: Double, height: Double) {
    let size = "\(Self.number(width)) \(Self.number(height))"
    head = """
      <?xml version="1.0" encoding="UTF-8"?>
      <svg xmlns="http://www.w3.org/2000/svg" version="1.1" width="\(Self.number(width))" \
      height="\(Self.number(height))" viewBox="0 0 \(size)" font-family="Helvetica, Arial, sans-serif">
      <rect width="\(Self.number(width))" height="\(Self.number(height))" fill="#ffffff"/>

      """
  }

  var document: String { head + body + "</svg>\n" }

  mutating func line(_ points: [Point], _ stroke: Stroke) {
    guard points.count > 1 else { return }
    let places = points.map { "\(Self.number($0.x)),\(Self.number($0.y))" }.joined(separator: " ")
    let dashes =
      stroke.dashes.isEmpty
      ? "" : " stroke-dasharray=\"\(stroke.dashes.map(Self.number).joined(separator: " "))\""
    body += """
      <polyline points="\(places)" fill="none" stroke="\(Self.color(stroke.color))" \
      stroke-width="\(Self.number(stroke.width))" stroke-linejoin="round"\(dashes)/>

      """
  }

  mutating func rectangle(_ box: Box, _ color: Color) {
    body += """
      <rect x="\(Self.number(box.x))" y="\(Self.number(box.y))" width="\(Self.number(box.width))" \
      height="\(Self.number(box.height))" fill="\(Self.color(color))"/>

      """
  }

  mutating func disc(_ center: Point, radius: Double, _ color: Color) {
    body += """
      <circle cx="\(Self.number(center.x))" cy="\(Self.number(center.y))" r="\(Self.number(radius))" \
      fill="\(Self.color(color))"/>

      """
  }

  mutating func text(_ label: Label) {
    let place = "x=\"\(Self.number(label.place.x))\" y=\"\(Self.number(label.place.y))\""
    let turn =
      label.isUpwards
      ? " transform=\"rotate(-90 \(Self.number(label.place.x)) \(Self.number(label.place.y)))\"" : ""
    let anchor =
      switch label.anchor {
      case .start: "start"
      case .middle: "middle"
      case .end: "end"
      }
    // Capital letters of Helvetica and its kin are 0.72 of the font's size high.
    body += """
      <text \(place) font-size="\(Self.number(label.height / 0.72))" text-anchor="\(anchor)" \
      fill="\(Self.color(label.color))"\(turn)>\(Self.escaped(label.text))</text>

      """
  }

  /// The text with what XML keeps for itself written as entities; characters that XML does not allow become U+FFFD.
  static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      default:
        let isAllowed = scalar.value >= 0x20 && ![0xFFFE, 0xFFFF].contains(scalar.value & 0xFFFF)
        result.unicodeScalars.append(isAllowed ? scalar : "\u{FFFD}")
      }
    }
    return result
  }

  static func color(_ color: Color) -> String {
    let digits = [color.red, color.green, color.blue].map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }
    return "#" + digits.joined()
  }

  private static func number(_ value: Double) -> String { NumberText.short(value, 2) ?? "0" }
}
