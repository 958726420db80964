/// The markers of a JPEG file. OpenCV decodes a cut-off JPEG without a word (the rest of the picture is gray), so its end
/// is looked for here; and its orientation, which OpenCV leaves alone when it keeps depth and alpha.
struct JPEGStructure {
  /// Whether the end marker was reached.
  private(set) var isComplete = false
  /// 1...8, if an EXIF block tells.
  private(set) var orientation: Int?

  init(_ bytes: [UInt8]) {
    let reader = ByteReader(bytes[...], bigEndian: true)
    var position = 2
    while let marker = JPEGStructure.nextMarker(bytes, from: position) {
      position = marker.end
      switch marker.code {
      case 0xD9:
        isComplete = true
        return
      case 0xD0...0xD8, 0x01:
        continue
      default:
        // The decoder refuses a length below 2.
        guard let length = reader.uint16(position) else { return }
        if marker.code == 0xE1, orientation == nil, reader.has("Exif\0\0", at: position + 2) {
          orientation = TIFFDirectory(reader.slice(position + 2, length - 2))?.orientation
        }
        position += max(length, 2)
      }
    }
  }

  /// Width and height, from the frame header.
  static func size(_ bytes: [UInt8]) -> (Int, Int)? {
    let reader = ByteReader(bytes[...], bigEndian: true)
    var position = 2
    while let marker = nextMarker(bytes, from: position) {
      position = marker.end
      // C4, C8 and CC are no frame headers; a scan comes after them.
      if (0xC0...0xCF).contains(marker.code), ![0xC4, 0xC8, 0xCC].contains(marker.code) {
        guard let height = reader.uint16(position + 3), let width = reader.uint16(position + 5) else { return nil }
        return (width, height)
      }
      if marker.code == 0xDA || marker.code == 0xD9 { return nil }
      if (0xD0...0xD8).contains(marker.code) || marker.code == 1 { continue }
      guard let length = reader.uint16(position) else { return nil }
      position += max(length, 2)
    }
    return nil
  }

  /// The next marker at or after `start`: 0xFF and a code that is neither 0 (a stuffed byte of the coded data) nor 0xFF
  /// (filling). So coded data are passed over like any bytes that do not belong to a segment.
  private static func nextMarker(_ bytes: [UInt8], from start: Int) -> (code: UInt8, end: Int)? {
    bytes.withUnsafeBufferPointer { bytes in
      var position = start
      while position + 1 < bytes.count {
        if bytes[position] == 0xFF, bytes[position + 1] != 0, bytes[position + 1] != 0xFF {
          return (bytes[position + 1], position + 2)
        }
        position += 1
      }
      return nil
    }
  }
}
