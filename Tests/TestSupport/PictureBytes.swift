import Imaging

/// Bytes of picture files that the program itself would not write.
package enum PictureBytes {
  package enum PNGColor: UInt8 {
    case gray = 0
    case rgba = 6

    var channels: Int { self == .gray ? 1 : 4 }
  }

  /// A PNG without compression. `samples` are big-endian, row by row, `depth` 8 or 16 bit.
  package static func png(width: Int, height: Int, color: PNGColor, depth: Int, samples: [UInt8]) -> [UInt8] {
    let rowSize = width * color.channels * depth / 8
    var raw: [UInt8] = []
    for row in 0..<height {
      raw.append(0)
      raw += samples[row * rowSize..<(row + 1) * rowSize]
    }
    var stream: [UInt8] = [0x78, 0x01]
    var start = 0
    while start < raw.count {
      let end = min(start + 65535, raw.count)
      let (low, high) = (UInt8((end - start) & 0xFF), UInt8((end - start) >> 8))
      stream += [end == raw.count ? 1 : 0, low, high, ~low, ~high] + raw[start..<end]
      start = end
    }
    var (a, b) = (UInt32(1), UInt32(0))
    for byte in raw {
      a = (a + UInt32(byte)) % 65521
      b = (b + a) % 65521
    }
    stream += bytes(b << 16 | a)
    let header = bytes(UInt32(width)) + bytes(UInt32(height)) + [UInt8(depth), color.rawValue, 0, 0, 0]
    return [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
      + chunk("IHDR", header) + chunk("IDAT", stream) + chunk("IEND", [])
  }

  /// A gray picture as PNG of 16 bit, every value times 257.
  package static func png16(_ picture: GrayImage) -> [UInt8] {
    png(
      width: picture.width, height: picture.height, color: .gray, depth: 16,
      samples: picture.pixels.flatMap { [$0, $0] })
  }

  /// A gray picture as RGBA PNG whose alpha falls from 255 at the left to 100 at the right.
  package static func pngWithAlpha(_ picture: GrayImage) -> [UInt8] {
    let samples = picture.pixels.enumerated().flatMap { index, value in
      [value, value, value, UInt8(255 - 155 * (index % picture.width) / max(picture.width - 1, 1))]
    }
    return png(width: picture.width, height: picture.height, color: .rgba, depth: 8, samples: samples)
  }

  /// A JPEG with the EXIF orientation 1...8 that shows `picture` upright.
  package static func jpeg(_ picture: GrayImage, orientation: Int) throws -> [UInt8] {
    let stored = try Image(turned(picture, orientation: orientation)).encoded(as: "jpg")
    return TestSupport.jpeg(stored, withOrientation: UInt8(orientation))
  }

  /// A CMYK JPEG of 16x16 pixels, all of the middle value: four components, tables with a single code each.
  package static let cmykJPEG: [UInt8] = {
    let adobe: [UInt8] = [0xFF, 0xEE, 0, 14] + Array("Adobe".utf8) + [0, 100, 0, 0, 0, 0, 0]
    let quantization: [UInt8] = [0xFF, 0xDB, 0, 67, 0] + [UInt8](repeating: 1, count: 64)
    let frame: [UInt8] =
      [0xFF, 0xC0, 0, 20, 8, 0, 16, 0, 16, 4] + [1, 2, 3, 4].flatMap { [$0, 0x11, 0] as [UInt8] }
    let code: [UInt8] = [1] + [UInt8](repeating: 0, count: 15) + [0]
    let tables: [UInt8] = [0xFF, 0xC4, 0, 20, 0x00] + code + [0xFF, 0xC4, 0, 20, 0x10] + code
    let scan: [UInt8] = [0xFF, 0xDA, 0, 14, 4] + [1, 2, 3, 4].flatMap { [$0, 0] as [UInt8] } + [0, 63, 0]
    return [0xFF, 0xD8] + adobe + quantization + frame + tables + scan + [0, 0, 0, 0, 0xFF, 0xD9]
  }()

  /// What a camera held in another way would have stored.
  private static func turned(_ picture: GrayImage, orientation: Int) -> GrayImage {
    let (w, h) = (picture.width, picture.height)
    let swaps = orientation > 4
    let (width, height) = swaps ? (h, w) : (w, h)
    var pixels: [UInt8] = []
    pixels.reserveCapacity(width * height)
    for y in 0..<height {
      for x in 0..<width {
        let (u, v) =
          switch orientation {
          case 2: (w - 1 - x, y)
          case 3: (w - 1 - x, h - 1 - y)
          case 4: (x, h - 1 - y)
          case 5: (y, x)
          case 6: (w - 1 - y, x)
          case 7: (w - 1 - y, h - 1 - x)
          case 8: (y, h - 1 - x)
          default: (x, y)
          }
        pixels.append(picture.pixels[v * w + u])
      }
    }
    return GrayImage(width: width, height: height, pixels: pixels)
  }

  private static func chunk(_ type: String, _ content: [UInt8]) -> [UInt8] {
    let checked = Array(type.utf8) + content
    var crc: UInt32 = 0xFFFF_FFFF
    for byte in checked {
      crc ^= UInt32(byte)
      for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
    }
    return bytes(UInt32(content.count)) + checked + bytes(~crc)
  }

  private static func bytes(_ value: UInt32) -> [UInt8] {
    [UInt8(value >> 24), UInt8(value >> 16 & 0xFF), UInt8(value >> 8 & 0xFF), UInt8(value & 0xFF)]
  }
}
