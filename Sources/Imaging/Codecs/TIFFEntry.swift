/// An entry of a TIFF directory with its value, little end first.
struct TIFFEntry: Hashable, Sendable {
  var tag: Int
  /// 1...12 by TIFF 6.0.
  var type: Int
  /// Of numbers or letters.
  var count: Int
  var value: [UInt8]

  init(tag: Int, type: Int, count: Int, value: [UInt8]) {
    self.tag = tag
    self.type = type
    self.count = count
    self.value = value
  }

  /// Where another directory begins.
  init(tag: Int, pointingAt place: Int) {
    self.init(tag: tag, type: 4, count: 1, value: PictureInsertion.number(place, 4, little: true))
  }

  /// The bytes of a number or letter, by type, and of the parts of it that are turned round by the byte order.
  static let sizes: [Int: (size: Int, part: Int)] = [
    1: (1, 1), 2: (1, 1), 3: (2, 2), 4: (4, 4), 5: (8, 4), 6: (1, 1), 7: (1, 1), 8: (2, 2), 9: (4, 4), 10: (8, 4),
    11: (4, 4), 12: (8, 8),
  ]

  /// The twelve bytes of an entry.
  /// - Parameter place: of the value, where it has more than four bytes.
  func bytes(valueAt place: Int) -> [UInt8] {
    func number(_ value: Int, _ count: Int) -> [UInt8] { PictureInsertion.number(value, count, little: true) }
    let inside = value.count > 4 ? number(place, 4) : value + [UInt8](repeating: 0, count: 4 - value.count)
    return number(tag, 2) + number(type, 2) + number(count, 4) + inside
  }

  /// A directory without a next one, followed by the values that have no place in it; an even number of bytes.
  /// - Parameter place: of its first byte in the file, even.
  static func directory(_ entries: [TIFFEntry], at place: Int) -> [UInt8] {
    var head = PictureInsertion.number(entries.count, 2, little: true)
    var values: [UInt8] = []
    for entry in entries.sorted(by: { $0.tag < $1.tag }) {
      head += entry.bytes(valueAt: place + 2 + 12 * entries.count + 4 + values.count)
      if entry.value.count > 4 { values += entry.value + (entry.value.count % 2 == 1 ? [0] : []) }
    }
    return head + [0, 0, 0, 0] + values
  }
}
