/// The heads of BMP files.
enum BMPStructure {
  /// A file of OS/2 with 24 bits, whose head is short, with the head of Windows: OpenCV 4.6 takes the colours of the short one away.
  /// Others are given back as they are.
  static func withLongHead(_ bytes: [UInt8]) -> [UInt8] {
    let reader = ByteReader(bytes[...], bigEndian: false)
    guard reader.uint32(14) == 12, reader.uint16(24) == 24, let start = reader.uint32(10), start >= 26,
      start <= bytes.count, let width = reader.uint16(18), let height = reader.uint16(20)
    else { return bytes }
    func number(_ value: Int, _ count: Int) -> [UInt8] { PictureInsertion.number(value, count, little: true) }
    let pixels = bytes[start...]
    let head = Array("BM".utf8) + number(54 + pixels.count, 4) + number(0, 4) + number(54, 4)
    let details = number(40, 4) + number(width, 4) + number(height, 4) + number(1, 2) + number(24, 2)
    return head + details + [UInt8](repeating: 0, count: 24) + pixels
  }
}
