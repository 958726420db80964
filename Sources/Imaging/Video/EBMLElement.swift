/// The head of an element of a Matroska or WebM file (RFC 8794).
struct EBMLElement {
  static let segment = 0x1853_8067
  static let cluster = 0x1F43_B675
  static let tracks = 0x1654_AE6B
  private static let trackEntry = 0xAE
  private static let trackType = 0x83

  let id: Int
  /// Where its content begins.
  let content: Int
  /// The size of its content in bytes; nil when it goes on until something else begins.
  let size: Int?

  /// Nil when no element can begin there.
  init?(at offset: Int, in file: SeekableFile) {
    self.init(file.read(12, at: offset)[...], position: offset)
  }

  /// - Parameter bytes: those at `position` and behind.
  init?(_ bytes: ArraySlice<UInt8>, position: Int) {
    guard let first = bytes.first else { return nil }
    let idLength = first.leadingZeroBitCount + 1
    guard idLength <= 4, bytes.count > idLength else { return nil }
    id = bytes.prefix(idLength).reduce(0) { $0 << 8 | Int($1) }
    let rest = bytes.dropFirst(idLength)
    guard let second = rest.first else { return nil }
    let sizeLength = second.leadingZeroBitCount + 1
    guard sizeLength <= 8, rest.count >= sizeLength else { return nil }
    let mask = (1 << (7 * sizeLength)) - 1
    let value = rest.prefix(sizeLength).reduce(0) { $0 << 8 | Int($1) } & mask
    size = value == mask ? nil : value
    content = position + idLength + sizeLength
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

  /// The kinds of the tracks in the content of a Tracks element: 1 video, 2 sound.
  static func trackKinds(in bytes: ArraySlice<UInt8>) -> [Int] {
    list(in: bytes).filter { $0.element.id == trackEntry }.compactMap { entry in
      list(in: entry.content).first { $0.element.id == trackType }?.content.first.map(Int.init)
    }
  }
}
