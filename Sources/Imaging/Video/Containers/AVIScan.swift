/// A walk over the chunks of an AVI file, without reading what they hold.
enum AVIScan {
  /// A chunk of pictures.
  struct Chunk {
    /// Where its data begin, and how many bytes they are: none for a frame that is the one before once more.
    let data: Int
    let size: Int
  }

  /// - Parameter visit: called for every chunk of the first stream of pictures.
  static func walk(_ file: SeekableFile, visit: (Chunk) throws -> Void) rethrows {
    var offset = 0
    var streams = 0
    var picture: [UInt8]?
    while offset + 8 <= file.size {
      let reader = ByteReader(file.read(12, at: offset)[...], bigEndian: false)
      guard let size = reader.uint32(4) else { break }
      let content = offset + 8
      if reader.has("RIFF", at: 0) {
        offset = content + 4
        continue
      }
      if reader.has("LIST", at: 0) {
        // Into the lists of headers, of chunks and of records; over others.
        if ["hdrl", "strl", "movi", "rec "].contains(where: { reader.has($0, at: 8) }) {
          offset = content + 4
          continue
        }
      } else if reader.has("strh", at: 0) {
        if picture == nil, file.read(4, at: content).elementsEqual("vids".utf8) {
          picture = [UInt8(ascii: "0") + UInt8(streams / 10 % 10), UInt8(ascii: "0") + UInt8(streams % 10)]
        }
        streams += 1
      } else if let picture, reader.slice(0, 2).elementsEqual(picture),
        reader.has("dc", at: 2) || reader.has("db", at: 2)
      {
        try visit(Chunk(data: content, size: size))
      }
      offset = content + size + size % 2
    }
  }
}
