/// A nonlinearity that convolutions, dense layers, normalisations and sums can apply to their own result, which saves a
/// pass over memory.
package enum Activation: String, CaseIterable, Sendable {
  case none, relu
  /// max(x, 0.01 x).
  case leaky

  /// The factor of negative values.
  var slope: Float {
    switch self {
    case .none: 1
    case .relu: 0
    case .leaky: 0.01
    }
  }

  /// In place.
  @inline(__always)
  func apply(_ values: UnsafeMutablePointer<Float>, _ count: Int) {
    switch self {
    case .none: break
    case .relu: for i in 0..<count { values[i] = max(values[i], 0) }
    case .leaky: for i in 0..<count { values[i] = max(values[i], 0.01 * values[i]) }
    }
  }

  /// `result = gradient * derivative`; the derivative is read off the activation's own output, whose sign is its input's.
  @inline(__always)
  func backward(
    _ gradient: UnsafePointer<Float>, output: UnsafePointer<Float>, into result: UnsafeMutablePointer<Float>,
    _ count: Int
  ) {
    guard self != .none else {
      result.update(from: gradient, count: count)
      return
    }
    let slope = slope
    for i in 0..<count { result[i] = gradient[i] * (output[i] > 0 ? 1 : slope) }
  }
}
