import CZlib

/// Puts data into an encoded picture, whose pixels stay what they are. Nil where the picture is not what it is said to be.
enum PictureInsertion {
  /// Segments, behind the first one, which is JFIF's.
  static func inserted(_ segments: [UInt8], intoJPEG file: [UInt8]) -> [UInt8]? {
    let reader = ByteReader(file[...], bigEndian: true)
    let head = reader.uint16(2) == 0xFFE0 ? 4 + (reader.uint16(4) ?? 0) : 2
    guard head <= file.count else { return nil }
    return file[..<head] + segments + file[head...]
  }

  /// A chunk, behind the signature and the chunk IHDR.
  static func inserted(_ name: String, _ data: [UInt8], intoPNG file: [UInt8]) -> [UInt8]? {
    let head = 33
    guard file.count > head else { return nil }
    let chunk = Array(name.utf8) + data
    let sum = crc32(0, chunk, uInt(chunk.count))
    return file[..<head] + number(data.count, 4) + chunk + number(Int(sum), 4) + file[head...]
  }

  /// A chunk, before the pixels or at the end. The chunk VP8X, which comes first, says that it is there.
  /// - Parameter flag: the bit of that chunk.
  static func inserted(
    _ name: String, _ data: [UInt8], intoWebP file: [UInt8], flag: UInt8, isLast: Bool
  ) -> [UInt8]? {
    let reader = ByteReader(file[...], bigEndian: false)
    let isExtended = reader.has("VP8X", at: 12)
    guard let (width, height) = PictureFormat.webp.size(file), file.count > 30 else { return nil }
    let hasAlpha = reader.has("VP8L", at: 12) && (reader.uint32(21) ?? 0) >> 28 & 1 == 1
    let flags = (isExtended ? file[20] : hasAlpha ? 0x10 : 0) | flag
    let head =
      Array("VP8X".utf8) + number(10, 4, little: true) + [flags, 0, 0, 0] + number(width - 1, 3, little: true)
      + number(height - 1, 3, little: true)
    let chunk = Array(name.utf8) + number(data.count, 4, little: true) + data + (data.count % 2 == 1 ? [0] : [])
    let rest = file[(isExtended ? 30 : 12)...]
    let body = Array("WEBP".utf8) + head + (isLast ? rest + chunk : chunk + rest)
    return Array("RIFF".utf8) + number(body.count, 4, little: true) + body
  }

  /// Entries of the first directory, which is written anew at the end, as they are sorted there, and further directories that
  /// entries of it point at. The picture's byte order is that of OpenCV on little-endian machines.
  static func inserted(
    _ new: [TIFFEntry], intoTIFF file: [UInt8], pointers: [(tag: Int, entries: [TIFFEntry])] = []
  ) -> [UInt8]? {
    let reader = ByteReader(file[...], bigEndian: false)
    guard file.starts(with: "II".utf8), reader.uint16(2) == 42, let start = reader.uint32(4),
      let count = reader.uint16(start), start + 2 + 12 * count + 4 <= file.count
    else { return nil }
    var result = file + (file.count % 2 == 1 ? [0] : [])
    var entries = (0..<count).map { Array(file[(start + 2 + 12 * $0)..<(start + 14 + 12 * $0)]) }
    func tag(_ entry: [UInt8]) -> Int { Int(entry[0]) | Int(entry[1]) << 8 }
    var added: [[UInt8]] = []
    for entry in new {
      added.append(entry.bytes(valueAt: result.count))
      if entry.value.count > 4 { result += entry.value + (entry.value.count % 2 == 1 ? [0] : []) }
    }
    for pointer in pointers {
      added.append(TIFFEntry(tag: pointer.tag, pointingAt: result.count).bytes(valueAt: 0))
      result += TIFFEntry.directory(pointer.entries, at: result.count)
    }
    let tags = Set(added.map(tag))
    entries = (entries.filter { !tags.contains(tag($0)) } + added).sorted { tag($0) < tag($1) }
    guard result.count < Int(UInt32.max) else { return nil }
    let next = file[(start + 2 + 12 * count)..<(start + 6 + 12 * count)]
    let directory = result.count
    result += number(entries.count, 2, little: true) + entries.joined() + next
    result.replaceSubrange(4..<8, with: number(directory, 4, little: true))
    return result
  }

  /// A number in so many bytes.
  static func number(_ value: Int, _ count: Int, little: Bool = false) -> [UInt8] {
    let bytes = (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    return little ? bytes : bytes.reversed()
  }
}
