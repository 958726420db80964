/// Numbers out of bytes that may be anything: every read outside gives nil, never a trap.
struct ByteReader {
  let bytes: ArraySlice<UInt8>
  var bigEndian: Bool

  init(_ bytes: ArraySlice<UInt8>, bigEndian: Bool) {
    self.bytes = bytes
    self.bigEndian = bigEndian
  }

  /// The number of bytes.
  var count: Int { bytes.count }

  func uint8(_ offset: Int) -> Int? {
    guard offset >= 0, offset < bytes.count else { return nil }
    return Int(bytes[bytes.startIndex + offset])
  }

  func uint16(_ offset: Int) -> Int? {
    guard let a = uint8(offset), let b = uint8(offset + 1) else { return nil }
    return bigEndian ? a << 8 | b : b << 8 | a
  }

  func uint32(_ offset: Int) -> Int? {
    guard let a = uint16(offset), let b = uint16(offset + 2) else { return nil }
    return bigEndian ? a << 16 | b : b << 16 | a
  }

  /// Nil for what is over 2^62, too, so that sums of two do not overflow.
  func uint64(_ offset: Int) -> Int? {
    guard let a = uint32(offset), let b = uint32(offset + 4) else { return nil }
    let (high, low) = bigEndian ? (a, b) : (b, a)
    return high >> 30 == 0 ? high << 32 | low : nil
  }

  /// Whether `text` stands at an offset.
  func has(_ text: String, at offset: Int) -> Bool {
    guard offset >= 0, offset <= bytes.count else { return false }
    return bytes.dropFirst(offset).starts(with: text.utf8)
  }

  /// The bytes of a range, cut to those there are.
  func slice(_ offset: Int, _ count: Int) -> ArraySlice<UInt8> {
    guard offset >= 0, count > 0, offset < bytes.count else { return [] }
    return bytes.dropFirst(offset).prefix(count)
  }
}
