/// Profiles for files that name their colours by a number only.
extension ColorProfile {
  /// Display P3: the primaries of SMPTE EG 432-1 with D65 white, the transfer curve of sRGB.
  static let displayP3: ColorProfile? = {
    // XYZ of the primaries, adapted from D65 to D50 by Bradford's matrix (ICC.1:2022, annex E).
    let primaries = [
      "rXYZ": [0.515121, 0.241196, -0.001053], "gXYZ": [0.291977, 0.692245, 0.041885],
      "bXYZ": [0.157104, 0.066574, 0.784073],
    ]
    let adaptation = [
      1.047882, 0.022918, -0.050217, 0.029587, 0.990479, -0.017059, -0.009232, 0.015076, 0.751678,
    ]
    let white = [0.9642, 1, 0.8249]
    // Y = (aX + b)^g from d on, cX below (IEC 61966-2-1).
    let curve = bytes(type: "para") + [0, 3, 0, 0] + fixed([2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045])
    var elements = [
      ("desc", text("Display P3")), ("cprt", text("No copyright")), ("wtpt", bytes(type: "XYZ ") + fixed(white)),
      ("chad", bytes(type: "sf32") + fixed(adaptation)),
    ]
    for (name, values) in primaries.sorted(by: { $0.key > $1.key }) {
      elements.append((name, bytes(type: "XYZ ") + fixed(values)))
    }
    let first = 128 + 4 + 12 * (elements.count + 3)
    var table: [UInt8] = []
    var data: [UInt8] = []
    func enter(_ name: String, at place: Int, count: Int) {
      table += Array(name.utf8) + PictureInsertion.number(first + place, 4) + PictureInsertion.number(count, 4)
    }
    for (name, element) in elements {
      enter(name, at: data.count, count: element.count)
      data += element + [UInt8](repeating: 0, count: (4 - element.count % 4) % 4)
    }
    for name in ["rTRC", "gTRC", "bTRC"] { enter(name, at: data.count, count: curve.count) }
    data += curve
    let head =
      PictureInsertion.number(first + data.count, 4) + [0, 0, 0, 0] + [4, 0x30, 0, 0] + Array("mntrRGB XYZ ".utf8)
      + [2026, 1, 1, 0, 0, 0].flatMap { PictureInsertion.number($0, 2) } + Array("acsp".utf8)
      + [UInt8](repeating: 0, count: 28)
      + fixed(white)
    let filled = head + [UInt8](repeating: 0, count: 128 - head.count)
    return ColorProfile(bytes: filled + PictureInsertion.number(elements.count + 3, 4) + table + data)
  }()

  private static func bytes(type: String) -> [UInt8] { Array(type.utf8) + [0, 0, 0, 0] }

  /// Numbers of 16 bits before and 16 behind the point.
  private static func fixed(_ values: [Double]) -> [UInt8] {
    values.flatMap { PictureInsertion.number(Int(($0 * 65536).rounded()), 4) }
  }

  /// One text in English, in UTF-16.
  private static func text(_ words: String) -> [UInt8] {
    let letters = words.utf16.flatMap { PictureInsertion.number(Int($0), 2) }
    return bytes(type: "mluc") + PictureInsertion.number(1, 4) + PictureInsertion.number(12, 4) + Array("enUS".utf8)
      + PictureInsertion.number(letters.count, 4)
      + PictureInsertion.number(28, 4) + letters
  }
}
