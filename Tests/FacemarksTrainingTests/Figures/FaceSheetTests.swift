import Facemarks
import FacemarksTraining
import Imaging
import Testing

@Suite struct FaceSheetTests {
  private func values(_ color: Color) -> [Double] { [color.red, color.green, color.blue].map { Double($0) / 255 } }

  /// How many pixels have exactly a colour.
  private func count(_ picture: Image, _ color: Color) -> Int {
    let wanted = values(color)
    var count = 0
    for y in 0..<picture.height {
      for x in 0..<picture.width where picture.pixel(x: x, y: y) == wanted { count += 1 }
    }
    return count
  }

  @Test func pixelsAndPointsStandWhereTheyBelong() throws {
    var pixels = [UInt8](repeating: 60, count: 96 * 96)
    pixels[0] = 200
    let cells = [
      FaceSheet.Cell(pixels: pixels),
      FaceSheet.Cell(
        pixels: pixels, truth: [Point(x: 40, y: 20), nil], predicted: [Point(x: 70, y: 20), Point(x: .nan, y: 3)],
        caption: "row 2"),
    ]
    let picture = try FaceSheet(cells: cells, columns: 2, scale: 3).picture()
    #expect(picture.channels == 3)
    // A gap of 4 * 3 pixels, then two cells of 288 pixels with a gap between: 12 + 288 + 12 + 288 + 12. Above: 26 for
    // the legend and a gap; below the cells 22 for captions and a gap.
    #expect(picture.width == 612 && picture.height == 26 + 12 + 288 + 22 + 12)
    // The first cell's first pixel is a block of 3 x 3 around (13, 39); linear growth leaves its middle as it was.
    #expect(picture.pixel(x: 13, y: 39) == values(Color(red: 200, green: 200, blue: 200)))
    #expect(picture.pixel(x: 150, y: 150) == values(Color(red: 60, green: 60, blue: 60)))
    // Crop pixel (40, 20) of the second cell: 312 + 3 * 40 + 1, 38 + 3 * 20 + 1.
    #expect(picture.pixel(x: 433, y: 99) == values(FaceSheet.truthColor))
    #expect(picture.pixel(x: 312 + 3 * 70 + 1, y: 99) == values(FaceSheet.predictedColor))
    // The line between the two.
    #expect(picture.pixel(x: 312 + 3 * 55 + 1, y: 99) == values(FaceSheet.predictedColor))
  }

  @Test func pointsOutsideAndEmptySheetsAreNoTrouble() throws {
    let pixels = [UInt8](repeating: 60, count: 96 * 96)
    let outside = FaceSheet.Cell(
      pixels: pixels, predicted: [Point(x: 1e9, y: 4), Point(x: -3, y: 4), Point(x: .infinity, y: 4)],
      caption: "a caption that is much too long for the cell it belongs to")
    let picture = try FaceSheet(cells: [outside], columns: 5, scale: 1).picture()
    // Nothing but the disc of the legend, of radius 4: pi * 16 = 50 pixels or so.
    #expect((30...60).contains(count(picture, FaceSheet.predictedColor)))
    let empty = try FaceSheet(cells: [], columns: 3, scale: 1, title: "duplicates").picture()
    #expect(empty.width >= 104)
  }
}
