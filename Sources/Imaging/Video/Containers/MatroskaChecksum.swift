/// The checksums that Matroska files may have in their elements (RFC 8794, 11.3.1).
extension MatroskaScan {
  private static let checksum = 0xBF

  /// Computes the checksums of the tracks and clusters of a file anew.
  static func renewChecksums(_ file: SeekableFile) throws {
    var offset = 0
    while let element = EBMLElement(file.read(12, at: offset)[...], position: offset) {
      if element.id == Matroska.segment {
        offset = element.content
        continue
      }
      guard let size = element.size, element.content + size <= file.size else { return }
      if element.id == Matroska.tracks || element.id == Matroska.cluster {
        let bytes = file.read(size, at: element.content)
        // It is the first element inside, and is of everything behind it.
        if let first = EBMLElement(bytes.prefix(12), position: 0), first.id == checksum, first.size == 4 {
          let sum = crc32(bytes[(first.content + 4)...])
          try file.write(
            (0..<4).map { UInt8(truncatingIfNeeded: sum >> (8 * $0)) }, at: element.content + first.content)
        }
      }
      offset = element.content + size
    }
  }

  private static func crc32(_ bytes: ArraySlice<UInt8>) -> UInt32 {
    let table = (0..<256).map { index -> UInt32 in
      (0..<8).reduce(UInt32(index)) { value, _ in value & 1 == 1 ? value >> 1 ^ 0xEDB8_8320 : value >> 1 }
    }
    return ~bytes.reduce(~0) { sum, byte in table[Int(UInt8(truncatingIfNeeded: sum) ^ byte)] ^ sum >> 8 }
  }
}
