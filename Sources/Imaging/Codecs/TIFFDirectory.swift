/// A directory of a TIFF file, or of an EXIF block, which is TIFF inside: values by their tags.
struct TIFFDirectory {
  private let reader: ByteReader
  private let entries: Range<Int>

  /// The first directory.

  /// Nil when the bytes begin with no TIFF header (before which EXIF blocks may have "Exif\0\0").
  init?(_ block: ArraySlice<UInt8>) {
    var block = block
    if block.starts(with: "Exif\0\0".utf8) { block = block.dropFirst(6) }
    var reader = ByteReader(block, bigEndian: true)
    if reader.has("II", at: 0) {
      reader.bigEndian = false
    } else if !reader.has("MM", at: 0) {
      return nil
    }
    guard reader.uint16(2) == 42, let start = reader.uint32(4) else { return nil }
    self.init(reader, at: start)
  }

  private init?(_ reader: ByteReader, at start: Int) {
    guard let count = reader.uint16(start) else { return nil }
    self.reader = reader
    entries = start + 2..<start + 2 + count * 12
  }

  /// The directory that a tag points at, as that of EXIF does.
  func inner(tag: Int) -> TIFFDirectory? { number(tag: tag).flatMap { TIFFDirectory(reader, at: $0) } }

  /// The one behind this one in the file; nil for the last.
  private var next: TIFFDirectory? {
    guard let place = reader.uint32(entries.upperBound), place > 0,
      let directory = TIFFDirectory(reader, at: place), !directory.entries.isEmpty,
      directory.entries.upperBound <= reader.count
    else { return nil }
    return directory
  }

  /// Whether it is a smaller version of another picture, or a mask: the lowest tag says so, which comes first.
  private var isSecondary: Bool {
    reader.uint16(entries.lowerBound) == 0x00FE && (reader.uint32(entries.lowerBound + 8) ?? 0) & 0b101 != 0
  }

  /// Whether the photo itself, as a sensor saw it, stands in inner directories: DNG says so, other files of cameras have a preview
  /// first.
  var isCameraRaw: Bool { has(tag: 0xC612) || isSecondary && has(tag: 0x014A) }

  private func has(tag: Int) -> Bool {
    stride(from: entries.lowerBound, to: entries.upperBound, by: 12).contains { reader.uint16($0) == tag }
  }

  /// The pictures of the file, at most 65,535; smaller versions and masks of others are none.
  var pictures: Int {
    var count = 1
    var seen: Set<Int> = [entries.lowerBound]
    var directory = next
    while let one = directory, seen.count < 65_535, seen.insert(one.entries.lowerBound).inserted {
      if !one.isSecondary { count += 1 }
      directory = one.next
    }
    return count
  }

  /// Entries with their values, each tag once; those that are damaged or have more than 65,535 bytes are left out.
  func entries(tags: Set<Int>) -> [TIFFEntry] {
    var found: [Int: TIFFEntry] = [:]
    for entry in stride(from: entries.lowerBound, to: entries.upperBound, by: 12) {
      guard let tag = reader.uint16(entry), tags.contains(tag), found[tag] == nil, let type = reader.uint16(entry + 2),
        let (size, part) = TIFFEntry.sizes[type], let count = reader.uint32(entry + 4), count > 0,
        count <= 65_535 / size, let place = count * size > 4 ? reader.uint32(entry + 8) : entry + 8
      else { continue }
      let value = Array(reader.slice(place, count * size))
      guard value.count == count * size else { continue }
      let parts = stride(from: 0, to: value.count, by: part).map { value[$0..<$0 + part] }
      let ordered = reader.bigEndian ? parts.flatMap { $0.reversed() } : value
      found[tag] = TIFFEntry(tag: tag, type: type, count: count, value: ordered)
    }
    return found.values.sorted { $0.tag < $1.tag }
  }

  /// The value of a tag that holds one whole number; nil when it is missing or the directory damaged.
  func number(tag: Int) -> Int? {
    for entry in stride(from: entries.lowerBound, to: entries.upperBound, by: 12) {
      guard let found = reader.uint16(entry), let type = reader.uint16(entry + 2) else { return nil }
      guard found == tag else { continue }
      // A short by the standard; some writers store a long.
      return type == 4 ? reader.uint32(entry + 8) : reader.uint16(entry + 8)
    }
    return nil
  }

  /// The first value of a tag that holds one short for each channel.
  private func first(tag: Int) -> Int? {
    for entry in stride(from: entries.lowerBound, to: entries.upperBound, by: 12) where reader.uint16(entry) == tag {
      // Two stand in the entry, more elsewhere.
      guard let count = reader.uint32(entry + 4) else { return nil }
      return reader.uint16(count > 2 ? reader.uint32(entry + 8) ?? 0 : entry + 8)
    }
    return nil
  }

  /// The property by which OpenCV 4.6 misreads the picture without an error: of deep planes it fills the first channel only,
  /// signed numbers of up to 16 bits it takes for unsigned ones, and white as 0 it knows in 8 bits only.
  var misread: String? {
    let bits = first(tag: 0x0102) ?? 1
    let isDeep = bits > 8
    if isDeep, number(tag: 0x011C) == 2, number(tag: 0x0115).map({ $0 > 1 }) ?? false {
      return "planes of more than 8 bits"
    }
    if bits <= 16, first(tag: 0x0153) == 2 { return "signed numbers of up to 16 bits" }
    return isDeep && number(tag: 0x0106) == 0 ? "white as 0 and more than 8 bits" : nil
  }

  /// The bytes of a tag that holds bytes; nil when it is missing or they are not all there.
  func bytes(tag: Int) -> [UInt8]? {
    for entry in stride(from: entries.lowerBound, to: entries.upperBound, by: 12) where reader.uint16(entry) == tag {
      guard let type = reader.uint16(entry + 2), type == 1 || type == 7, let count = reader.uint32(entry + 4),
        count > 4,
        let place = reader.uint32(entry + 8)
      else { return nil }
      let bytes = reader.slice(place, count)
      return bytes.count == count ? Array(bytes) : nil
    }
    return nil
  }

  /// The orientation of the stored picture, EXIF's 1...8; nil without one.
  var orientation: Int? {
    number(tag: 0x0112).flatMap { (1...8).contains($0) ? $0 : nil }
  }

  /// Whether colours are stored beside their alpha and not multiplied by it.
  var hasUnassociatedAlpha: Bool { number(tag: 0x0152) == 2 }
}
