import Imaging

/// The width of text.
enum TextWidth {
  /// In pixels, for capital letters `height` pixels high. The picture's letters are wider than those of SVG readers.
  static func of(_ text: String, height: Double) -> Double {
    (try? Image.textWidth(text, height: height)) ?? Double(text.count) * height
  }

  /// The text with its middle left out where it is wider than `room`.
  static func fitted(_ text: String, height: Double, room: Double) -> String {
    guard of(text, height: height) > room else { return text }
    var (front, back) = (Array(text), [Character]())
    let half = front.count / 2
    back = Array(front[half...])
    front = Array(front[..<half])
    while !front.isEmpty || !back.isEmpty {
      if front.count > back.count { front.removeLast() } else { back.removeFirst() }
      let shorter = String(front) + ".." + String(back)
      if of(shorter, height: height) <= room { return shorter }
    }
    return ""
  }
}
