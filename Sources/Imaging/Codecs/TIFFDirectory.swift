import COpenCVShim

/// A directory of a TIFF file, or of an EXIF block, which is TIFF inside: values by their tags.
struct TIFFDirectory {
  private let reader: ByteReader
  /// The files over 4 GiB are made for (BigTIFF): places and counts have 64 bits.
  private let isBig: Bool
  /// The places of the entries.
  private let entries: StrideTo<Int>
  /// Where the place of the next directory stands.
  private let end: Int

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
    guard let version = reader.uint16(2), version == 42 || version == 43,
      let start = version == 42 ? reader.uint32(4) : reader.uint64(8)
    else { return nil }
    self.init(reader, isBig: version == 43, at: start)
  }

  private init?(_ reader: ByteReader, isBig: Bool, at start: Int) {
    guard let count = isBig ? reader.uint64(start) : reader.uint16(start), count <= 65_535 else { return nil }
    self.reader = reader
    self.isBig = isBig
    let (first, size) = isBig ? (start + 8, 20) : (start + 2, 12)
    end = first + count * size
    entries = stride(from: first, to: end, by: size)
  }

  /// The directory that a tag points at, as that of EXIF does.
  func inner(tag: Int) -> TIFFDirectory? { number(tag: tag).flatMap { TIFFDirectory(reader, isBig: isBig, at: $0) } }

  /// The one behind this one in the file; nil for the last.
  private var next: TIFFDirectory? {
    guard let place = isBig ? reader.uint64(end) : reader.uint32(end), place > 0,
      let directory = TIFFDirectory(reader, isBig: isBig, at: place), directory.end > place + 8,
      directory.end <= reader.count
    else { return nil }
    return directory
  }

  /// Whether it is a smaller version of another picture, or a mask: the lowest tag says so, which comes first.
  private var isSecondary: Bool {
    guard let first = entries.first(where: { _ in true }), reader.uint16(first) == 0x00FE else { return false }
    return (value(of: first)?.first).map { $0 & 0b101 != 0 } ?? false
  }

  /// Whether the photo itself, as a sensor saw it, stands in inner directories: DNG says so, other files of cameras have a preview
  /// first.
  var isCameraRaw: Bool { has(tag: 0xC612) || isSecondary && has(tag: 0x014A) }

  func has(tag: Int) -> Bool { entries.contains { reader.uint16($0) == tag } }

  /// The pictures of the file, at most 65,535; smaller versions and masks of others are none.
  var pictures: Int {
    var count = 1
    var seen: Set<Int> = [end]
    var directory = next
    while let one = directory, seen.count < 65_535, seen.insert(one.end).inserted {
      if !one.isSecondary { count += 1 }
      directory = one.next
    }
    return count
  }

  /// The value of a tag that holds one whole number, or the first of several; nil when it is missing or the directory damaged.
  func number(tag: Int) -> Int? {
    guard let value = entries(tags: [tag]).first, [3, 4].contains(value.type) else { return nil }
    return value.value.prefix(value.type == 3 ? 2 : 4).reversed().reduce(0) { $0 << 8 | Int($1) }
  }

  /// Entries with their values, each tag once; those that are damaged or have more than 65,535 bytes are left out.
  func entries(tags: Set<Int>) -> [TIFFEntry] {
    var found: [Int: TIFFEntry] = [:]
    for entry in entries {
      guard let tag = reader.uint16(entry), tags.contains(tag), found[tag] == nil, let type = reader.uint16(entry + 2),
        let (size, part) = TIFFEntry.sizes[type], let value = value(of: entry), value.count <= 65_535
      else { continue }
      let parts = stride(from: 0, to: value.count, by: part).map { value.dropFirst($0).prefix(part) }
      let ordered = reader.bigEndian ? parts.flatMap { $0.reversed() } : Array(value)
      found[tag] = TIFFEntry(tag: tag, type: type, count: value.count / size, value: ordered)
    }
    return found.values.sorted { $0.tag < $1.tag }
  }

  /// The bytes of an entry's value, as they stand in the file; nil when they are not all there.
  private func value(of entry: Int) -> ArraySlice<UInt8>? {
    guard let type = reader.uint16(entry + 2), let (size, _) = TIFFEntry.sizes[type],
      let count = isBig ? reader.uint64(entry + 4) : reader.uint32(entry + 4), count > 0, count <= reader.count
    else { return nil }
    let (place, room) = isBig ? (entry + 12, 8) : (entry + 8, 4)
    let start = count * size <= room ? place : isBig ? reader.uint64(place) : reader.uint32(place)
    let bytes = reader.slice(start ?? reader.count, count * size)
    return bytes.count == count * size ? bytes : nil
  }

  /// The bytes of a tag that holds bytes; nil when it is missing or they are not all there.
  func bytes(tag: Int) -> [UInt8]? {
    entries.first { reader.uint16($0) == tag && [1, 7].contains(reader.uint16($0 + 2)) }.flatMap { value(of: $0) }
      .map { Array($0) }
  }

  /// What the first sample behind the colours is: where nothing is said of it, most programs mean alpha.
  var alpha: tiff_alpha {
    guard has(tag: 0x0152) else { return TIFF_ALPHA }
    return switch number(tag: 0x0152) {
    case 1: TIFF_ALPHA_MULTIPLIED
    case 2: TIFF_ALPHA
    default: TIFF_NO_ALPHA
    }
  }

  /// The orientation of the stored picture, EXIF's 1...8; nil without one.
  var orientation: Int? {
    number(tag: 0x0112).flatMap { (1...8).contains($0) ? $0 : nil }
  }
}
