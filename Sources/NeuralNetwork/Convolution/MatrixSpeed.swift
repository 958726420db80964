import COpenBLAS

/// The speed of OpenBLAS's matrix product on this machine, for comparison with the network's.
package enum MatrixSpeed {
  /// OpenBLAS's version and the processor kernels it chose.
  package static var library: String {
    return String(cString: openblas_get_config())
  }

  /// Billions of operations per second (a multiply-add counts two) of `a * b` with a m x k and b k x n, the median of
  /// `runs`; each of `threads` threads multiplies matrices of its own.
  package static func measure(m: Int, n: Int, k: Int, threads: Int, runs: Int = 15) -> Double {
    let tensors = (0..<threads).map { _ in (Tensor([m, k], fill: 0.5), Tensor([k, n], fill: 0.25), Tensor([m, n])) }
    let clock = ContinuousClock()
    let rates = (0..<runs + 2).map { _ in
      let time = clock.measure {
        parallel(threads, threads: threads) { thread, _ in
          let (a, b, c) = tensors[thread]
          product(m: m, n: n, k: k, a.pointer, k, b.pointer, n, into: c.pointer, n)
        }
      }
      return Double(2 * m * n * k * threads) / (time / .seconds(1)) / 1e9
    }
    return rates.dropFirst(2).sorted()[runs / 2]
  }
}
