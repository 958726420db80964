/// The 64-bit FNV-1a hash (Fowler, Noll and Vo): tells data apart, is no protection against forgery.
struct Fingerprint {
  private(set) var value: UInt64 = 0xcbf2_9ce4_8422_2325

  mutating func add(_ bytes: UnsafeRawBufferPointer) {
    var hash = value
    for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    value = hash
  }

  /// Adds the eight bytes of `number`, lowest first.
  mutating func add(_ number: UInt64) {
    withUnsafeBytes(of: number.littleEndian) { add($0) }
  }

  /// Adds the bytes of `text` and their number.
  mutating func add(_ text: String) {
    for byte in text.utf8 { value = (value ^ UInt64(byte)) &* 0x100_0000_01b3 }
    add(UInt64(text.utf8.count))
  }

  /// Adds the values bit by bit; every NaN counts as the same.
  mutating func add(_ values: [Float]) {
    for value in values { add(UInt64((value.isNaN ? Float.nan : value).bitPattern)) }
  }

  /// Sixteen hexadecimal digits.
  var text: String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
