/// Bits of bytes one after the other, the highest first. Reading outside gives 0, writing there nothing.
struct BitField {
  var position = 0

  mutating func skip(_ count: Int) { position += count }

  mutating func read(_ count: Int, in bytes: [UInt8]) -> Int {
    defer { position += count }
    return (position..<position + count).reduce(0) { value, bit in
      let byte = bit / 8 < bytes.count ? bytes[bit / 8] : 0
      return value << 1 | Int(byte >> (7 - bit % 8) & 1)
    }
  }

  mutating func write(_ value: Int, _ count: Int, into bytes: inout [UInt8]) {
    for place in 0..<count where (position + place) / 8 < bytes.count {
      let mask = UInt8(1) << (7 - (position + place) % 8)
      let isSet = value >> (count - 1 - place) & 1 == 1
      bytes[(position + place) / 8] = bytes[(position + place) / 8] & ~mask | (isSet ? mask : 0)
    }
    position += count
  }
}
