import Files
import Testing

@Suite struct NumberTextTests {
  @Test(
    arguments: [
      (0, "0"), (-0.0001, "0"), (12, "12"), (12.5, "12.5"), (12.345, "12.35"), (-12.344, "-12.34"), (0.05, "0.05"),
      (99.999, "100"), (1e11, "100000000000"), (.nan, nil), (.infinity, nil), (1e300, nil),
    ] as [(Double, String?)])
  func numbersForFiles(value: Double, expected: String?) { #expect(NumberText.short(value, 2) == expected) }

  @Test(
    arguments: [
      (0, 0, "0"), (-0.001, 2, "0.00"), (2.5, 0, "3"), (-1.05, 1, "-1.1"), (99.999, 2, "100.00"), (.nan, 1, "-"),
      (1e300, 2, "1e+300"),
    ] as [(Double, Int, String)])
  func numbersForPeople(value: Double, decimals: Int, expected: String) {
    #expect(NumberText.text(value, decimals) == expected)
  }
}
