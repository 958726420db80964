/// The formats of pictures that are read, known by a file's first bytes; other files do not reach a decoder.
enum PictureFormat: String {
  case jpeg = "JPEG"
  case png = "PNG"
  case webp = "WebP"
  case bmp = "BMP"
  case tiff = "TIFF"
  case heic = "HEIC"
  case avif = "AVIF"
  case jpegXL = "JPEG XL"
  case jpeg2000 = "JPEG 2000"
  case pnm = "PNM"
  case sunRaster = "Sun raster"

  init?(_ bytes: [UInt8]) {
    let reader = ByteReader(bytes[...], bigEndian: true)
    let (first, second) = (reader.uint32(0), reader.uint32(4))
    if reader.uint16(0) == 0xFFD8, reader.uint8(2) == 0xFF {
      self = .jpeg
    } else if first == 0x8950_4E47, second == 0x0D0A_1A0A {
      self = .png
    } else if reader.has("RIFF", at: 0), reader.has("WEBP", at: 8) {
      self = .webp
    } else if reader.has("BM", at: 0) {
      self = .bmp
    } else if [0x4949_2A00, 0x4D4D_002A, 0x4949_2B00, 0x4D4D_002B].contains(first) {
      self = .tiff
    } else if first == 12 && second == 0x6A50_2020 || first == 0xFF4F_FF51 {
      self = .jpeg2000
    } else if reader.uint16(0) == 0xFF0A || first == 12 && second == 0x4A58_4C20 {
      self = .jpegXL
    } else if reader.has("P", at: 0), let kind = reader.uint8(1),
      (UInt8(ascii: "1")...UInt8(ascii: "6")).contains(UInt8(kind)),
      let space = reader.uint8(2), space <= 32 || space == UInt8(ascii: "#")
    {
      self = .pnm
    } else if first == 0x59A6_6A95 {
      self = .sunRaster
    } else if let brand = Self.brand(reader), let format = Self.brands[brand] {
      self = format
    } else {
      return nil
    }
  }

  /// The brands of HEIF files (ISO/IEC 23008-12); videos have others.
  private static let brands: [String: Self] = [
    "heic": .heic, "heix": .heic, "heim": .heic, "heis": .heic, "hevc": .heic, "hevx": .heic, "mif1": .heic,
    "msf1": .heic, "avif": .avif, "avis": .avif,
  ]

  private static func brand(_ reader: ByteReader) -> String? {
    reader.has("ftyp", at: 4) ? String(decoding: reader.slice(8, 4), as: UTF8.self) : nil
  }

  /// Whether a HEIF file says that it moves.
  static func isSequence(_ bytes: [UInt8]) -> Bool {
    ["hevc", "hevx", "msf1", "avis"].contains(brand(ByteReader(bytes[...], bigEndian: true)))
  }

  /// Why a file is not read whose first bytes are those of another format that people have.
  static func refusal(_ bytes: [UInt8]) -> String? {
    foreign(bytes).map { "is a picture of the format \($0), which cannot be read; convert it to JPEG or PNG" }
  }

  private static func foreign(_ bytes: [UInt8]) -> String? {
    let reader = ByteReader(bytes[...], bigEndian: true)
    if let brand = brand(reader), brand == "crx " { return "Canon raw" }
    return signatures.first { reader.slice(0, $0.start.count).elementsEqual($0.start) }?.name
  }

  private static let signatures: [(start: [UInt8], name: String)] = [
    ([0x76, 0x2F, 0x31, 0x01], "OpenEXR"),
    (Array("8BPS".utf8), "Photoshop"), (Array("#?RADIANCE".utf8), "Radiance HDR"),
    (Array("#?RGBE".utf8), "Radiance HDR"),
    ([0, 0, 1, 0], "ICO"), (Array("icns".utf8), "ICNS"), (Array("P7\n".utf8), "PAM"), (Array("PF\n".utf8), "PFM"),
    (Array("Pf\n".utf8), "PFM"), (Array("qoif".utf8), "QOI"), (Array("gimp xcf".utf8), "GIMP"),
    (Array("DDS ".utf8), "DDS"),
    (Array("BPG".utf8) + [0xFB], "BPG"), (Array("FLIF".utf8), "FLIF"), ([0x49, 0x49, 0xBC, 0x01], "JPEG XR"),
    (Array("FUJIFILMCCD-RAW".utf8), "Fujifilm raw"), (Array("IIRO".utf8), "Olympus raw"),
    (Array("IIRS".utf8), "Olympus raw"), (Array("IIU".utf8) + [0], "Panasonic raw"), (Array("FOVb".utf8), "Sigma raw"),
    ([0] + Array("MRM".utf8), "Minolta raw"),
  ]

  /// The number of pixels by the file's header; nil where it is not found.
  func pixels(_ bytes: [UInt8]) -> Int? {
    guard let (width, height) = size(bytes), width >= 0, height >= 0 else { return nil }
    let (count, overflow) = width.multipliedReportingOverflow(by: height)
    return overflow ? .max : count
  }

  func size(_ bytes: [UInt8]) -> (Int, Int)? {
    var reader = ByteReader(bytes[...], bigEndian: true)
    func pair(_ width: Int?, _ height: Int?) -> (Int, Int)? {
      if let width, let height { (width, height) } else { nil }
    }
    switch self {
    case .jpeg: return JPEGStructure.size(bytes)
    case .png: return pair(reader.uint32(16), reader.uint32(20))
    case .webp:
      reader.bigEndian = false
      func number24(_ offset: Int) -> Int? {
        if let low = reader.uint16(offset), let high = reader.uint8(offset + 2) { low | high << 16 } else { nil }
      }
      if reader.has("VP8X", at: 12) { return pair(number24(24).map { $0 + 1 }, number24(27).map { $0 + 1 }) }
      if reader.has("VP8L", at: 12) {
        return reader.uint32(21).map { (($0 & 0x3FFF) + 1, (($0 >> 14) & 0x3FFF) + 1) }
      }
      return pair(reader.uint16(26).map { $0 & 0x3FFF }, reader.uint16(28).map { $0 & 0x3FFF })
    case .bmp:
      reader.bigEndian = false
      // The first version has 16 bits for each; from the top down the height is negative.
      if reader.uint32(14) == 12 { return pair(reader.uint16(18), reader.uint16(20)) }
      func signed(_ offset: Int) -> Int? { reader.uint32(offset).map { Int(Int32(truncatingIfNeeded: $0).magnitude) } }
      return pair(signed(18), signed(22))
    case .tiff:
      guard let directory = TIFFDirectory(bytes[...]) else { return nil }
      return pair(directory.number(tag: 0x0100), directory.number(tag: 0x0101))
    case .jpeg2000:
      // The size marker of the coded picture, wherever its box begins.
      let start = bytes.withUnsafeBufferPointer { bytes in
        (0..<max(0, min(bytes.count, 1 << 16) - 3)).first {
          bytes[$0] == 0xFF && bytes[$0 + 1] == 0x4F && bytes[$0 + 2] == 0xFF && bytes[$0 + 3] == 0x51
        }
      }
      return start.flatMap { pair(reader.uint32($0 + 8), reader.uint32($0 + 12)) }
    case .pnm:
      let numbers = Self.pnmNumbers(bytes, count: 2)
      return numbers.count == 2 ? (numbers[0], numbers[1]) : nil
    case .sunRaster: return pair(reader.uint32(4), reader.uint32(8))
    // libheif and libjxl tell.
    case .heic, .avif, .jpegXL: return nil
    }
  }

  /// The value that stands for white in gray and coloured pictures of bytes; nil for others.
  static func whiteOfPNM(_ bytes: [UInt8]) -> Int? {
    let reader = ByteReader(bytes[...], bigEndian: true)
    guard reader.has("P5", at: 0) || reader.has("P6", at: 0) else { return nil }
    let numbers = pnmNumbers(bytes, count: 3)
    return numbers.count == 3 ? numbers[2] : nil
  }

  /// The pictures of bytes that follow one another in a file of one kind and size, at most 65,535.
  static func picturesOfPNM(_ bytes: [UInt8]) -> Int {
    let reader = ByteReader(bytes[...], bigEndian: true)
    guard let channels = reader.has("P5", at: 0) ? 1 : reader.has("P6", at: 0) ? 3 : nil else { return 1 }
    var end = 0
    let numbers = pnmNumbers(bytes, count: 3, end: &end)
    guard numbers.count == 3 else { return 1 }
    let (values, overflow) = numbers[0].multipliedReportingOverflow(by: numbers[1])
    guard !overflow, values < bytes.count else { return 1 }
    let size = end + values * channels * (numbers[2] > 255 ? 2 : 1)
    var count = 1
    while count < 65_535, reader.slice(size * count, 2).elementsEqual(bytes.prefix(2)) { count += 1 }
    return count
  }

  private static func pnmNumbers(_ bytes: [UInt8], count: Int) -> [Int] {
    var end = 0
    return pnmNumbers(bytes, count: count, end: &end)
  }

  /// The first numbers behind the magic one, comments passed over.
  /// - Parameter end: then of the byte behind the last number and the space that ends it.
  private static func pnmNumbers(_ bytes: [UInt8], count: Int, end: inout Int) -> [Int] {
    var (numbers, digits, isComment): ([Int], Int?, Bool) = ([], nil, false)
    for (index, byte) in bytes.enumerated().dropFirst(2).prefix(4096) {
      if isComment || byte == UInt8(ascii: "#") {
        isComment = byte != 10 && byte != 13
      } else if (48...57).contains(byte) {
        digits = min((digits ?? 0) * 10 + Int(byte - 48), 1 << 40)
        continue
      }
      if let value = digits { numbers.append(value) }
      digits = nil
      end = index + 1
      if numbers.count == count { return numbers }
    }
    return numbers
  }
}
