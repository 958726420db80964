import Facemarks
import Imaging
import TestSupport
import Testing

@Suite struct HidingSearchTests {
  private func search() throws -> HidingSearch {
    HidingSearch(
      FacePipeline(
        detector: try NetworkDetector.bundled(), model: try LandmarkModel.bundled(), profile: .corrected,
        smallestFace: NetworkDetector.smallestFace))
  }

  /// The astronaut's landmarks as she stands, then in pictures turned by quarters: the same, turned by hand.
  @Test(arguments: 0...3) func whoLiesIsFound(quarters: Int) throws {
    let photo = try Image(contentsOf: asset("astronaut.png")).gray()
    let search = try search()
    let upright = try #require(try search.candidates(in: photo, care: .quick).faces.first)
    let found = try search.candidates(in: photo.turned(quarters: quarters), care: .standard)
    let expected = upright.landmarks.map { point in
      switch quarters {
      case 1: Point(x: 511 - point.y, y: point.x)
      case 2: Point(x: 511 - point.x, y: 511 - point.y)
      case 3: Point(x: point.y, y: 511 - point.x)
      default: point
      }
    }
    let near = (found.faces + found.doubtful).filter { face in
      zip(face.landmarks, expected).allSatisfy { $0.distance(to: $1) < 0.05 * upright.box.width }
    }
    #expect(near.count == 1 && (near.first?.confidence ?? 0) > 0.9)
  }

  /// Her face cut by each edge so that about half of it is left.
  @Test(arguments: 0...3) func halfAFaceIsFound(edge: Int) throws {
    let photo = try Image(contentsOf: asset("astronaut.png"))
    // Her face's box is 171...278 by 60...167.
    let parts = [
      Box(x: 0, y: 0, width: 224, height: 512), Box(x: 224, y: 0, width: 288, height: 512),
      Box(x: 0, y: 0, width: 512, height: 114), Box(x: 0, y: 114, width: 512, height: 398),
    ]
    let part = parts[edge]
    let face = Box(x: 171 - part.x, y: 60 - part.y, width: 107, height: 107)
    let found = try search().candidates(in: photo.cropped(to: part).gray(), care: .standard)
    #expect((found.faces + found.doubtful).contains { $0.box.overlap(face) > 0.4 })
  }

  /// A 3x2 picture, by hand.
  @Test func picturesAreTurnedAndMirrored() {
    let picture = GrayImage(width: 3, height: 2, pixels: [1, 2, 3, 4, 5, 6])
    #expect(picture.turned(quarters: 1) == GrayImage(width: 2, height: 3, pixels: [4, 1, 5, 2, 6, 3]))
    #expect(picture.turned(quarters: 2) == GrayImage(width: 3, height: 2, pixels: [6, 5, 4, 3, 2, 1]))
    #expect(picture.turned(quarters: 3) == GrayImage(width: 2, height: 3, pixels: [3, 6, 2, 5, 1, 4]))
    #expect(picture.turned(quarters: 4) == picture && picture.turned(quarters: -1) == picture.turned(quarters: 3))
    let mirrored = [1, 1, 2, 3, 3, 1, 1, 2, 3, 3, 4, 4, 5, 6, 6, 4, 4, 5, 6, 6].map { UInt8($0) }
    #expect(picture.mirrored(margin: 1) == GrayImage(width: 5, height: 4, pixels: mirrored))
    #expect(picture.mirrored(margin: 0) == picture && picture.mirrored(margin: 9).width == 7)
  }
}
