/// The orientation tag of EXIF: how a stored picture must be turned to stand upright.
enum ExifOrientation {
  /// The orientation 1...8 in an EXIF block (a TIFF header and its first directory, with or without "Exif\0\0" before
  /// it); nil when there is none or the block is damaged.
  static func parse(_ block: ArraySlice<UInt8>) -> Int? {
    var block = block
    if block.starts(with: "Exif\0\0".utf8) { block = block.dropFirst(6) }
    var reader = ByteReader(block, bigEndian: true)
    if reader.has("II", at: 0) {
      reader.bigEndian = false
    } else if !reader.has("MM", at: 0) {
      return nil
    }
    guard reader.uint16(2) == 42, let directory = reader.uint32(4), let count = reader.uint16(directory) else {
      return nil
    }
    for index in 0..<count {
      let entry = directory + 2 + index * 12
      guard let tag = reader.uint16(entry), let type = reader.uint16(entry + 2) else { return nil }
      guard tag == 0x0112 else { continue }
      // A short by the standard; some writers store a long.
      let value = type == 4 ? reader.uint32(entry + 8) : reader.uint16(entry + 8)
      return value.flatMap { (1...8).contains($0) ? $0 : nil }
    }
    return nil
  }
}
