/// Reads a field of pixel values 0...255 separated by single spaces. A value that is not there (two spaces in a row) is
/// read as 128.
enum PixelField {
  enum Outcome {
    /// All values are there, but this many were missing.
    case complete(missing: Int)
    /// The error message.
    case wrong(String)
  }

  static let replacement: UInt8 = 128

  /// Fills `pixels` from `field`.
  ///
  /// Where spaces pad the numbers, so that the count is right only without the empty places, those are no values.
  static func read(_ field: UnsafeRawBufferPointer, into pixels: UnsafeMutableBufferPointer<UInt8>) -> Outcome {
    let first = scan(field, into: pixels, keepsEmpty: true)
    if let message = first.message { return .wrong(message) }
    if first.places == pixels.count, first.empty < pixels.count { return .complete(missing: first.empty) }
    if first.places - first.empty == pixels.count {
      _ = scan(field, into: pixels, keepsEmpty: false)
      return .complete(missing: 0)
    }
    if first.places == pixels.count + 1, field.last == 32 {
      return read(UnsafeRawBufferPointer(rebasing: field.dropLast()), into: pixels)
    }
    return .wrong("\(first.places - first.empty) pixel values, but 96 x 96 = \(pixels.count) are needed")
  }

  private struct Scan {
    /// The number of places between spaces.
    var places = 0
    /// The number of places without a value.
    var empty = 0
    var message: String?
  }

  /// Writes as many values as fit and counts all.
  private static func scan(
    _ field: UnsafeRawBufferPointer, into pixels: UnsafeMutableBufferPointer<UInt8>, keepsEmpty: Bool
  ) -> Scan {
    var result = Scan()
    var position = 0
    var written = 0
    while position <= field.count {
      let start = position
      var value = 0
      while position < field.count, field[position] != 32 {
        let digit = field[position] &- 48
        guard digit < 10, position - start < 4 else {
          result.message = complaint(field, at: start, place: result.places + 1)
          return result
        }
        value = value &* 10 &+ Int(digit)
        position &+= 1
      }
      let isEmpty = position == start
      if value > 255 {
        result.message = complaint(field, at: start, place: result.places + 1)
        return result
      }
      if !isEmpty || keepsEmpty {
        if written < pixels.count { pixels[written] = isEmpty ? replacement : UInt8(truncatingIfNeeded: value) }
        written &+= 1
      }
      result.places &+= 1
      if isEmpty { result.empty &+= 1 }
      position &+= 1
    }
    return result
  }

  private static func complaint(_ field: UnsafeRawBufferPointer, at start: Int, place: Int) -> String {
    let text = String(decoding: field[start...].prefix { $0 != 32 }.prefix(24), as: UTF8.self)
    return "pixel value \(place) is \"\(text)\", not a whole number 0...255"
  }
}
