/// The elements that matter here.
enum Matroska {
  static let segment = 0x1853_8067
  static let information = 0x1549_A966
  static let timestampScale = 0x2A_D7B1
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
  static let timestamp = 0xE7
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
  let seconds: Double
}

/// A walk over the elements of a Matroska file, without reading what they hold.
struct MatroskaScan {
  private(set) var tracks: [MatroskaTrack] = []
  /// Where the content of Tracks is.
  private(set) var tracksContent = 0..<0
  private(set) var isCutOff = false

  /// - Parameter visit: called for every block of the first track of pictures; without it, the walk ends before the
  ///   first of them.
  init(_ file: SeekableFile, visit: ((MatroskaBlock) throws -> Void)? = nil) rethrows {
    var offset = 0
    var unit = 1e-3
    var cluster = 0
    var picture: Int?
    var sawSegment = false
    while offset < file.size {
      let head = file.read(32, at: offset)
      guard let element = EBMLElement(head[...], position: offset) else { break }
      switch element.id {
      case Matroska.segment:
        sawSegment = true
        if let size = element.size, element.content + size > file.size { isCutOff = true }
        offset = element.content
        continue
      case Matroska.cluster, Matroska.blockGroup:
        guard visit != nil else { return }
        offset = element.content
        continue
      case Matroska.information, Matroska.tracks:
        let content = file.read(min(element.size ?? 0, 64 << 20), at: element.content)
        if element.id == Matroska.tracks {
          tracks = MatroskaTrack.list(in: content[...])
          tracksContent = element.content..<element.content + content.count
          picture = tracks.first { $0.kind == 1 }?.number
        } else if let scale = EBMLElement.list(in: content[...]).first(where: {
          $0.element.id == Matroska.timestampScale
        }) {
          unit = Double(Matroska.integer(scale.content)) * 1e-9
        }
      case Matroska.timestamp:
        cluster = Matroska.integer(file.read(min(element.size ?? 0, 8), at: element.content)[...])
      case Matroska.block, Matroska.simpleBlock:
        let start = head.dropFirst(element.content - offset)
        if let size = element.size, let track = EBMLElement.number(start), track.value == picture, picture != nil,
          let time = ByteReader(start, bigEndian: true).uint16(track.length), size > track.length + 3
        {
          let seconds = Double(cluster &+ Int(Int16(truncatingIfNeeded: time))) * unit
          let data = element.content + track.length + 3
          try visit?(MatroskaBlock(data: data, size: size - track.length - 3, seconds: seconds))
        }
      default: break
      }
      guard let size = element.size else { break }
      offset = element.content + size
    }
    if !sawSegment { isCutOff = true }
  }

  /// Seconds from the first frame to each, in the order they are shown; nil when there is none.
  static func frameTimes(_ file: SeekableFile) -> [Double]? {
    var times: [Double] = []
    _ = MatroskaScan(file) { times.append($0.seconds) }
    times.sort()
    guard let first = times.first else { return nil }
    return times.map { $0 - first }
  }
}
