/// Where coded video holds its width and height.
///
/// OpenCV writes even sizes only: it cuts the last column or row off. `VideoFileSink` therefore makes a picture of odd
/// size even by repeating them, and puts the size in the coded video right afterwards: the codecs here code whole blocks
/// of 16 pixels anyway and cut off what is over, so that every pixel stays as it was coded.
enum FrameSizeField {
  case mpeg4, jpeg, vp8

  /// Nil for codecs whose place is not known here.
  init?(_ codec: VideoCodec) {
    switch codec.fourcc {
    case "mp4v", "XVID": self = .mpeg4
    case "MJPG": self = .jpeg
    case "VP80": self = .vp8
    default: return nil
    }
  }

  /// How many bytes at the beginning of a frame may hold the size.
  static let headLength = 2048

  /// Puts a size over the one in a frame's first bytes, or in a codec's header.
  /// - Returns: false when there is none in them, as in most frames.
  func put(width: Int, height: Int, into bytes: inout [UInt8]) -> Bool {
    switch self {
    case .mpeg4: Self.putMPEG4(width, height, &bytes)
    case .jpeg: Self.putJPEG(width, height, &bytes)
    case .vp8: Self.putVP8(width, height, &bytes)
    }
  }

  /// The header of a video object layer (ISO/IEC 14496-2, 6.2.3).
  private static func putMPEG4(_ width: Int, _ height: Int, _ bytes: inout [UInt8]) -> Bool {
    guard
      let start = bytes.indices.dropLast(3).first(where: { place in
        bytes[place] == 0 && bytes[place + 1] == 0 && bytes[place + 2] == 1 && (0x20...0x2F).contains(bytes[place + 3])
      })
    else { return false }
    var bits = BitField(position: (start + 4) * 8)
    bits.skip(9)  // random access, kind of object
    if bits.read(1, in: bytes) == 1 { bits.skip(7) }  // version, priority
    if bits.read(4, in: bytes) == 15 { bits.skip(16) }  // shape of a pixel
    if bits.read(1, in: bytes) == 1 {
      bits.skip(3)  // colour format, low delay
      if bits.read(1, in: bytes) == 1 { bits.skip(79) }  // buffer
    }
    guard bits.read(2, in: bytes) == 0 else { return false }  // rectangular
    bits.skip(1 + 16 + 1)  // units of time
    guard bits.read(1, in: bytes) == 0, bits.read(1, in: bytes) == 1 else { return false }  // rate not fixed, marker
    bits.write(width, 13, into: &bytes)
    guard bits.read(1, in: bytes) == 1 else { return false }
    bits.write(height, 13, into: &bytes)
    return true
  }

  /// The frame header of a baseline JPEG.
  private static func putJPEG(_ width: Int, _ height: Int, _ bytes: inout [UInt8]) -> Bool {
    var offset = 2
    while offset + 9 <= bytes.count, bytes[offset] == 0xFF {
      if bytes[offset + 1] == 0xC0 {
        bytes.replaceSubrange(
          offset + 5..<offset + 9, with: [height >> 8, height, width >> 8, width].map { UInt8(truncatingIfNeeded: $0) })
        return true
      }
      offset += 2 + Int(bytes[offset + 2]) << 8 + Int(bytes[offset + 3])
    }
    return false
  }

  /// The head of a key frame (RFC 6386, 9.1): the two upper bits of each number scale the picture.
  private static func putVP8(_ width: Int, _ height: Int, _ bytes: inout [UInt8]) -> Bool {
    guard bytes.count >= 10, bytes[0] & 1 == 0, bytes[3...5].elementsEqual([0x9D, 0x01, 0x2A]) else { return false }
    for (offset, value) in [(6, width), (8, height)] {
      bytes[offset] = UInt8(value & 0xFF)
      bytes[offset + 1] = bytes[offset + 1] & 0xC0 | UInt8(value >> 8 & 0x3F)
    }
    return true
  }
}
