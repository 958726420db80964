import TestSupport
import Testing

/// The path of a file in the folder Fixtures.
func fixture(_ name: String) -> String { repositoryFile("Tests/NeuralNetworkTests/Fixtures/\(name)") }

/// Every value within `tolerance`, relative to the largest of the expected ones.
func expectClose(
  _ values: [Float], _ expected: [Float], _ tolerance: Float, _ what: String,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(values.count == expected.count, "\(what)", sourceLocation: sourceLocation)
  let scale = max(expected.map(abs).max() ?? 0, 0.02)
  let worst = zip(values, expected).map { abs($0 - $1) }.max() ?? 0
  #expect(
    worst <= tolerance * scale, "\(what): off by \(worst) where values reach \(scale)", sourceLocation: sourceLocation)
}
