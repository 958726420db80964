/// The markers of a JPEG file. OpenCV decodes a cut-off JPEG without a word (the rest of the picture is gray), so its end
/// is looked for here; and its EXIF, whose orientation OpenCV leaves alone when it keeps depth and alpha.
struct JPEGStructure {
  /// Whether the end marker was reached.
  private(set) var isComplete = false
  /// The first EXIF block.
  private(set) var exif: ArraySlice<UInt8>?
  /// Of all that the file holds (CIPA DC-007, the multi-picture format), but for previews.
  private(set) var pictures = 1

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
        if marker.code == 0xE1, exif == nil, reader.has("Exif\0\0", at: position + 2) {
          exif = reader.slice(position + 2, length - 2)
        } else if marker.code == 0xE2, reader.has("MPF\0", at: position + 2) {
          pictures = Self.pictures(reader.slice(position + 6, length - 6), in: bytes, from: position + 6)
        }
        position += max(length, 2)
      }
    }
  }

  /// - Parameter index: a TIFF directory; of its entries for the pictures each has 16 bytes, which begin with the kind.
  /// - Parameter start: of the index in the file; the places of the pictures count from there.
  private static func pictures(_ index: ArraySlice<UInt8>, in file: [UInt8], from start: Int) -> Int {
    guard let entries = TIFFDirectory(index)?.entries(tags: [0xB002]).first?.value else { return 1 }
    let list = ByteReader(entries[...], bigEndian: index.starts(with: "MM".utf8))
    let others = stride(from: 16, to: min(entries.count, 1600), by: 16).count { entry in
      guard let kind = list.uint32(entry), let place = list.uint32(entry + 8) else { return false }
      // Previews have a kind from 0x01_0001 on; gain maps have none, and say in their head what they are.
      if kind & 0xFF_0000 == 0x01_0000 { return false }
      let head = String(decoding: file.dropFirst(start + place).prefix(8192), as: UTF8.self)
      return kind & 0xFF_FFFF != 0
        || !["hdrgm:", "HDRGainMap", "urn:iso:std:iso:ts:21496"].contains { head.contains($0) }
    }
    return 1 + others
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
