import Facemarks
import Imaging
import TestSupport
import Testing

@Suite struct CutFinderTests {
  private func thumbnail(_ value: (Int, Int) -> UInt8) throws -> FrameThumbnail {
    try FrameThumbnail(Image(grayPicture(320, 180, value)).colored())
  }

  @Test func aCutIsSeenAndMotionIsNot() throws {
    var cuts = CutFinder()
    for number in 0..<20 {
      let frame = try thumbnail { x, y in UInt8((x + 4 * number + y) % 250) }
      let isCut = cuts.isCut(frame)
      #expect(!isCut)
    }
    let other = try thumbnail { x, y in x > 150 ? 250 : 10 }
    let (first, second) = (cuts.isCut(other), cuts.isCut(other))
    #expect(first && !second)
  }
}
