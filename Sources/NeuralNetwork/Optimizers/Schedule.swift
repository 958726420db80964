#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// A rate (or a momentum) over a run, as a function of the step.
package struct Schedule: Sendable {
  /// The value at a step, 0 <= step < total.
  package let value: @Sendable (_ step: Int, _ total: Int) -> Float

  package init(_ value: @escaping @Sendable (_ step: Int, _ total: Int) -> Float) { self.value = value }

  package static func constant(_ value: Float) -> Schedule { Schedule { _, _ in value } }

  /// `start`, multiplied by `factor` every `every` steps.
  package static func step(_ start: Float, factor: Float, every: Int) -> Schedule {
    Schedule { step, _ in start * pow(factor, Float(step / max(every, 1))) }
  }

  /// From `start` to `end` by a constant ratio per step; both positive.
  package static func exponential(_ start: Float, to end: Float) -> Schedule {
    Schedule { step, total in start * pow(end / start, progress(step, total)) }
  }

  /// From `start` to `end` by a constant difference per step.
  package static func linear(_ start: Float, to end: Float) -> Schedule {
    Schedule { step, total in start + (end - start) * progress(step, total) }
  }

  /// From `start` to `end` along half a cosine (Loshchilov and Hutter, "SGDR", 2017).
  package static func cosine(_ start: Float, to end: Float) -> Schedule {
    Schedule { step, total in end + (start - end) * 0.5 * (1 + cos(Float.pi * progress(step, total))) }
  }

  /// This schedule after `steps` steps that rise linearly from 0 to its start.
  package func warmedUp(steps: Int) -> Schedule {
    let main = value
    return Schedule { step, total in
      step < steps
        ? main(0, total) * Float(step + 1) / Float(steps + 1) : main(step - steps, max(total - steps, 1))
    }
  }

  /// 0 at the first step, 1 at the last.
  private static func progress(_ step: Int, _ total: Int) -> Float {
    total > 1 ? Float(min(step, total - 1)) / Float(total - 1) : 0
  }
}
