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

  /// Half a pixel to the right and one row down: (20 + 40) / 2 + 100 and so on, the border repeated.
  @Test func warpFollowsTheMap() throws {
    let map = Affine(a: 1, b: 0, c: 0, d: 1, tx: 0.5, ty: 1)
    #expect(try ramp.warped(by: map, width: 4, height: 1).pixels == [110, 130, 150, 160])
    let turned = Affine(a: 0, b: 1, c: 1, d: 0, tx: 0, ty: 0)
    #expect(try ramp.warped(by: turned, width: 2, height: 4).pixels == [0, 100, 20, 120, 40, 140, 60, 160])
    #expect(throws: ImagingError.self) {
      try ramp.warped(by: Affine(a: .nan, b: 0, c: 0, d: 1, tx: 0, ty: 0), width: 2, height: 2)
    }
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
