/// The blocks of a GIF file (GIF89a): whether it is a film or a single picture.
struct GIFStructure {
  /// At most `most`; nil where it is no GIF.
  static func pictures(_ bytes: [UInt8], most: Int = 2) -> Int? {
    let reader = ByteReader(bytes[...], bigEndian: false)
    guard reader.has("GIF87a", at: 0) || reader.has("GIF89a", at: 0), let flags = reader.uint8(10) else { return nil }
    var position = 13 + table(flags)
    var count = 0
    while count < most, let block = reader.uint8(position) {
      switch block {
      case 0x21: position = behindParts(reader, from: position + 2)
      case 0x2C:
        count += 1
        guard let flags = reader.uint8(position + 9) else { return count }
        position = behindParts(reader, from: position + 11 + table(flags))
      default: return count
      }
    }
    return count
  }

  /// The bytes of the colour table that flags tell of.
  private static func table(_ flags: Int) -> Int { flags & 0x80 == 0 ? 0 : 3 << (flags & 7 + 1) }

  /// Parts begin with their length; one without content is the last.
  private static func behindParts(_ reader: ByteReader, from start: Int) -> Int {
    var position = start
    while let length = reader.uint8(position), length > 0 { position += 1 + length }
    return position + 1
  }
}
