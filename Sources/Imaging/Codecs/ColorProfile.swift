import CZlib

/// The colour profile (ICC.1:2010) of a picture file, which says what its numbers mean: taken out of one file and put into another,
/// as pixels are not changed on the way. Only profiles of RGB pictures are; through others pictures are converted (`ForeignProfile`).
package struct ColorProfile: Hashable, Sendable {
  package let bytes: [UInt8]

  /// The bytes of the profile that a file has, of whatever pictures.
  static func bytes(of file: [UInt8], _ format: PictureFormat) -> [UInt8]? {
    switch format {
    case .jpeg: inJPEG(file)
    case .png: inPNG(file)
    case .webp: inWebP(file)
    case .tiff: TIFFDirectory(file[...])?.bytes(tag: tiffTag)
    case .bmp, .heic, .avif, .jpegXL, .jpeg2000, .pnm, .sunRaster: nil
    }
  }

  /// - Parameter bytes: the head has 128 bytes; the colour space stands at 16.
  package init?(bytes: [UInt8]) {
    guard bytes.count >= 128, bytes.count <= Self.greatestSize, bytes[16..<20].elementsEqual("RGB ".utf8) else {
      return nil
    }
    self.bytes = bytes
  }

  /// In bytes; none that people have is larger.
  private static let greatestSize = 16 << 20
  private static let tiffTag = 0x8773
  private static let jpegMark = Array("ICC_PROFILE\0".utf8)
  /// The bytes that fit into a segment of a JPEG behind its length, the mark and the two numbers.
  private static let jpegPart = 65_535 - 2 - 14

  /// An encoded picture with the profile in it; nil where its format, by file extension, cannot hold one.
  package func embedded(in file: [UInt8], as fileExtension: String) -> [UInt8]? {
    switch fileExtension.lowercased() {
    case "jpg", "jpeg", "jpe": inserted(intoJPEG: file)
    case "png": inserted(intoPNG: file)
    case "webp": PictureInsertion.inserted("ICCP", bytes, intoWebP: file, flag: 0x20, isLast: false)
    case "tif", "tiff":
      PictureInsertion.inserted(
        [TIFFEntry(tag: Self.tiffTag, type: 7, count: bytes.count, value: bytes)], intoTIFF: file)
    default: nil
    }
  }
}

/// JPEG: segments APP2, numbered from 1.
extension ColorProfile {
  private static func inJPEG(_ file: [UInt8]) -> [UInt8]? {
    var parts: [Int: ArraySlice<UInt8>] = [:]
    let reader = ByteReader(file[...], bigEndian: true)
    var position = 2
    while reader.uint8(position) == 0xFF, let code = reader.uint8(position + 1), code != 0xDA, code != 0xD9,
      let length = reader.uint16(position + 2), length >= 2
    {
      if code == 0xE2, length >= 16, reader.slice(position + 4, jpegMark.count).elementsEqual(jpegMark),
        let number = reader.uint8(position + 16)
      {
        parts[number] = reader.slice(position + 18, length - 16)
      }
      position += 2 + length
    }
    guard !parts.isEmpty, Set(parts.keys) == Set(1...parts.count) else { return nil }
    return parts.sorted { $0.key < $1.key }.flatMap(\.value)
  }

  private func inserted(intoJPEG file: [UInt8]) -> [UInt8]? {
    let count = (bytes.count + Self.jpegPart - 1) / Self.jpegPart
    guard count <= 255 else { return nil }
    let segments = (0..<count).flatMap { index -> [UInt8] in
      let part = bytes[index * Self.jpegPart..<min((index + 1) * Self.jpegPart, bytes.count)]
      let length = PictureInsertion.number(part.count + 16, 2)
      return [0xFF, 0xE2] + length + Self.jpegMark + [UInt8(index + 1), UInt8(count)] + part
    }
    return PictureInsertion.inserted(segments, intoJPEG: file)
  }
}

/// PNG: the chunk iCCP, deflated, before the palette and the pixels.
extension ColorProfile {
  private static func inPNG(_ file: [UInt8]) -> [UInt8]? {
    let reader = ByteReader(file[...], bigEndian: true)
    var position = 8
    while let length = reader.uint32(position), !reader.has("IDAT", at: position + 4) {
      if reader.has("iCCP", at: position + 4) {
        let data = reader.slice(position + 8, length)
        // A name, a zero, the method.
        guard let zero = data.firstIndex(of: 0), zero + 2 <= data.endIndex else { return nil }
        return inflated(Array(data[(zero + 2)...]))
      }
      position += 12 + length
    }
    return nil
  }

  private func inserted(intoPNG file: [UInt8]) -> [UInt8]? {
    var size = compressBound(uLong(bytes.count))
    var deflated = [UInt8](repeating: 0, count: Int(size))
    guard compress(&deflated, &size, bytes, uLong(bytes.count)) == Z_OK else { return nil }
    let data = Array("ICC profile".utf8) + [0, 0] + deflated.prefix(Int(size))
    return PictureInsertion.inserted("iCCP", data, intoPNG: file)
  }

  /// The size is not known beforehand.
  private static func inflated(_ data: [UInt8]) -> [UInt8]? {
    var capacity = 1 << 16
    while capacity <= greatestSize {
      var (size, result) = (uLong(capacity), [UInt8](repeating: 0, count: capacity))
      switch uncompress(&result, &size, data, uLong(data.count)) {
      case Z_OK: return Array(result.prefix(Int(size)))
      case Z_BUF_ERROR: capacity *= 4
      default: return nil
      }
    }
    return nil
  }
}

/// WebP: the chunk ICCP.
extension ColorProfile {
  private static func inWebP(_ file: [UInt8]) -> [UInt8]? {
    let reader = ByteReader(file[...], bigEndian: false)
    var position = 12
    while let length = reader.uint32(position + 4) {
      if reader.has("ICCP", at: position) { return Array(reader.slice(position + 8, length)) }
      position += 8 + length + length % 2
    }
    return nil
  }
}
