import Imaging
import TestSupport
import Testing

@Suite struct DrawingTests {
  init() { OpenCV.configure() }

  enum Canvas: String, CaseIterable { case color8, gray8, gray16, color16, alpha8, float }

  /// Black pictures, 40 pixels square, of every kind; those with alpha transparent.
  static func canvas(_ kind: Canvas) throws -> Image {
    let black = try Image(width: 40, height: 40, color: Color(red: 0, green: 0, blue: 0))
    let gray = try Image(black.gray())
    switch kind {
    case .color8: return black
    case .gray8: return gray
    case .gray16: return try Image(decoding: sized("g16.png"), name: "gray16")
    case .color16: return try Image(decoding: sized("rgb16.tif"), name: "color16")
    case .alpha8: return try Image(decoding: sized("la.png"), name: "alpha8")
    case .float: return try Image(decoding: sized("float32.tif"), name: "float")
    }
  }

  /// A file of another program, grown to 40x40, painted black.
  private static func sized(_ name: String) throws -> [UInt8] {
    let image = try Image(decoding: try #require(foreignFiles[name]), name: name).resized(width: 40, height: 40)
    let black = Color(red: 0, green: 0, blue: 0)
    if image.channels != 4 {
      try image.drawLine(from: Point(x: 0, y: 20), to: Point(x: 40, y: 20), thickness: 200, color: black)
    }
    return try image.encoded(as: "tif")
  }

  /// Sum and centroid of how far the red, or gray, value was raised.
  private func ink(_ image: Image) -> (sum: Double, x: Double, y: Double) {
    var (sum, sx, sy) = (0.0, 0.0, 0.0)
    let base = image.pixel(x: 0, y: 0)[0]
    for y in 0..<image.height {
      for x in 0..<image.width {
        let value = (image.pixel(x: x, y: y)[0] - base) / (1 - base)
        sum += value
        sx += value * Double(x)
        sy += value * Double(y)
      }
    }
    return (sum, sx / sum, sy / sum)
  }

  /// The centroid of a disc is its centre, and its ink the area of the circle, pi r^2.
  @Test(arguments: Canvas.allCases, [(20.0, 20.0, 1.5), (17.3, 22.8, 3.0), (20.5, 19.25, 7.6)])
  func discLandsWhereAsked(_ kind: Canvas, _ disc: (x: Double, y: Double, radius: Double)) throws {
    guard kind != .alpha8 else { return }
    let image = try DrawingTests.canvas(kind)
    try image.drawDisc(
      center: Point(x: disc.x, y: disc.y), radius: disc.radius, color: Color(red: 255, green: 255, blue: 255))
    let found = ink(image)
    #expect(abs(found.x - disc.x) < 0.1 && abs(found.y - disc.y) < 0.1, "\(found)")
    #expect(abs(found.sum - Double.pi * disc.radius * disc.radius) < 0.06 * found.sum + 0.2, "\(found)")
  }

  /// Where the disc is, the picture takes its colour and is opaque; elsewhere it stays as transparent as it was (77).
  @Test func alphaBecomesOpaque() throws {
    let image = try DrawingTests.canvas(.alpha8)
    try image.drawDisc(center: Point(x: 20, y: 20), radius: 4, color: Color(red: 255, green: 0, blue: 0))
    #expect(image.channels == 4)
    #expect(image.pixel(x: 20, y: 20) == [1, 0, 0, 1])
    #expect(image.pixel(x: 5, y: 5)[3] == 77.0 / 255)
    #expect(image.pixel(x: 24, y: 20)[3] > 77.0 / 255 && image.pixel(x: 24, y: 20)[3] < 1)
  }

  /// A line of thickness 2 from (5, 10) to (25, 10) covers rows 9.0...11.0 around its middle: row 10 fully, 9 and 11 half.
  @Test func lineHasItsThickness() throws {
    let image = try DrawingTests.canvas(.color8)
    try image.drawLine(
      from: Point(x: 5, y: 10), to: Point(x: 25, y: 10), thickness: 2, color: Color(red: 255, green: 255, blue: 255))
    let column = (8...12).map { image.pixel(x: 15, y: $0)[0] }
    for (value, expected) in zip(column, [0, 0.5, 1, 0.5, 0]) { #expect(abs(value - expected) < 0.01) }
  }

  /// A box from column 10, row 12, 8x6 pixels, reaches from 9.5 to 17.5 and 11.5 to 17.5; its outline of thickness 2 has
  /// an area of 10 * 8 - 6 * 4 = 56 pixels.
  @Test(arguments: Canvas.allCases) func boxOutline(_ kind: Canvas) throws {
    guard kind != .alpha8 else { return }
    let image = try DrawingTests.canvas(kind)
    try image.drawBox(
      Box(x: 10, y: 12, width: 8, height: 6), thickness: 2, color: Color(red: 255, green: 255, blue: 255))
    let found = ink(image)
    #expect(abs(found.sum - 56) < 0.1 && abs(found.x - 13.5) < 0.01 && abs(found.y - 14.5) < 0.01)
    #expect(image.pixel(x: 9, y: 11)[0] == 1 && image.pixel(x: 13, y: 14)[0] == image.pixel(x: 0, y: 0)[0])
  }

  /// A capital H, 20 pixels high on a base line at y = 30, has ink between y = 10 and 30 and none below.
  @Test func textStandsOnItsBaseLine() throws {
    let image = try DrawingTests.canvas(.color8)
    try image.drawText("H", at: Point(x: 5, y: 30), height: 20, color: Color(red: 255, green: 255, blue: 255))
    let rows = (0..<40).filter { y in (0..<40).contains { image.pixel(x: $0, y: y)[0] > 0.5 } }
    let (top, bottom) = (try #require(rows.first), try #require(rows.last))
    #expect(abs(top - 10) <= 1 && abs(bottom - 30) <= 1)
  }

  /// Whatever the numbers: no crash, and nothing where the picture is far away.
  @Test(arguments: Canvas.allCases) func impossibleNumbers(_ kind: Canvas) throws {
    let image = try DrawingTests.canvas(kind)
    let color = Color(red: 255, green: 255, blue: 255)
    let before = image.pixel(x: 20, y: 20)
    for wild in [Double.nan, .infinity, -.infinity, 1e300, -1e300, 1e12, -1e6] {
      for other in [Double.nan, 0, 1e300, -5] {
        try image.drawDisc(center: Point(x: wild, y: other), radius: 2, color: color)
        try image.drawLine(from: Point(x: wild, y: other), to: Point(x: other, y: wild), thickness: other, color: color)
        try image.drawBox(Box(x: wild, y: wild, width: other, height: other), thickness: 1, color: color)
        try image.drawText("far", at: Point(x: wild, y: other), height: 12, color: color)
        try image.drawText("big", at: Point(x: -5, y: -5), height: wild, color: color)
      }
    }
    try image.drawDisc(center: Point(x: 0, y: 0), radius: -1, color: color)
    #expect(image.pixel(x: 20, y: 20) == before)
  }

  /// A disc around a corner of the picture leaves a quarter of itself, pi 10^2 / 4, plus the half pixels of the border.
  @Test func partlyOutside() throws {
    let image = try DrawingTests.canvas(.color8)
    try image.drawDisc(center: Point(x: -0.5, y: -0.5), radius: 10, color: Color(red: 255, green: 255, blue: 255))
    var sum = 0.0
    for y in 0..<40 { for x in 0..<40 { sum += image.pixel(x: x, y: y)[0] } }
    #expect(abs(sum - Double.pi * 25) < 1)
  }

  @Test func colors() {
    #expect(Color("#FF8000") == Color(red: 255, green: 128, blue: 0))
    #expect(Color("Red") == Color(red: 255, green: 0, blue: 0))
    for text in ["", "#", "#12345", "#1234567", "#12345g", "reddish", "ff8000", "#é1234"] {
      #expect(Color(text) == nil)
    }
  }
}
