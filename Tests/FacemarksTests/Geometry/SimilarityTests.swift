import Facemarks
import Imaging
import Testing

@Suite struct SimilarityTests {
  @Test func theMapIsFoundAgain() throws {
    let points = [Point(x: 1, y: 2), Point(x: -3, y: 5), Point(x: 7, y: -1)]
    let moved = points.map { Point(x: 3 * $0.x - 4 * $0.y + 10, y: 4 * $0.x + 3 * $0.y - 20) }
    let found = try #require(Similarity(from: points, to: moved))
    #expect(abs(found.a - 3) < 1e-9 && abs(found.b - 4) < 1e-9)
    #expect(abs(found.tx - 10) < 1e-9 && abs(found.ty + 20) < 1e-9)
    #expect(abs(found.scale - 5) < 1e-9)
    #expect(Similarity(from: [points[0], points[0]], to: [points[0], points[1]]) == nil)
  }
}
