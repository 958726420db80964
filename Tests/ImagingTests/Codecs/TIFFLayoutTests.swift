import Imaging
import TestSupport
import Testing

/// Files by hand from TIFF 6.0, little end first. `script/check-pictures` has 447 layouts by tifffile and Pillow, all of which are
/// read right.
@Suite struct TIFFLayoutTests {
  init() { OpenCV.configure() }

  /// - Parameter fields: tags with their values, shorts, beside those of the size and the strips.
  /// - Parameter strips: each with all rows of the picture, or of a plane.
  private static func file(
    width: Int, height: Int = 1, _ fields: [Int: [Int]], strips: [[UInt8]], isBig: Bool = false
  ) -> [UInt8] {
    func number(_ value: Int, _ count: Int) -> [UInt8] {
      (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }
    var fields = fields.merging([256: [width], 257: [height], 278: [height]]) { one, _ in one }
    fields[273] = Array(repeating: 0, count: strips.count)
    fields[279] = strips.map(\.count)
    let (size, room) = isBig ? (20, 8) : (12, 4)
    let start = isBig ? 16 + 8 + fields.count * size + 8 : 8 + 2 + fields.count * size + 4
    var places: [Int] = []
    var data: [UInt8] = []
    for strip in strips {
      places.append(start + data.count)
      data += strip
    }
    fields[273] = places
    var entries: [UInt8] = []
    for (tag, values) in fields.sorted(by: { $0.key < $1.key }) {
      let bytes = values.flatMap { number($0, 2) }
      entries += number(tag, 2) + number(3, 2) + number(values.count, isBig ? 8 : 4)
      if bytes.count <= room {
        entries += bytes + [UInt8](repeating: 0, count: room - bytes.count)
      } else {
        entries += number(start + data.count, room)
        data += bytes
      }
    }
    let head: [UInt8] = isBig ? [0x49, 0x49, 43, 0, 8, 0, 0, 0] + number(16, 8) : [0x49, 0x49, 42, 0] + number(8, 4)
    return head + number(fields.count, isBig ? 8 : 2) + entries + number(0, isBig ? 8 : 4) + data
  }

  private static func gray(_ bits: Int, _ format: Int, _ data: [UInt8], photometric: Int = 1) -> [UInt8] {
    file(width: 2, [258: [bits], 259: [1], 262: [photometric], 277: [1], 339: [format]], strips: [data])
  }

  private static func message(_ bytes: [UInt8]) -> String? {
    do {
      _ = try Image(decoding: bytes, name: "file")
      return nil
    } catch {
      return "\(error)"
    }
  }

  /// A half and the brightest of each kind of number, the half rounded down; of signed ones also what is below black.
  @Test(
    arguments: [
      (8, 1, [0x7F, 0xFF], 0.5), (16, 1, [0xFF, 0x7F, 0xFF, 0xFF], 0.5), (4, 1, [0x7F], 7 / 15.0),
      (2, 1, [0x70], 1 / 3.0),
      (12, 1, [0x7F, 0xFF, 0xFF], 0.5), (32, 1, [0xFF, 0xFF, 0xFF, 0x7F, 0xFF, 0xFF, 0xFF, 0xFF], 0.5),
      (64, 1, [UInt8](repeating: 0xFF, count: 7) + [0x7F] + [UInt8](repeating: 0xFF, count: 8), 0.5),
      (8, 2, [0x3F, 0x7F], 63 / 127.0), (8, 2, [0x80, 0x7F], 0), (16, 2, [0xFF, 0x3F, 0xFF, 0x7F], 0.5),
      (32, 2, [0xFF, 0xFF, 0xFF, 0x3F, 0xFF, 0xFF, 0xFF, 0x7F], 0.5), (16, 3, [0x00, 0x38, 0x00, 0x3C], 0.5),
      (32, 3, [0, 0, 0, 0x3F, 0, 0, 0x80, 0x3F], 0.5),
      (64, 3, [0, 0, 0, 0, 0, 0, 0xE0, 0x3F, 0, 0, 0, 0, 0, 0, 0xF0, 0x3F], 0.5),
    ] as [(Int, Int, [UInt8], Double)])
  func numbers(bits: Int, format: Int, data: [UInt8], half: Double) throws {
    let picture = try Image(decoding: Self.gray(bits, format, data), name: "file")
    #expect(picture.channels == 1)
    #expect(abs(picture.pixel(x: 0, y: 0)[0] - half) < 0.005)
    #expect(picture.pixel(x: 1, y: 0)[0] == 1)
    #expect(picture.depth == (format == 3 || bits > 16 ? .float32 : bits > 8 ? .uint16 : .uint8))
    let inverted = try Image(decoding: Self.gray(bits, format, data, photometric: 0), name: "file")
    #expect(abs(inverted.pixel(x: 0, y: 0)[0] - (1 - half)) < 0.005 && inverted.pixel(x: 1, y: 0)[0] == 0)
  }

  /// The numbers of two pixels, little ends first, what they are, and what was taken for white.
  private static let smallNumbers: [(bits: Int, format: Int, data: [UInt8], values: [Double], white: Int?)] = [
    (32, 3, [0, 0, 0, 0x43, 0, 0, 0x7F, 0x43], [128, 255], 255),
    (64, 3, [0, 0, 0, 0, 0, 0, 0x60, 0x40, 0, 0, 0, 0, 0, 0xE0, 0x6F, 0x40], [128, 255], 255),
    (32, 3, [0, 0, 0, 0x47, 0, 0xFF, 0x7F, 0x47], [32768, 65535], 65535),
    (32, 3, [0, 0, 0, 0, 0, 0, 0, 0x40], [0, 2], nil),
    (32, 3, [0, 0, 0x80, 0x4B, 0, 0, 0x80, 0x4B], [16_777_216, 16_777_216], nil),
    (32, 2, [128, 0, 0, 0, 255, 0, 0, 0], [128, 255], 255),
    (32, 1, [64, 0, 0, 0, 0, 0, 0, 0], [64, 0], 255),
    (32, 2, [0, 0x80, 0, 0, 0xFF, 0xFF, 0, 0], [32768, 65535], 65535),
    (64, 2, [51, 0, 0, 0, 0, 0, 0, 0, 255, 0, 0, 0, 0, 0, 0, 0], [51, 255], 255),
    (32, 1, [0, 0, 0, 0, 0, 0, 0, 0], [0, 0], nil),
    (32, 1, [0, 0, 0, 0x40, 0, 0, 0, 0x80], [0.25, 0.5], nil),
  ]

  /// Pillow 13 stores its modes F and I, 0...255 or 16 bits, as floats and as signed numbers of 32 bits. A mean that is no brighter
  /// than white leaves floats what they are: highlights are above it.
  @Test(arguments: smallNumbers.indices) func smallRanges(_ index: Int) throws {
    let file = Self.smallNumbers[index]
    let picture = try Image(decoding: Self.gray(file.bits, file.format, file.data), name: "file")
    for x in 0..<2 {
      let value = picture.pixel(x: x, y: 0)[0] * Double(file.white ?? 1)
      #expect(abs(value - file.values[x]) < 1e-6 * max(1, file.values[x]))
    }
    #expect(picture.note == file.white.map { "its numbers were taken as 0 (black) to \($0) (white)" })
  }

  /// Two pixels, each colour in a plane of its own; OpenCV reads the first of deep ones only.
  @Test(arguments: [false, true]) func planes(isBig: Bool) throws {
    let fields = [258: [16, 16, 16], 259: [1], 262: [2], 277: [3], 284: [2]]
    let planes: [[UInt8]] = [[0, 0x20, 0, 0x40], [0, 0x60, 0, 0x80], [0, 0xA0, 0, 0xC0]]
    let picture = try Image(decoding: Self.file(width: 2, fields, strips: planes, isBig: isBig), name: "file")
    #expect(picture.pixel(x: 0, y: 0).map { $0 * 65535 } == [0x2000, 0x6000, 0xA000])
    #expect(picture.pixel(x: 1, y: 0).map { $0 * 65535 } == [0x4000, 0x8000, 0xC000])
  }

  /// Gray and alpha by what is said of the second sample: nothing, something else, multiplied (100 of 200 is 128 of 255), plain.
  @Test(
    arguments: [
      (nil, [100, 100, 100, 200]), (0, [100]), (1, [128, 128, 128, 200]), (2, [100, 100, 100, 200]),
    ] as [(Int?, [Double])]) func alpha(kind: Int?, expected: [Double]) throws
  {
    var fields = [258: [8, 8], 259: [1], 262: [1], 277: [2]]
    fields[338] = kind.map { [$0] }
    let picture = try Image(decoding: Self.file(width: 1, fields, strips: [[100, 200]]), name: "file")
    #expect(picture.pixel(x: 0, y: 0).map { ($0 * 255).rounded() } == expected)
  }

  /// What is written says that its fourth channel is alpha: the tag 338 with a short, 2.
  @Test func alphaIsWrittenWithAWord() throws {
    let bytes = try Image(contentsOf: asset("filters/crown.png")).encoded(as: "tif")
    let entry: [UInt8] = [0x52, 1, 3, 0, 1, 0, 0, 0, 2, 0, 0, 0]
    #expect(bytes.indices.contains { bytes[$0...].starts(with: entry) })
  }

  /// Inks of 8 and 16 bits: 255 - c, darkened by black.
  @Test func inks() throws {
    let small = Self.file(width: 1, [258: [8, 8, 8, 8], 259: [1], 262: [5], 277: [4]], strips: [[55, 155, 255, 51]])
    #expect(try Image(decoding: small, name: "file").pixel(x: 0, y: 0).map { ($0 * 255).rounded() } == [160, 80, 0])
    let deep = Self.file(
      width: 1, [258: [16, 16, 16, 16], 259: [1], 262: [5], 277: [4]], strips: [[55, 55, 155, 155, 255, 255, 51, 51]])
    #expect(try Image(decoding: deep, name: "file").pixel(x: 0, y: 0).map { ($0 * 255).rounded() } == [160, 80, 0])
  }

  /// What cannot be read is refused, never filled up: strips that end early, packed ones too (PackBits: 127 repeats a byte 130
  /// times), a compression that libtiff does not have, Lab, floats of 24 bits.
  @Test func refusals() {
    func packed(_ data: [UInt8], height: Int) -> [UInt8] {
      Self.file(width: 100, height: height, [258: [8], 259: [32773], 262: [1], 277: [1]], strips: [data])
    }
    #expect(Self.message(packed([0x9D, 7], height: 1)) == nil)
    #expect(Self.message(packed([0x9D, 7], height: 2))?.contains("libtiff can read (") == true)
    #expect(Self.message(Self.gray(8, 1, [1])) != nil)
    let foreign = Self.file(width: 1, [258: [8], 259: [34712], 262: [1], 277: [1]], strips: [[1]])
    #expect(Self.message(foreign)?.contains("libtiff has no decoder for its compression, 34712") == true)
    let lab = Self.file(width: 1, [258: [8, 8, 8], 259: [1], 262: [8], 277: [3]], strips: [[1, 2, 3]])
    #expect(Self.message(lab)?.contains("Lab colours are not read") == true)
    #expect(Self.message(Self.gray(24, 3, [1, 2, 3, 4, 5, 6]))?.contains("numbers of 24 bits") == true)
  }
}
