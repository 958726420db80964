/// The regular files of a tar archive held in memory (USTAR, with the long names of GNU tar and pax).
package struct TarArchive {
  package let path: String
  package let bytes: [UInt8]
  /// The range of each file's content in `bytes`, by name without a leading "./".
  package private(set) var files: [String: Range<Int>] = [:]

  private static let blockSize = 512

  /// - Throws: `DataError` when the archive is damaged or cut short.
  package init(path: String, bytes: [UInt8]) throws(DataError) {
    self.path = path
    self.bytes = bytes
    var offset = 0
    var longName: String?
    while true {
      guard offset + Self.blockSize <= bytes.count else {
        throw DataError(
          file: path, message: "the archive is cut short (no end mark after \(bytes.count) bytes); copy it again")
      }
      let header = bytes[offset..<offset + Self.blockSize]
      if header.allSatisfy({ $0 == 0 }) { return }
      try check(header, at: offset)
      let size = try number(header.dropFirst(124).prefix(12), at: offset)
      let start = offset + Self.blockSize
      guard size <= bytes.count - start else {
        throw DataError(
          file: path, message: "the archive is cut short (\(name(of: header)) wants \(size) bytes); copy it again")
      }
      let content = start..<start + size
      switch header[offset + 156] {
      case UInt8(ascii: "L"):
        longName = text(bytes[content])
      case UInt8(ascii: "x"):
        longName = paxPath(bytes[content]) ?? longName
      case UInt8(ascii: "0"), 0, UInt8(ascii: "7"):
        files[plain(longName ?? name(of: header))] = content
        longName = nil
      case UInt8(ascii: "g"):
        break
      default:
        longName = nil
      }
      offset = start + (size + Self.blockSize - 1) / Self.blockSize * Self.blockSize
    }
  }

  private func check(_ header: ArraySlice<UInt8>, at offset: Int) throws(DataError) {
    var sum = 0
    for (index, byte) in header.enumerated() { sum += (148..<156).contains(index) ? 32 : Int(byte) }
    guard try number(header.dropFirst(148).prefix(8), at: offset) == sum else {
      throw DataError(file: path, message: "not a tar archive, or damaged (wrong checksum at byte \(offset))")
    }
  }

  /// An octal number, or a binary one where the highest bit is set.
  private func number(_ field: ArraySlice<UInt8>, at offset: Int) throws(DataError) -> Int {
    var value = 0
    if let first = field.first, first & 0x80 != 0 {
      for byte in field.suffix(7) { value = value << 8 | Int(byte) }
      return value
    }
    for byte in field where byte != 0 && byte != 32 {
      guard (48...55).contains(byte) else {
        throw DataError(
          file: path, message: "not a tar archive, or damaged (no number in the header at byte \(offset))")
      }
      value = value << 3 | Int(byte - 48)
    }
    return value
  }

  private func text(_ field: ArraySlice<UInt8>) -> String {
    String(decoding: field.prefix { $0 != 0 }, as: UTF8.self)
  }

  private func name(of header: ArraySlice<UInt8>) -> String {
    let name = text(header.prefix(100))
    let isUstar = header.dropFirst(257).starts(with: Array("ustar\0".utf8))
    let prefix = isUstar ? text(header.dropFirst(345).prefix(155)) : ""
    return prefix.isEmpty ? name : "\(prefix)/\(name)"
  }

  private func plain(_ name: String) -> String {
    name.hasPrefix("./") ? String(name.dropFirst(2)) : name
  }

  /// The value of "path" in a pax header: records "LENGTH KEY=VALUE\n".
  private func paxPath(_ content: ArraySlice<UInt8>) -> String? {
    var rest = content
    while let space = rest.firstIndex(of: 32),
      let length = Int(String(decoding: rest[rest.startIndex..<space], as: UTF8.self)),
      length > space - rest.startIndex + 1, length <= rest.count
    {
      let record = rest[(space + 1)..<(rest.startIndex + length)]
      if record.starts(with: Array("path=".utf8)) {
        return String(decoding: record.dropFirst(5).dropLast(), as: UTF8.self)
      }
      rest = rest.dropFirst(length)
    }
    return nil
  }
}
