/// The width and height, perhaps in whole blocks, that a packet of coded video names: only those packets do with which
/// decoding can begin.
struct CodedSize: Hashable {
  let width: Int
  let height: Int

  /// Nil when the packet names none, or the codec is not known here.
  /// - Parameter fourcc: OpenCV's letters or number for the codec; 0 where it has none.
  init?(packet: [UInt8], fourcc: Int) {
    let letters = String((0..<4).map { Character(Unicode.Scalar(UInt8(truncatingIfNeeded: fourcc >> (8 * $0)))) })
    // MPEG-TS has numbers instead: 1 and 2 for MPEG-1 and 2, 27 for H.264. "mpeg" may also be the beginning of "mpeg4".
    switch (letters.lowercased(), fourcc) {
    case ("h264", _), ("avc1", _), (_, 27): self.init(h264: packet)
    case ("hevc", _), ("hev1", _), ("hvc1", _): self.init(hevc: packet)
    case ("mpeg", _), ("mpg1", _), ("mpg2", _), (_, 1), (_, 2): self.init(mpeg: packet)
    case ("vp80", _), ("vp90", _), (_, 0): self.init(vp: packet)
    default: return nil
    }
  }

  private init?(_ width: Int, _ height: Int) {
    guard width > 0, height > 0 else { return nil }
    self.width = width
    self.height = height
  }

  /// The sequence parameter set of H.264 (7.3.2.1.1).
  private init?(h264 packet: [UInt8]) {
    guard let unit = Self.unit(in: packet, where: { $0 & 0x9F == 7 }) else { return nil }
    var bits = BitField(position: 8)
    let profile = bits.read(8, in: unit)
    bits.skip(16)
    _ = bits.readGolomb(in: unit)
    if [100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135].contains(profile) {
      let color = bits.readGolomb(in: unit)
      if color == 3 { bits.skip(1) }
      _ = bits.readGolomb(in: unit)
      _ = bits.readGolomb(in: unit)
      bits.skip(1)
      // Scaling lists before the size: seldom, and long.
      guard bits.read(1, in: unit) == 0 else { return nil }
    }
    _ = bits.readGolomb(in: unit)
    switch bits.readGolomb(in: unit) {
    case 0: _ = bits.readGolomb(in: unit)
    case 1:
      bits.skip(1)
      _ = bits.readGolomb(in: unit)
      _ = bits.readGolomb(in: unit)
      for _ in 0..<min(bits.readGolomb(in: unit), 255) { _ = bits.readGolomb(in: unit) }
    default: break
    }
    _ = bits.readGolomb(in: unit)
    bits.skip(1)
    let (columns, rows) = (bits.readGolomb(in: unit) + 1, bits.readGolomb(in: unit) + 1)
    self.init(columns * 16, rows * 16 * (2 - bits.read(1, in: unit)))
  }

  /// The sequence parameter set of H.265 (7.3.2.2.1).
  private init?(hevc packet: [UInt8]) {
    guard let unit = Self.unit(in: packet, where: { $0 >> 1 == 33 }) else { return nil }
    var bits = BitField(position: 16 + 4)
    let layers = bits.read(3, in: unit)
    bits.skip(1 + 88 + 8)
    let present = (0..<layers).map { _ in (bits.read(1, in: unit), bits.read(1, in: unit)) }
    if layers > 0 { bits.skip(2 * (8 - layers)) }
    for (profile, level) in present { bits.skip(88 * profile + 8 * level) }
    _ = bits.readGolomb(in: unit)
    if bits.readGolomb(in: unit) == 3 { bits.skip(1) }
    let width = bits.readGolomb(in: unit)
    self.init(width, bits.readGolomb(in: unit))
  }

  /// The sequence header of MPEG-1 and 2 (ISO/IEC 13818-2, 6.2.2.1).
  private init?(mpeg packet: [UInt8]) {
    // MPEG-4 has the same code for something else, and pictures with a code of their own.
    guard Self.unit(in: packet, where: { $0 == 0xB6 }) == nil,
      let unit = Self.unit(in: packet, where: { $0 == 0xB3 })
    else { return nil }
    var bits = BitField(position: 8)
    let width = bits.read(12, in: unit)
    self.init(width, bits.read(12, in: unit))
  }

  /// A key frame of VP8 (RFC 6386, 9.1) or of VP9 (its bitstream specification, 6.2, profiles 0 and 2).
  private init?(vp packet: [UInt8]) {
    guard packet.count >= 12 else { return nil }
    if packet[0] & 1 == 0, packet[3...5].elementsEqual([0x9D, 0x01, 0x2A]) {
      self.init(Int(packet[7] & 0x3F) << 8 | Int(packet[6]), Int(packet[9] & 0x3F) << 8 | Int(packet[8]))
      return
    }
    // Two bits of mark, two of profile, whether an old frame is shown, and 0 for a key frame.
    guard packet[0] & 0b1101_1100 == 0b1000_0000, packet[1...3].elementsEqual([0x49, 0x83, 0x42]) else { return nil }
    var bits = BitField(position: 32 + (packet[0] & 0b10_0000 == 0 ? 0 : 1))
    // All colour spaces but RGB have one more bit.
    guard bits.read(3, in: packet) != 7 else { return nil }
    bits.skip(1)
    let width = bits.read(16, in: packet) + 1
    self.init(width, bits.read(16, in: packet) + 1)
  }

  /// What follows the first start code 0 0 1 with a fitting byte behind it, up to 128 bytes, without the bytes that keep
  /// start codes from appearing inside.
  private static func unit(in packet: [UInt8], where fits: (UInt8) -> Bool) -> [UInt8]? {
    for place in packet.indices.dropLast(3)
    where packet[place] == 0 && packet[place + 1] == 0 && packet[place + 2] == 1 && fits(packet[place + 3]) {
      var unit: [UInt8] = []
      var zeros = 0
      for byte in packet[(place + 3)...].prefix(128) {
        if zeros >= 2, byte == 3 {
          zeros = 0
          continue
        }
        zeros = byte == 0 ? zeros + 1 : 0
        unit.append(byte)
      }
      return unit
    }
    return nil
  }
}
