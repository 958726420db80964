import CKernels
import NeuralNetwork
import Testing

@Suite struct MatrixSpeedTests {
  /// What OpenBLAS takes a processor for that it doesn't know.
  @Test(.enabled(if: vector_level() > 0)) func kernelsUseTheProcessorsVectors() {
    #expect(!MatrixSpeed.library.contains("Prescott"))
  }
}
