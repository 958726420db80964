/// Reads a text as XML: elements with attributes in double quotes, the five entities and numbers. Enough for SVG.
struct XMLText {
  /// The texts inside of `text` elements.
  private(set) var texts: [String] = []
  private var rest: Substring
  private var open: [String] = []

  /// Nil when the text is not well-formed.
  static func read(_ text: String) -> XMLText? {
    guard text.unicodeScalars.allSatisfy({ $0.value >= 0x20 || $0 == "\n" }) else { return nil }
    var reading = XMLText(rest: text[...])
    if reading.rest.hasPrefix("<?xml ") {
      guard let end = reading.rest.firstRange(of: "?>") else { return nil }
      reading.rest = reading.rest[end.upperBound...]
    }
    var elements = 0
    while let start = reading.rest.firstIndex(of: "<") {
      guard let content = decoded(reading.rest[..<start]) else { return nil }
      if reading.open.last == "text" { reading.texts.append(content) }
      if reading.open.isEmpty, content.contains(where: { !$0.isWhitespace }) || elements > 0 && content != "\n" {
        return nil
      }
      reading.rest = reading.rest[start...].dropFirst()
      guard reading.readTag() else { return nil }
      elements += 1
    }
    return reading.open.isEmpty && elements > 0 && reading.rest == "\n" ? reading : nil
  }

  private init(rest: Substring) { self.rest = rest }

  private mutating func readTag() -> Bool {
    let closes = rest.first == "/"
    if closes { rest = rest.dropFirst() }
    let name = String(rest.prefix { $0.isLetter })
    rest = rest.dropFirst(name.count)
    guard !name.isEmpty else { return false }
    var attributes: Set<String> = []
    while rest.first?.isWhitespace == true {
      rest = rest.drop { $0.isWhitespace }
      let attribute = String(rest.prefix { $0.isLetter || $0.isNumber || $0 == "-" })
      rest = rest.dropFirst(attribute.count)
      guard !attribute.isEmpty, attributes.insert(attribute).inserted, rest.hasPrefix("=\"") else { return false }
      rest = rest.dropFirst(2)
      guard let end = rest.firstIndex(of: "\""), !rest[..<end].contains("<"), Self.decoded(rest[..<end]) != nil else {
        return false
      }
      rest = rest[end...].dropFirst()
    }
    if closes {
      guard rest.first == ">", open.popLast() == name else { return false }
    } else if rest.first == "/" {
      rest = rest.dropFirst()
    } else {
      open.append(name)
    }
    guard rest.first == ">" else { return false }
    rest = rest.dropFirst()
    return true
  }

  private static func decoded(_ text: Substring) -> String? {
    var (result, rest) = ("", text)
    while let start = rest.firstIndex(of: "&") {
      let known = ["&amp;": "&", "&lt;": "<", "&gt;": ">", "&quot;": "\"", "&#39;": "'"]
      guard let (entity, sign) = known.first(where: { rest[start...].hasPrefix($0.key) }) else { return nil }
      result += rest[..<start] + sign
      rest = rest[start...].dropFirst(entity.count)
    }
    return result + rest
  }
}
