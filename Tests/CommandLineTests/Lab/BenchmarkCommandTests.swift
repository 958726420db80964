import Files
import TestSupport
import Testing

/// Whether the processor has the vectors that the kernels for x86 are made for.
private let hasVectors = ((try? Files.read("/proc/cpuinfo")).map { String(decoding: $0, as: UTF8.self) } ?? "")
  .split(separator: "\n").contains { $0.hasPrefix("flags") && $0.contains(" avx2 ") && $0.contains(" fma ") }

extension ProgramTests {
  @Suite struct BenchmarkCommandTests {
    /// OpenBLAS takes an x86 processor for a Prescott when it does not know it.
    @Test(.enabled(if: hasVectors)) func kernelsUseTheProcessorsVectors() throws {
      let run = try ProgramRun.facemarks(
        ["lab", "benchmark", "--training", "tiny", "--batch", "1", "--threads", "1"], in: TemporaryFolder())
      #expect(run.status == 0 && run.output.contains("OpenBLAS") && !run.output.contains("Prescott"))
      #expect(run.output.contains("training tiny, batch 1, 1 thread "))
    }
  }
}
