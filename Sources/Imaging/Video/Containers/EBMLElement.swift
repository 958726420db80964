/// The head of an element of a Matroska or WebM file (RFC 8794, RFC 9559).
struct EBMLElement {
  let id: Int
  /// Where its content begins.
  let content: Int
  /// The size of its content in bytes; nil when it goes on until something else begins.
  let size: Int?

  /// Nil when no element can begin there.
  /// - Parameter bytes: those at `position` and behind.
  init?(_ bytes: ArraySlice<UInt8>, position: Int) {
    guard let first = bytes.first else { return nil }
    let idLength = first.leadingZeroBitCount + 1
    guard idLength <= 4, bytes.count > idLength else { return nil }
    id = bytes.prefix(idLength).reduce(0) { $0 << 8 | Int($1) }
    guard let length = Self.number(bytes.dropFirst(idLength)) else { return nil }
    size = length.value
    content = position + idLength + length.length
  }

  /// A number of variable length; its value is nil when all its bits are set, which stands for unknown.
  static func number(_ bytes: ArraySlice<UInt8>) -> (value: Int?, length: Int)? {
    guard let first = bytes.first else { return nil }
    let length = first.leadingZeroBitCount + 1
    guard length <= 8, bytes.count >= length else { return nil }
    let mask = (1 << (7 * length)) - 1
    let value = bytes.prefix(length).reduce(0) { $0 << 8 | Int($1) } & mask
    return (value == mask ? nil : value, length)
  }

  /// The elements that follow each other in bytes, with their content cut to what there is.
  static func list(in bytes: ArraySlice<UInt8>) -> [(element: EBMLElement, content: ArraySlice<UInt8>)] {
    var found: [(element: EBMLElement, content: ArraySlice<UInt8>)] = []
    var rest = bytes
    while let element = EBMLElement(rest.prefix(12), position: rest.startIndex) {
      let content = bytes[min(element.content, bytes.endIndex)...].prefix(element.size ?? bytes.count)
      found.append((element, content))
      rest = bytes[content.endIndex...]
    }
    return found
  }
}
