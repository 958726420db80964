import Facemarks
import Imaging
import Testing

@Suite struct FacePatchTests {
  private func texture(_ x: Int, _ y: Int) -> Float { Float((x * 37 + y * 91 + x * y * 13) % 101) }

  @Test(arguments: [(0, 0), (18, -18), (-7, 11), (-18, 5)]) func aPatchIsFoundAgain(x: Int, y: Int) throws {
    let side = FacePatch.searchSide
    let field = (0..<side * side).map { texture($0 % side, $0 / side) }
    let first = (side - FacePatch.side) / 2
    // In another light, which it does not know of.
    let patch = FacePatch(
      (0..<FacePatch.side * FacePatch.side).map {
        30 + 0.5 * texture(first + x + $0 % FacePatch.side, first + y + $0 / FacePatch.side)
      })
    let found = try #require(patch.find(in: field))
    #expect(found.x == x && found.y == y)
  }

  @Test func aPlainFieldHoldsNothing() {
    let count = FacePatch.side * FacePatch.side
    let plain = FacePatch([Float](repeating: 80, count: count))
    let patch = FacePatch((0..<count).map { texture($0 % 24, $0 / 24) })
    #expect(patch.find(in: [Float](repeating: 80, count: FacePatch.searchSide * FacePatch.searchSide)) == nil)
    #expect(plain.correlation(with: patch) == 0)
    #expect(abs(patch.correlation(with: patch) - 1) < 1e-5)
  }

  @Test func aPatchLearns() {
    let count = FacePatch.side * FacePatch.side
    let (one, other) = (
      FacePatch((0..<count).map { texture($0 % 24, $0 / 24) }), FacePatch((0..<count).map { texture($0 / 24, $0 % 24) })
    )
    var patch = one
    patch.approach(other, by: 0.5)
    #expect(patch.correlation(with: other) > one.correlation(with: other) + 0.2)
    patch.approach(other, by: 1)
    #expect(abs(patch.correlation(with: other) - 1) < 1e-5)
  }
}
