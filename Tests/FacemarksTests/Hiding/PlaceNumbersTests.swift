import Facemarks
import Imaging
import Testing

@Suite struct PlaceNumbersTests {
  private func face(_ x: Double, side: Double = 40) -> Face { FaceFiltersTests.face(x, 50, side: side) }

  /// At 25 frames a second a place moves by less than half of its side from frame to frame.
  @Test func aPlaceKeepsItsNumber() {
    var numbers = PlaceNumbers()
    for frame in 0..<10 {
      let found = numbers.numbers(
        for: [face(50 + 15 * Double(frame)), face(500)], faces: [], at: Double(frame) / 25)
      #expect(found == [PlaceNumbers.first, PlaceNumbers.first + 1])
    }
    // Elsewhere, and of another size, it is another one; and two places never share a number.
    #expect(numbers.numbers(for: [face(350), face(500, side: 90)], faces: [], at: 0.4) == [100_003, 100_004])
    #expect(numbers.numbers(for: [face(500), face(505)], faces: [], at: 0.44) == [100_002, 100_005])
  }

  @Test func aPlaceIsForgottenAfterASecond() {
    var numbers = PlaceNumbers()
    #expect(numbers.numbers(for: [face(50)], faces: [], at: 0) == [100_001])
    #expect(numbers.numbers(for: [], faces: [], at: 0.5) == [])
    #expect(numbers.numbers(for: [face(60)], faces: [], at: 0.9) == [100_001])
    #expect(numbers.numbers(for: [face(60)], faces: [], at: 2) == [100_002])
  }

  /// Where a face that is followed was lost a moment ago, it is meant, but not while it is seen or long afterwards.
  @Test func aLostFaceLendsItsNumber() {
    var numbers = PlaceNumbers()
    #expect(numbers.numbers(for: [], faces: [(7, face(50))], at: 0) == [])
    #expect(numbers.numbers(for: [face(52)], faces: [], at: 0.1) == [7])
    #expect(numbers.numbers(for: [face(52)], faces: [(7, face(90))], at: 0.2) == [100_001])
    #expect(numbers.numbers(for: [face(150)], faces: [], at: 0.8) == [100_002])
  }
}
