/// Puts the true size of the frames into a finished file whose frames were made even for OpenCV.
struct FrameSizePatch {
  let field: FrameSizeField
  let width: Int
  let height: Int

  /// - Returns: false when the file is not as expected.
  func apply(to file: SeekableFile, fileExtension: String) throws -> Bool {
    switch fileExtension {
    case "avi": try applyToAVI(file)
    case "mkv", "webm": try applyToMatroska(file)
    default: false
    }
  }

  /// In the `moov` box of an MP4 file.
  func apply(to movie: inout MP4Tree) -> Bool {
    guard let place = movie.pictureTrack, var tables = movie.children[place]["mdia"]?["minf"]?["stbl"],
      var description = tables["stsd"], field.put(width: width, height: height, into: &description.content)
    else { return false }
    // The size of the first sample entry, and of the track in 16.16.
    description.put16(width, at: 40)
    description.put16(height, at: 42)
    tables["stsd"] = description
    movie.children[place]["mdia"]?["minf"]?["stbl"] = tables
    guard let header = movie.children[place]["tkhd"], header.content.first == 0 else { return false }
    movie.children[place]["tkhd"]?.put32(width << 16, at: 76)
    movie.children[place]["tkhd"]?.put32(height << 16, at: 80)
    return true
  }

  /// In the frames that hold a size.
  private func put(at offset: Int, size: Int, in file: SeekableFile) throws -> Bool {
    var head = file.read(min(size, FrameSizeField.headLength), at: offset)
    guard field.put(width: width, height: height, into: &head) else { return false }
    try file.write(head, at: offset)
    return true
  }

  private func applyToAVI(_ file: SeekableFile) throws -> Bool {
    var found = false
    try AVIScan.walk(file) { chunk in
      if try put(at: chunk.data, size: chunk.size, in: file) { found = true }
    }
    // The header of the file, and that of the stream: a BITMAPINFOHEADER.
    let head = file.read(4096, at: 0)
    let reader = ByteReader(head[...], bigEndian: false)
    guard found, let main = (0..<head.count).first(where: { reader.has("avih", at: $0) }),
      let stream = (main..<head.count).first(where: { reader.has("strf", at: $0) })
    else { return false }
    let size = [width, height].flatMap { value in MP4Tree.uint32(value).reversed() }
    try file.write(size, at: main + 8 + 32)
    try file.write(size, at: stream + 8 + 4)
    return true
  }

  private func applyToMatroska(_ file: SeekableFile) throws -> Bool {
    var inFrames = false
    let scan = try MatroskaScan(file) { block in
      if try put(at: block.data, size: block.size, in: file) { inFrames = true }
    }
    let area = scan.tracksContent
    var tracks = file.read(area.count, at: area.lowerBound)
    let inHeader = field.put(width: width, height: height, into: &tracks)
    guard inFrames || inHeader else { return false }
    for entry in EBMLElement.list(in: tracks[...]) where entry.element.id == Matroska.trackEntry {
      for field in EBMLElement.list(in: entry.content) where field.element.id == Matroska.video {
        for part in EBMLElement.list(in: field.content) {
          switch part.element.id {
          case Matroska.pixelWidth, Matroska.displayWidth: Self.put(width, over: part.content.indices, in: &tracks)
          case Matroska.pixelHeight, Matroska.displayHeight: Self.put(height, over: part.content.indices, in: &tracks)
          default: break
          }
        }
      }
    }
    try file.write(tracks, at: area.lowerBound)
    try MatroskaScan.renewChecksums(file)
    return true
  }

  private static func put(_ value: Int, over place: Range<Int>, in bytes: inout [UInt8]) {
    for (offset, index) in place.reversed().enumerated() {
      bytes[index] = UInt8(truncatingIfNeeded: value >> (8 * offset))
    }
  }
}
