#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// A seeded generator of random numbers (SplitMix64; Steele, Lea and Flood, "Fast splittable pseudorandom number
/// generators", 2014). The same seed gives the same numbers on every machine.
package struct RandomGenerator: RandomNumberGenerator, Sendable {
  private var state: UInt64

  package init(seed: UInt64) { state = seed }

  /// A generator of its own for each combination of numbers, such as (run's seed, epoch, batch).
  package init(_ parts: UInt64...) {
    state = 0x9E37_79B9_7F4A_7C15
    for part in parts {
      state ^= part
      state = next()
    }
  }

  /// The state: `RandomGenerator(seed: other.seed)` goes on as `other` does.
  package var seed: UInt64 { state }

  package mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// Uniform in 0..<1.
  package mutating func uniform() -> Float { Float(next() >> 40) * 0x1p-24 }

  /// Uniform in `range`.
  package mutating func uniform(_ range: ClosedRange<Float>) -> Float {
    range.lowerBound + (range.upperBound - range.lowerBound) * uniform()
  }

  /// True with the given probability.
  package mutating func chance(_ probability: Float) -> Bool { uniform() < probability }

  /// Normal with mean 0 and standard deviation 1 (Box and Muller, 1958).
  package mutating func normal() -> Float {
    let radius = (-2 * log(max(1 - uniform(), 0x1p-25))).squareRoot()
    return radius * cos(2 * Float.pi * uniform())
  }
}
