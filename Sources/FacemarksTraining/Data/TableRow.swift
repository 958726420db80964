import Glibc

/// One line of a csv file, cut at its commas. Fields in double quotes may hold commas.
struct TableRow {
  let bytes: UnsafeRawBufferPointer
  private(set) var fields: [Range<Int>] = []

  init(_ bytes: UnsafeRawBufferPointer) {
    self.bytes = bytes
    cut()
  }

  var count: Int { fields.count }

  /// Nothing but white space.
  var isBlank: Bool { bytes.allSatisfy { $0 == 32 || $0 == 9 } }

  subscript(field: Int) -> UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: bytes[fields[field]]) }

  func text(_ field: Int) -> String { String(decoding: self[field], as: UTF8.self) }

  private mutating func cut() {
    fields.reserveCapacity(48)
    var start = 0
    while start <= bytes.count {
      if start < bytes.count, bytes[start] == 34, let close = bytes[(start + 1)...].firstIndex(of: 34),
        close + 1 == bytes.count || bytes[close + 1] == 44
      {
        fields.append(start + 1..<close)
        start = close + 2
      } else {
        let stop = comma(from: start)
        fields.append(start..<stop)
        start = stop + 1
      }
    }
  }

  private func comma(from start: Int) -> Int {
    guard start < bytes.count, let base = bytes.baseAddress, let found = memchr(base + start, 44, bytes.count - start)
    else { return bytes.count }
    return UnsafeRawPointer(found) - base
  }
}

/// The content of a field for a number.
enum NumberField {
  case missing
  case number(Float)
  /// Not a finite number: the start of the text.
  case wrong(String)

  init(_ field: UnsafeRawBufferPointer) {
    guard !field.allSatisfy({ $0 == 32 }), !Self.isMissingWord(field) else {
      self = .missing
      return
    }
    let number: Float? = withUnsafeTemporaryAllocation(of: CChar.self, capacity: 64) { text in
      guard field.count < text.count, let start = text.baseAddress else { return nil }
      for (index, byte) in field.enumerated() { text[index] = CChar(bitPattern: byte) }
      text[field.count] = 0
      var end: UnsafeMutablePointer<CChar>?
      let value = strtof(start, &end)
      while let stop = end, stop.pointee == 32 { end = stop + 1 }
      return value.isFinite && end == start + field.count ? value : nil
    }
    if let number {
      self = .number(number)
    } else {
      self = .wrong(String(decoding: field.prefix(24), as: UTF8.self))
    }
  }

  /// The words that pandas and R write for missing values, in any case.
  private static let missingWords: Set = [
    "nan", "-nan", "na", "n/a", "<na>", "#n/a", "#na", "null", "none", "1.#ind", "-1.#ind", "1.#qnan", "-1.#qnan",
  ]

  private static func isMissingWord(_ field: UnsafeRawBufferPointer) -> Bool {
    field.count <= 8
      && missingWords.contains(String(decoding: field, as: UTF8.self).filter { $0 != " " }.lowercased())
  }
}
