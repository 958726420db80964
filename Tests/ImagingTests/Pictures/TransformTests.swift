import Imaging
import TestSupport
import Testing

@Suite struct TransformTests {
  init() { OpenCV.configure() }

  private let ramp = GrayImage(width: 4, height: 2, pixels: [0, 20, 40, 60, 100, 120, 140, 160])

  /// Averages of 2x2 blocks by hand: (0+20+100+120)/4 = 60, (40+60+140+160)/4 = 100.
  @Test func shrinkingAverages() throws {
    #expect(try ramp.resized(width: 2, height: 1).pixels == [60, 100])
    #expect(try Image(ramp).resized(width: 2, height: 1).gray().pixels == [60, 100])
  }

  /// Twice the width: positions -0.25, 0.25, 0.75 ... of [0, 20, 40, 60], the border held: 0, 5, 15, 25, 35, 45, 55, 60.
  @Test func growingIsLinear() throws {
    let row = GrayImage(width: 4, height: 1, pixels: [0, 20, 40, 60])
    #expect(try row.resized(width: 8, height: 1).pixels == [0, 5, 15, 25, 35, 45, 55, 60])
  }

  /// One axis shrinks (columns average to 10 and 50, 110 and 150), the other grows (positions -0.25, 0.25, 0.75, 1.25:
  /// 10, 35, 85, 110).
  @Test func eachAxisItsWay() throws {
    #expect(try ramp.resized(width: 2, height: 4).pixels == [10, 50, 35, 75, 85, 125, 110, 150])
  }

  /// Half a pixel to the right and one row down: (20 + 40) / 2 + 100 and so on, the border repeated or black.
  @Test func warpFollowsTheMap() throws {
    let map = Affine(a: 1, b: 0, c: 0, d: 1, tx: 0.5, ty: 1)
    #expect(try ramp.warped(by: map, width: 4, height: 1).pixels == [110, 130, 150, 160])
    #expect(try ramp.warped(by: map, width: 4, height: 1, repeatsBorder: false).pixels == [110, 130, 150, 80])
    let turned = Affine(a: 0, b: 1, c: 1, d: 0, tx: 0, ty: 0)
    #expect(try ramp.warped(by: turned, width: 2, height: 4).pixels == [0, 100, 20, 120, 40, 140, 60, 160])
    #expect(throws: ImagingError.self) {
      try ramp.warped(by: Affine(a: .nan, b: 0, c: 0, d: 1, tx: 0, ty: 0), width: 2, height: 2)
    }
  }

  /// The steps of the cumulative histogram after the least value, times 255 / 7, by hand.
  @Test func equalizingSpreadsTheGrayValues() throws {
    let dark = GrayImage(width: 4, height: 2, pixels: [10, 11, 12, 13, 14, 15, 16, 17])
    #expect(try dark.equalized().pixels == [0, 36, 73, 109, 146, 182, 219, 255])
  }

  @Test func cropRepeatsTheBorder() throws {
    let image = try Image(ramp)
    #expect(try image.cropped(to: Box(x: 1, y: 0, width: 2, height: 2)).gray().pixels == [20, 40, 120, 140])
    #expect(try image.cropped(to: Box(x: -1, y: 1, width: 2, height: 2)).gray().pixels == [100, 100, 100, 100])
    #expect(try image.cropped(to: Box(x: 50, y: -9, width: 2, height: 1)).gray().pixels == [60, 60])
    #expect(try image.cropped(to: Box(x: -50, y: 9, width: 1, height: 2)).gray().pixels == [100, 100])
    for bad in [Box(x: 0, y: 0, width: 0, height: 1), Box(x: .nan, y: 0, width: 1, height: 1)] {
      #expect(throws: ImagingError.self) { try image.cropped(to: bad) }
    }
    #expect(throws: ImagingError.self) { try image.resized(width: 0, height: 5) }
    #expect(throws: ImagingError.self) { try image.resized(width: 1 << 40, height: 1 << 40) }
  }

  /// 0.299 * 200 + 0.587 * 100 + 0.114 * 50 = 124.2; 40000 / 257 = 155.6; 0.5 * 255 = 127.5, halves to the even number.
  @Test func grayOfEveryDepth() throws {
    let color = try Image(width: 2, height: 2, color: Color(red: 200, green: 100, blue: 50))
    #expect(try color.gray().pixels == [124, 124, 124, 124])
    for (name, value) in [("g16.png", 156), ("float32.tif", 128), ("rgb16.tif", 124), ("la.png", 200)] {
      let image = try Image(decoding: try #require(foreignFiles[name]), name: name)
      #expect(try image.gray().pixels == [UInt8](repeating: UInt8(value), count: 4), "\(name)")
    }
  }

  @Test func coloredKeepsTheDepth() throws {
    let image = try Image(decoding: try #require(foreignFiles["g16.png"]), name: "g16.png").colored()
    #expect(image.channels == 3 && image.depth == .uint16)
    #expect(image.pixel(x: 0, y: 0) == [Double](repeating: 40000.0 / 65535, count: 3))
    let copy = try image.copy()
    try copy.drawDisc(center: Point(x: 0, y: 0), radius: 1, color: Color(red: 0, green: 0, blue: 0))
    #expect(image.pixel(x: 0, y: 0)[0] > 0.5 && copy.pixel(x: 0, y: 0)[0] == 0)
  }
}

@Suite struct GrayPartTests {
  private let photo: Image

  init() throws { photo = try Image(contentsOf: asset("astronaut.png")) }

  @Test(arguments: [(10.0, 20.0, 30.0, 40.0), (-5.5, 500.2, 20, 100), (511, 511, 5, 5), (0, 0, 512, 512)])
  func aPartIsThatOfTheWholeGrayPicture(x: Double, y: Double, width: Double, height: Double) throws {
    let whole = try photo.gray()
    let part = try #require(try photo.gray(in: Box(x: x, y: y, width: width, height: height)))
    #expect(part.x == max(0, Int(x.rounded(.down))) && part.y == max(0, Int(y.rounded(.down))))
    #expect(part.x + part.picture.width == min(512, Int((x + width).rounded(.up))))
    #expect(part.y + part.picture.height == min(512, Int((y + height).rounded(.up))))
    for row in 0..<part.picture.height {
      let (first, here) = ((part.y + row) * 512 + part.x, row * part.picture.width)
      #expect(whole.pixels[first..<first + part.picture.width] == part.picture.pixels[here..<here + part.picture.width])
    }
  }

  /// Twice the mean of 2 x 2 pixels: 16 pixels, rounded twice.
  @Test func aHalvedPartIsMadeOfMeans() throws {
    let whole = try photo.gray()
    let part = try #require(try photo.gray(in: Box(x: 100, y: 50, width: 103, height: 64), halvings: 2))
    #expect(part.picture.width == 25 && part.picture.height == 16 && part.step == 4)
    for (column, row) in [(0, 0), (24, 15), (7, 9)] {
      var sum = 0
      for y in 0..<4 { for x in 0..<4 { sum += Int(whole.pixels[(50 + 4 * row + y) * 512 + 100 + 4 * column + x]) } }
      #expect(abs(Double(part.picture.pixels[row * 25 + column]) - Double(sum) / 16) <= 1)
      // The middle of the 4 x 4 pixels.
      let place = part.toWhole.apply(Point(x: Double(column), y: Double(row)))
      #expect(place == Point(x: 100 + 4 * Double(column) + 1.5, y: 50 + 4 * Double(row) + 1.5))
    }
  }

  @Test func whatLiesOutsideIsNothing() throws {
    for box in [
      Box(x: 512, y: 0, width: 5, height: 5), Box(x: -9, y: 3, width: 9, height: 5),
      Box(x: 0, y: 0, width: -3, height: 2),
      Box(x: .nan, y: 0, width: 1, height: 1), Box(x: 0, y: 0, width: .infinity, height: 1),
    ] {
      #expect(try photo.gray(in: box) == nil)
    }
    // As often as there is anything left to halve.
    #expect(try photo.gray(in: Box(x: 3, y: 3, width: 5, height: 3), halvings: 9)?.picture.height == 1)
    #expect(try photo.gray(in: Box(x: 1e300, y: 0, width: 1, height: 1)) == nil)
  }

  /// Other depths are brought to 8 bit as `gray()` does.
  @Test func gray8IsTakenFromAnyPicture() throws {
    let gray = try Image(photo.gray())
    let box = Box(x: 7, y: 8, width: 9, height: 10)
    #expect(try gray.gray(in: box) == photo.gray(in: box))
  }
}
