/// A colour for drawing, 0...255 per channel.
package struct Color: Hashable, Sendable {
  package var red: UInt8
  package var green: UInt8
  package var blue: UInt8

  package init(red: UInt8, green: UInt8, blue: UInt8) {
    self.red = red
    self.green = green
    self.blue = blue
  }

  /// A colour by its name (see `names`) or as "#rrggbb", in any case; nil for anything else.
  package init?(_ text: String) {
    let text = text.lowercased()
    if let named = Color.named.first(where: { $0.name == text }) {
      self = named.color
      return
    }
    let digits = text.utf8.dropFirst().compactMap { Character(UnicodeScalar($0)).hexDigitValue }
    guard text.utf8.first == UInt8(ascii: "#"), text.utf8.count == 7, digits.count == 6 else { return nil }
    let channels = stride(from: 0, to: 6, by: 2).map { UInt8(digits[$0] * 16 + digits[$0 + 1]) }
    self.init(red: channels[0], green: channels[1], blue: channels[2])
  }

  /// The names that `init(_:)` knows, for help texts.
  package static let names: [String] = named.map(\.name)

  /// The basic colours of CSS.
  private static let named: [(name: String, color: Color)] = [
    ("black", Color(red: 0, green: 0, blue: 0)),
    ("gray", Color(red: 128, green: 128, blue: 128)),
    ("white", Color(red: 255, green: 255, blue: 255)),
    ("red", Color(red: 255, green: 0, blue: 0)),
    ("orange", Color(red: 255, green: 165, blue: 0)),
    ("yellow", Color(red: 255, green: 255, blue: 0)),
    ("lime", Color(red: 0, green: 255, blue: 0)),
    ("green", Color(red: 0, green: 128, blue: 0)),
    ("cyan", Color(red: 0, green: 255, blue: 255)),
    ("blue", Color(red: 0, green: 0, blue: 255)),
    ("magenta", Color(red: 255, green: 0, blue: 255)),
    ("purple", Color(red: 128, green: 0, blue: 128)),
  ]

  /// 0.299 R + 0.587 G + 0.114 B, 0...255.
  package var luma: Double { 0.299 * Double(red) + 0.587 * Double(green) + 0.114 * Double(blue) }
}
