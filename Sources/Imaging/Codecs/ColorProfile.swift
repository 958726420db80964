import CZlib

/// The colour profile (ICC.1:2010) of a picture file, which says what its numbers mean: taken out of one file and put into another,
/// as pixels are not changed on the way. Only profiles of RGB pictures are; others do not fit what is decoded.
package struct ColorProfile: Hashable, Sendable {
  package let bytes: [UInt8]

  /// Nil where the file has none, or one of gray or CMYK pictures.
  init?(of file: [UInt8], _ format: PictureFormat) {
    let found =
      switch format {
      case .jpeg: Self.inJPEG(file)
      case .png: Self.inPNG(file)
      case .webp: Self.inWebP(file)
      case .tiff: TIFFDirectory(file[...])?.bytes(tag: Self.tiffTag)
      case .bmp, .heic, .avif, .jpeg2000, .pnm, .sunRaster: nil as [UInt8]?
      }
    guard let found else { return nil }
    self.init(bytes: found)
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
    case "webp": inserted(intoWebP: file)
    case "tif", "tiff": inserted(intoTIFF: file)
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

  /// Behind the first segment, which is JFIF's.
  private func inserted(intoJPEG file: [UInt8]) -> [UInt8]? {
    let reader = ByteReader(file[...], bigEndian: true)
    let head = reader.uint16(2) == 0xFFE0 ? 4 + (reader.uint16(4) ?? 0) : 2
    let count = (bytes.count + Self.jpegPart - 1) / Self.jpegPart
    guard count <= 255, head <= file.count else { return nil }
    let segments = (0..<count).flatMap { index -> [UInt8] in
      let part = bytes[index * Self.jpegPart..<min((index + 1) * Self.jpegPart, bytes.count)]
      return [0xFF, 0xE2] + Self.number(part.count + 16, 2) + Self.jpegMark + [UInt8(index + 1), UInt8(count)] + part
    }
    return file[..<head] + segments + file[head...]
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
    let chunk = Array("iCCPICC profile".utf8) + [0, 0] + deflated.prefix(Int(size))
    let sum = crc32(0, chunk, uInt(chunk.count))
    // Behind the signature and the chunk IHDR.
    let head = 33
    guard file.count > head else { return nil }
    return file[..<head] + Self.number(chunk.count - 4, 4) + chunk + Self.number(Int(sum), 4) + file[head...]
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

/// WebP: the chunk ICCP, behind the chunk VP8X, which says that it is there.
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

  private func inserted(intoWebP file: [UInt8]) -> [UInt8]? {
    let reader = ByteReader(file[...], bigEndian: false)
    let isExtended = reader.has("VP8X", at: 12)
    guard let (width, height) = PictureFormat.webp.size(file), file.count > 30 else { return nil }
    // The bits 0x20: a profile, 0x10: alpha.
    let hasAlpha = reader.has("VP8L", at: 12) && (reader.uint32(21) ?? 0) >> 28 & 1 == 1
    let flags = isExtended ? file[20] | 0x20 : hasAlpha ? 0x30 : 0x20
    let head =
      Array("VP8X".utf8) + Self.number(10, 4, little: true) + [flags, 0, 0, 0] + Self.number(width - 1, 3, little: true)
      + Self.number(height - 1, 3, little: true)
    let profile =
      Array("ICCP".utf8) + Self.number(bytes.count, 4, little: true) + bytes + (bytes.count % 2 == 1 ? [0] : [])
    let body = Array("WEBP".utf8) + head + profile + file[(isExtended ? 30 : 12)...]
    return Array("RIFF".utf8) + Self.number(body.count, 4, little: true) + body
  }
}

/// TIFF: a tag of the first directory, which is written anew at the end, as its entries are sorted.
extension ColorProfile {
  private func inserted(intoTIFF file: [UInt8]) -> [UInt8]? {
    let isLittle = file.starts(with: "II".utf8)
    let reader = ByteReader(file[...], bigEndian: !isLittle)
    guard reader.uint16(2) == 42, let start = reader.uint32(4), let count = reader.uint16(start),
      start + 2 + 12 * count + 4 <= file.count
    else { return nil }
    func number(_ value: Int, _ bytes: Int) -> [UInt8] { Self.number(value, bytes, little: isLittle) }
    var result = file + (file.count % 2 == 1 ? [0] : [])
    let place = result.count
    result += bytes + (bytes.count % 2 == 1 ? [0] : [])
    let directory = result.count
    guard directory < Int(UInt32.max) else { return nil }
    var entries = (0..<count).map { Array(file[(start + 2 + 12 * $0)..<(start + 14 + 12 * $0)]) }
    entries.append(number(Self.tiffTag, 2) + number(7, 2) + number(bytes.count, 4) + number(place, 4))
    entries.sort { one, other in
      func tag(_ entry: [UInt8]) -> Int { ByteReader(entry[...], bigEndian: !isLittle).uint16(0) ?? 0 }
      return tag(one) < tag(other)
    }
    let next = file[(start + 2 + 12 * count)..<(start + 6 + 12 * count)]
    result += number(entries.count, 2) + entries.joined() + next
    result.replaceSubrange(4..<8, with: number(directory, 4))
    return result
  }

  static func number(_ value: Int, _ count: Int, little: Bool = false) -> [UInt8] {
    let bytes = (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    return little ? bytes : bytes.reversed()
  }
}
