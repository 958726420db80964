import Facemarks
import Imaging
import TestSupport
import Testing

@Suite struct ContactSheetTests {
  private func tile(_ canvas: Image, isDoubtful: Bool = false) throws -> ContactSheet.Tile {
    let face = FaceFiltersTests.face(100, 100, side: 50)
    return try ContactSheet.Tile(
      of: HidingRecord(number: 3, face: face, isHidden: true, isDoubtful: isDoubtful), on: canvas, source: "a.jpg",
      seconds: 62.55)
  }

  /// Tiles of 128 pixels in rows of twelve, 8 apart, with two lines of 13 below: the sizes by hand.
  @Test(arguments: [(0, 280, 170), (1, 280, 170), (12, 1640, 170), (13, 1640, 332)])
  func tilesStandInRows(count: Int, width: Int, height: Int) throws {
    let canvas = try Image(width: 200, height: 200, color: Color(red: 10, green: 200, blue: 30))
    let sheet = try ContactSheet.picture(of: Array(repeating: tile(canvas), count: count))
    #expect(sheet.width == width && sheet.height == height)
    for index in 0..<count {
      let (x, y) = (8 + index % 12 * 136 + 64, 8 + index / 12 * 162 + 64)
      #expect(sheet.pixel(x: x, y: y) == [10, 200, 30].map { $0 / 255.0 })
    }
    // Something is written below every tile, and where there is none.
    let line = (8..<136).flatMap { x in (137..<163).map { y in sheet.pixel(x: x, y: y) } }
    let empty = (0..<280).flatMap { x in (20..<45).map { y in sheet.pixel(x: x, y: y) } }
    #expect((count == 0 ? empty : line).contains { $0[0] < 0.3 })
  }

  /// Gray and deep pictures come as 8-bit colour; a doubtful place has an orange frame.
  @Test func aTileShowsTheSurroundings() throws {
    let canvas = try Image(grayPicture(200, 200) { x, y in x < 100 && y < 100 ? 250 : 60 })
    let sheet = try ContactSheet.picture(of: [tile(canvas), tile(canvas, isDoubtful: true)])
    #expect(sheet.channels == 3 && sheet.depth == .uint8)
    #expect(sheet.pixel(x: 40, y: 40)[0] > 0.9 && sheet.pixel(x: 104, y: 104)[0] < 0.3)
    #expect(
      sheet.pixel(x: 145, y: 80).enumerated().allSatisfy { abs($0.element - [255, 140, 0][$0.offset] / 255.0) < 0.01 })
  }
}
