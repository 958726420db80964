/// The chunks of a PNG file: a length (big end first), a name, the data, a checksum.
struct PNGStructure {
  /// Whether the end chunk was reached.
  private(set) var isComplete = false
  /// More than one where it moves (APNG).
  private(set) var pictures = 1
  private(set) var exif: ArraySlice<UInt8>?
  /// The gray, 0...1, that stands for what is transparent, in pictures without colour and alpha.
  private(set) var transparentGray: Double?

  init(_ bytes: [UInt8]) {
    let reader = ByteReader(bytes[...], bigEndian: true)
    var position = 8
    while let length = reader.uint32(position), position + 12 + length <= reader.count {
      if exif == nil, reader.has("eXIf", at: position + 4) { exif = reader.slice(position + 8, length) }
      if reader.has("tRNS", at: position + 4), reader.uint8(25) == 0, let bits = reader.uint8(24),
        (1...16).contains(bits),
        let value = reader.uint16(position + 8)
      {
        transparentGray = Double(value) / Double(1 << bits - 1)
      }
      if reader.has("acTL", at: position + 4), let count = reader.uint32(position + 8) { pictures = max(1, count) }
      if reader.has("IEND", at: position + 4) {
        isComplete = true
        return
      }
      position += 12 + length
    }
  }
}

/// The chunks of a WebP file: RIFF, so a name, a length (little end first) and the data, filled to an even length.
struct WebPStructure {
  /// Whether the file is as long as it says.
  private(set) var isComplete = false
  /// Of one that moves.
  private var frames = 0
  private(set) var exif: ArraySlice<UInt8>?

  init(_ bytes: [UInt8]) {
    let reader = ByteReader(bytes[...], bigEndian: false)
    guard let size = reader.uint32(4) else { return }
    isComplete = size + 8 <= reader.count
    var position = 12
    while let length = reader.uint32(position + 4) {
      if exif == nil, reader.has("EXIF", at: position) { exif = reader.slice(position + 8, length) }
      if reader.has("ANMF", at: position) { frames += 1 }
      position += 8 + length + length % 2
    }
  }

  var pictures: Int { max(1, frames) }

  /// The first frame of a file that moves, as a file that does not; nil where that frame does not fill the picture.
  static func firstFrame(of bytes: [UInt8]) -> [UInt8]? {
    let reader = ByteReader(bytes[...], bigEndian: false)
    guard let size = PictureFormat.webp.size(bytes) else { return nil }
    var position = 12
    while let length = reader.uint32(position + 4), !reader.has("ANMF", at: position) {
      position += 8 + length + length % 2
    }
    // Left and upper end, width and height less one, duration, flags; then the frame's own chunks.
    let frame = reader.slice(position + 8, reader.uint32(position + 4) ?? 0)
    let head = Array(frame.prefix(16))
    func number(_ at: Int) -> Int { Int(head[at]) | Int(head[at + 1]) << 8 | Int(head[at + 2]) << 16 }
    guard head.count == 16, number(0) == 0, number(3) == 0, (number(6) + 1, number(9) + 1) == size else { return nil }
    let chunks = frame.dropFirst(16)
    // Alpha apart from the colours is announced by the chunk VP8X.
    let announcement =
      chunks.starts(with: "ALPH".utf8)
      ? Array("VP8X".utf8) + PictureInsertion.number(10, 4, little: true) + [0x10, 0, 0, 0] + head[6..<12] : []
    let body = Array("WEBP".utf8) + announcement + chunks
    return Array("RIFF".utf8) + PictureInsertion.number(body.count, 4, little: true) + body
  }
}
