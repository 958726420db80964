/// The head of a box of an MP4 or QuickTime file (ISO/IEC 14496-12).
struct MP4Box {
  let type: String
  let start: Int
  /// Where its content begins.
  let content: Int
  let end: Int

  var size: Int { end - start }

  /// - Parameters:
  ///   - bytes: those at `position` and behind.
  ///   - limit: where what it is in ends.
  init?(_ bytes: ArraySlice<UInt8>, position: Int, limit: Int) {
    let reader = ByteReader(bytes, bigEndian: true)
    guard let size = reader.uint32(0), reader.uint32(4) != nil else { return nil }
    type = String(decoding: bytes.dropFirst(4).prefix(4), as: UTF8.self)
    start = position
    switch size {
    case 0:
      content = position + 8
      end = limit
    case 1:
      guard let high = reader.uint32(8), let low = reader.uint32(12), high < 1 << 24 else { return nil }
      content = position + 16
      end = position + (high << 32 | low)
    default:
      content = position + 8
      end = position + size
    }
    guard end >= content else { return nil }
  }

  /// The boxes of a file one after the other; the last may reach beyond its end.
  static func list(in file: SeekableFile) -> [MP4Box] {
    var found: [MP4Box] = []
    var offset = 0
    while offset < file.size, let box = MP4Box(file.read(16, at: offset)[...], position: offset, limit: file.size) {
      found.append(box)
      offset = box.end
    }
    return found
  }

  /// The boxes that follow each other in bytes, as far as they are whole.
  static func list(in bytes: ArraySlice<UInt8>) -> [MP4Box] {
    var found: [MP4Box] = []
    var offset = bytes.startIndex
    while offset < bytes.endIndex,
      let box = MP4Box(bytes[offset...].prefix(16), position: offset, limit: bytes.endIndex),
      box.end <= bytes.endIndex
    {
      found.append(box)
      offset = box.end
    }
    return found
  }

  /// The kinds of the tracks in a `moov` box: "vide", "soun" ...
  static func handlers(in moov: ArraySlice<UInt8>) -> [String] {
    guard let whole = list(in: moov).first else { return [] }
    return list(in: moov[whole.content..<whole.end]).filter { $0.type == "trak" }.compactMap { track in
      guard let media = list(in: moov[track.content..<track.end]).first(where: { $0.type == "mdia" }),
        let handler = list(in: moov[media.content..<media.end]).first(where: { $0.type == "hdlr" })
      else { return nil }
      return String(decoding: moov[handler.content..<handler.end].dropFirst(8).prefix(4), as: UTF8.self)
    }
  }
}
