/// A walk over the chunks of an AVI file, without reading what they hold.
struct AVIScan {
  /// The kinds of the streams: "vids", "auds" ...
  private(set) var kinds: [String] = []
  private(set) var isCutOff = false
  /// Frames a second of the first stream of pictures.
  private(set) var frameRate: Double?

  /// A chunk of pictures.
  struct Chunk {
    /// Where its data begin, and how many bytes they are: none for a frame that is the one before once more.
    let data: Int
    let size: Int
  }

  /// - Parameter visit: called for every chunk of the first stream of pictures; without it, the walk ends before the
  ///   first of them.
  init(_ file: SeekableFile, visit: ((Chunk) throws -> Void)? = nil) rethrows {
    var offset = 0
    var picture: [UInt8]?
    while offset + 8 <= file.size {
      let reader = ByteReader(file.read(12, at: offset)[...], bigEndian: false)
      guard let size = reader.uint32(4) else { break }
      let content = offset + 8
      if reader.has("RIFF", at: 0) {
        // A writer that was stopped leaves the size open.
        if size > 0, size < 0xFFFF_FFFF, content + size > file.size + 1 { isCutOff = true }
        offset = content + 4
        continue
      }
      if reader.has("LIST", at: 0) {
        if reader.has("movi", at: 8), visit == nil { return }
        // Into the lists of headers, of chunks and of records; over others.
        if ["hdrl", "strl", "movi", "rec "].contains(where: { reader.has($0, at: 8) }) {
          offset = content + 4
          continue
        }
      } else if reader.has("strh", at: 0) {
        readHeader(ByteReader(file.read(min(size, 64), at: content)[...], bigEndian: false))
        if picture == nil, kinds.last == "vids" {
          let number = kinds.count - 1
          picture = [UInt8(ascii: "0") + UInt8(number / 10 % 10), UInt8(ascii: "0") + UInt8(number % 10)]
        }
      } else if let picture, reader.slice(0, 2).elementsEqual(picture),
        reader.has("dc", at: 2) || reader.has("db", at: 2)
      {
        try visit?(Chunk(data: content, size: size))
      }
      offset = content + size + size % 2
    }
  }

  private mutating func readHeader(_ reader: ByteReader) {
    kinds.append(String(decoding: reader.slice(0, 4), as: UTF8.self))
    guard kinds.last == "vids", frameRate == nil, let scale = reader.uint32(20), let rate = reader.uint32(24), scale > 0
    else { return }
    frameRate = Double(rate) / Double(scale)
  }

  /// Seconds of each frame; nil when there is none.
  static func frameTimes(_ file: SeekableFile) -> [Double]? {
    var slots: [Int] = []
    var slot = 0
    let scan = AVIScan(file) { chunk in
      if chunk.size > 0 { slots.append(slot) }
      slot += 1
    }
    guard let rate = scan.frameRate, rate > 0, let first = slots.first else { return nil }
    return slots.map { Double($0 - first) / rate }
  }
}
