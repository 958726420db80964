/// The elements that matter here.
enum Matroska {
  static let segment = 0x1853_8067
  static let tracks = 0x1654_AE6B
  static let trackEntry = 0xAE
  static let trackNumber = 0xD7
  static let trackType = 0x83
  static let video = 0xE0
  static let pixelWidth = 0xB0
  static let pixelHeight = 0xBA
  static let displayWidth = 0x54B0
  static let displayHeight = 0x54BA
  static let cluster = 0x1F43_B675
  static let blockGroup = 0xA0
  static let block = 0xA1
  static let simpleBlock = 0xA3

  /// The whole number that an element's content is.
  static func integer(_ content: ArraySlice<UInt8>) -> Int {
    content.suffix(8).reduce(0) { $0 << 8 | Int($1) }
  }
}

/// A track of a Matroska file.
struct MatroskaTrack {
  let number: Int
  /// 1 pictures, 2 sound.
  let kind: Int

  /// The tracks in the content of a Tracks element.
  static func list(in tracks: ArraySlice<UInt8>) -> [MatroskaTrack] {
    EBMLElement.list(in: tracks).filter { $0.element.id == Matroska.trackEntry }.compactMap { entry in
      let fields = EBMLElement.list(in: entry.content)
      guard let number = fields.first(where: { $0.element.id == Matroska.trackNumber }),
        let kind = fields.first(where: { $0.element.id == Matroska.trackType })
      else { return nil }
      return MatroskaTrack(number: Matroska.integer(number.content), kind: Matroska.integer(kind.content))
    }
  }
}

/// A block of a Matroska track: most hold one frame.
struct MatroskaBlock {
  /// Where its frame begins, and how many bytes it has.
  let data: Int
  let size: Int
}

/// A walk over the elements of a Matroska file, without reading what they hold.
struct MatroskaScan {
  /// Where the content of Tracks is.
  private(set) var tracksContent = 0..<0

  /// - Parameter visit: called for every block of the first track of pictures.
  init(_ file: SeekableFile, visit: (MatroskaBlock) throws -> Void) rethrows {
    var offset = 0
    var picture: Int?
    while offset < file.size {
      let head = file.read(32, at: offset)
      guard let element = EBMLElement(head[...], position: offset) else { break }
      switch element.id {
      case Matroska.segment, Matroska.cluster, Matroska.blockGroup:
        offset = element.content
        continue
      case Matroska.tracks:
        let content = file.read(min(element.size ?? 0, 64 << 20), at: element.content)
        tracksContent = element.content..<element.content + content.count
        picture = MatroskaTrack.list(in: content[...]).first { $0.kind == 1 }?.number
      case Matroska.block, Matroska.simpleBlock:
        let start = head.dropFirst(element.content - offset)
        if let size = element.size, let track = EBMLElement.number(start), track.value == picture, picture != nil,
          size > track.length + 3
        {
          let data = element.content + track.length + 3
          try visit(MatroskaBlock(data: data, size: size - track.length - 3))
        }
      default: break
      }
      guard let size = element.size else { break }
      offset = element.content + size
    }
  }
}
