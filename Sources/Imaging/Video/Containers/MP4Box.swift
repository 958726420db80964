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
    type = String(bytes.dropFirst(4).prefix(4).map { Character(Unicode.Scalar($0)) })
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
}

/// A box in memory with the boxes inside it, to be looked into, changed and written again.
struct MP4Tree {
  let type: String
  /// What stands in a box that has no boxes inside, or none that matter here.
  var content: [UInt8]
  var children: [MP4Tree]

  /// The boxes on the way from `moov` to the tables of a track.
  private static let branches: Set<String> = ["moov", "trak", "edts", "mdia", "minf", "stbl"]

  init(type: String, content: [UInt8] = [], children: [MP4Tree] = []) {
    self.type = type
    self.content = content
    self.children = children
  }

  /// The `moov` box of a file; nil when there is none, or it is not whole.
  init?(movieOf file: SeekableFile) {
    let box = MP4Box.list(in: file).first { $0.type == "moov" }
    guard let box, box.end <= file.size, box.size < 1 << 30,
      let tree = Self.list(in: file.read(box.size, at: box.start)[...], depth: 0).first
    else { return nil }
    self = tree
  }

  /// The boxes that follow each other in bytes, as far as they are whole.
  private static func list(in bytes: ArraySlice<UInt8>, depth: Int) -> [MP4Tree] {
    var found: [MP4Tree] = []
    var rest = bytes
    while let box = MP4Box(rest.prefix(16), position: rest.startIndex, limit: bytes.endIndex), box.end <= bytes.endIndex
    {
      let content = bytes[box.content..<box.end]
      found.append(
        branches.contains(box.type) && depth < branches.count
          ? MP4Tree(type: box.type, children: list(in: content, depth: depth + 1))
          : MP4Tree(type: box.type, content: Array(content)))
      rest = bytes[box.end...]
    }
    return found
  }

  var bytes: [UInt8] {
    let inside = content + children.flatMap(\.bytes)
    return Self.uint32(inside.count + 8) + Array(type.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) })
      + inside
  }

  /// The first box of a type inside this one.
  subscript(type: String) -> MP4Tree? {
    get { children.first { $0.type == type } }
    set {
      let place = children.firstIndex { $0.type == type }
      switch (place, newValue) {
      case (let place?, let box?): children[place] = box
      case (let place?, nil): children.remove(at: place)
      case (nil, let box?): children.append(box)
      case (nil, nil): break
      }
    }
  }

  /// What a track is of: "vide", "soun" ...
  var handler: String? {
    guard let box = self["mdia"]?["hdlr"], box.content.count >= 12 else { return nil }
    return String(decoding: box.content[8..<12], as: UTF8.self)
  }

  /// Where the first track of pictures is among the children of `moov`.
  var pictureTrack: Int? { children.firstIndex { $0.type == "trak" && $0.handler == "vide" } }

  /// A number of four bytes in the content; nil outside.
  func uint32(_ offset: Int) -> Int? { ByteReader(content[...], bigEndian: true).uint32(offset) }

  /// Puts a number of four bytes, or of two, over what stands in the content; nothing outside.
  mutating func put32(_ value: Int, at offset: Int) { put(Self.uint32(value), at: offset) }
  mutating func put16(_ value: Int, at offset: Int) { put(Array(Self.uint32(value).suffix(2)), at: offset) }

  private mutating func put(_ bytes: [UInt8], at offset: Int) {
    guard offset >= 0, offset + bytes.count <= content.count else { return }
    content.replaceSubrange(offset..<offset + bytes.count, with: bytes)
  }

  static func uint32(_ value: Int) -> [UInt8] {
    withUnsafeBytes(of: UInt32(truncatingIfNeeded: value).bigEndian) { Array($0) }
  }
}
