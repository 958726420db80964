import CKernels
import COpenBLAS
import Glibc

/// The settings of OpenBLAS, which are global to the process.
package enum BLAS {
  /// Called once at the start of a program, before other threads run: OpenBLAS uses one thread for a product, as threads are spent
  /// on samples and blocks of them (`parallel`), and kernels that fit the processor. Without it results are the same, and networks
  /// slower.
  package static func configure() {
    openblas_set_num_threads(1)
    chooseKernels()
  }

  /// OpenBLAS takes a processor that is younger than itself for a Prescott of 2004, on which it is eight times slower (0.3.21, of
  /// Debian 12, does so with an Emerald Rapids). There it is made to choose again, among what the processor can do; unless the
  /// user has chosen.
  private static func chooseKernels() {
    let variable = "OPENBLAS_CORETYPE"
    guard vector_level() > 0, getenv(variable) == nil, String(cString: openblas_get_corename()) == "Prescott",
      let forget = dlsym(nil, "gotoblas_dynamic_quit"), let choose = dlsym(nil, "gotoblas_dynamic_init")
    else { return }
    typealias Function = @convention(c) () -> Void
    setenv(variable, vector_level() == 2 ? "SkylakeX" : "Haswell", 1)
    unsafeBitCast(forget, to: Function.self)()
    unsafeBitCast(choose, to: Function.self)()
    unsetenv(variable)
  }
}

/// `c = a * b (+ c)` for row-major matrices: a is m x k, b is k x n after the asked transpositions, c is m x n.
/// The leading dimensions are the distances between rows as they lie in memory.
@inline(__always)
func product(
  m: Int, n: Int, k: Int,
  _ a: UnsafePointer<Float>, _ lda: Int, transposeA: Bool = false,
  _ b: UnsafePointer<Float>, _ ldb: Int, transposeB: Bool = false,
  into c: UnsafeMutablePointer<Float>, _ ldc: Int, adding: Bool = false
) {
  if m == 1, transposeB, !adding {
    // A product of matrices would copy b first, which takes as long as the product.
    cblas_sgemv(CblasRowMajor, CblasNoTrans, blasint(n), blasint(k), 1, b, blasint(ldb), a, 1, 0, c, 1)
    return
  }
  cblas_sgemm(
    CblasRowMajor, transposeA ? CblasTrans : CblasNoTrans, transposeB ? CblasTrans : CblasNoTrans,
    blasint(m), blasint(n), blasint(k), 1, a, blasint(lda), b, blasint(ldb), adding ? 1 : 0, c, blasint(ldc))
}

/// Sums and products over memory with eight accumulators, which the compiler does not make by itself for floats.
enum Reduce {
  static func sum(_ x: UnsafePointer<Float>, _ count: Int) -> Float {
    var lanes = SIMD8<Float>.zero
    let whole = count & ~7
    var i = 0
    while i < whole {
      lanes += UnsafeRawPointer(x + i).loadUnaligned(as: SIMD8<Float>.self)
      i += 8
    }
    var total = lanes.sum()
    while i < count {
      total += x[i]
      i += 1
    }
    return total
  }

  /// The sum of (x - mean)^2.
  static func squares(_ x: UnsafePointer<Float>, _ count: Int, mean: Float) -> Float {
    var lanes = SIMD8<Float>.zero
    let whole = count & ~7
    var i = 0
    while i < whole {
      let d = UnsafeRawPointer(x + i).loadUnaligned(as: SIMD8<Float>.self) - mean
      lanes += d * d
      i += 8
    }
    var total = lanes.sum()
    while i < count {
      total += (x[i] - mean) * (x[i] - mean)
      i += 1
    }
    return total
  }

  static func dot(_ x: UnsafePointer<Float>, _ y: UnsafePointer<Float>, _ count: Int) -> Float {
    var lanes = SIMD8<Float>.zero
    let whole = count & ~7
    var i = 0
    while i < whole {
      lanes +=
        UnsafeRawPointer(x + i).loadUnaligned(as: SIMD8<Float>.self)
        * UnsafeRawPointer(y + i).loadUnaligned(as: SIMD8<Float>.self)
      i += 8
    }
    var total = lanes.sum()
    while i < count {
      total += x[i] * y[i]
      i += 1
    }
    return total
  }
}
