/// The chunks of a PNG file: a length (big end first), a name, the data, a checksum.
struct PNGStructure {
  /// Whether the end chunk was reached.
  private(set) var isComplete = false
  private(set) var orientation: Int?

  init(_ bytes: [UInt8]) {
    let reader = ByteReader(bytes[...], bigEndian: true)
    var position = 8
    while let length = reader.uint32(position), position + 12 + length <= reader.count {
      if reader.has("eXIf", at: position + 4), orientation == nil {
        orientation = TIFFDirectory(reader.slice(position + 8, length))?.orientation
      }
      if reader.has("IEND", at: position + 4) {
        isComplete = true
        return
      }
      position += 12 + length
    }
  }
}

/// The chunks of a WebP file: RIFF, so a name, a length (little end first) and the data, filled to an even length.
struct WebPStructure {
  /// Whether the file is as long as it says.
  private(set) var isComplete = false
  private(set) var orientation: Int?

  init(_ bytes: [UInt8]) {
    let reader = ByteReader(bytes[...], bigEndian: false)
    guard let size = reader.uint32(4) else { return }
    isComplete = size + 8 <= reader.count
    var position = 12
    while let length = reader.uint32(position + 4) {
      if reader.has("EXIF", at: position), orientation == nil {
        orientation = TIFFDirectory(reader.slice(position + 8, length))?.orientation
      }
      position += 8 + length + length % 2
    }
  }
}
