/// Writes the wire format of Protocol Buffers: fields one after the other, each with its number and kind.
struct ProtobufWriter {
  private(set) var bytes: [UInt8] = []

  /// A whole number; negative ones take ten bytes.
  mutating func add(_ field: Int, integer value: Int) {
    varint(UInt64(field) << 3)
    varint(UInt64(bitPattern: Int64(value)))
  }

  mutating func add(_ field: Int, float value: Float) {
    varint(UInt64(field) << 3 | 5)
    for shift in 0..<4 { bytes.append(UInt8(truncatingIfNeeded: value.bitPattern >> (8 * UInt32(shift)))) }
  }

  mutating func add(_ field: Int, text: String) { add(field, bytes: Array(text.utf8)) }

  mutating func add(_ field: Int, bytes value: [UInt8]) {
    varint(UInt64(field) << 3 | 2)
    varint(UInt64(value.count))
    bytes += value
  }

  /// A message within the message.
  mutating func add(_ field: Int, _ build: (inout ProtobufWriter) -> Void) {
    var inner = ProtobufWriter()
    build(&inner)
    add(field, bytes: inner.bytes)
  }

  /// Float32 values, little-endian, as a field of bytes.
  mutating func add(_ field: Int, values: UnsafeBufferPointer<Float>) {
    varint(UInt64(field) << 3 | 2)
    varint(UInt64(4 * values.count))
    #if _endian(little)
      bytes.append(contentsOf: UnsafeRawBufferPointer(values))
    #else
      for value in values { withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes.append(contentsOf: $0) } }
    #endif
  }

  private mutating func varint(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(truncatingIfNeeded: rest))
  }
}
