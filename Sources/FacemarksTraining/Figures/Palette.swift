import Imaging

/// Colours that people with any kind of colour vision tell apart.
enum Palette {
  /// The colours of Okabe and Ito, "Color Universal Design" (2008), without yellow, which is too pale for lines on white.
  static let series = [
    Color(red: 0, green: 114, blue: 178), Color(red: 213, green: 94, blue: 0), Color(red: 0, green: 158, blue: 115),
    Color(red: 204, green: 121, blue: 167), Color(red: 230, green: 159, blue: 0), Color(red: 86, green: 180, blue: 233),
    Color(red: 0, green: 0, blue: 0),
  ]

  static let ink = Color(red: 30, green: 30, blue: 30)
  static let quiet = Color(red: 100, green: 100, blue: 100)
  static let axis = Color(red: 120, green: 120, blue: 120)
  static let grid = Color(red: 218, green: 218, blue: 218)
  static let faintGrid = Color(red: 238, green: 238, blue: 238)
  static let paper = Color(red: 255, green: 255, blue: 255)

  /// Lengths of dash and gap, in pixels; each next seven series get the next pattern.
  private static let dashes: [[Double]] = [[], [16, 6], [12, 4, 3, 4], [3, 4], [24, 5, 3, 5, 3, 5]]

  static func color(_ number: Int) -> Color { series[abs(number) % series.count] }

  static func stroke(_ number: Int, _ style: Chart.Style, color: Color? = nil) -> Stroke {
    let color = color ?? self.color(number)
    return style == .dashed
      ? Stroke(color: color, width: 1.6, dashes: [6, 5])
      : Stroke(color: color, width: 2.6, dashes: dashes[abs(number) / series.count % dashes.count])
  }

  /// White through blue to nearly black for 0...1, as evenly dark as eyes see it.
  static func shade(_ share: Double) -> Color {
    let stops: [[Double]] = [[255, 255, 255], [158, 202, 225], [33, 113, 181], [8, 28, 66]]
    let place = min(max(share.isFinite ? share : 0, 0), 1) * Double(stops.count - 1)
    let first = min(Int(place), stops.count - 2)
    let mixed = zip(stops[first], stops[first + 1]).map { UInt8(($0 + ($1 - $0) * (place - Double(first))).rounded()) }
    return Color(red: mixed[0], green: mixed[1], blue: mixed[2])
  }
}
