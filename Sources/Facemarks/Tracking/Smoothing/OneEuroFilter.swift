/// The One-Euro filter of one number: an exponential average whose cutoff frequency grows with the number's speed, so that it
/// is steady at rest and quick in motion.
///
/// Casiez, Roussel, Vogel: 1 Euro Filter: A Simple Speed-based Low-pass Filter for Noisy Input in Interactive Systems, CHI 2012.
package struct OneEuroFilter: Sendable {
  package struct Parameters: Sendable, Hashable {
    /// The cutoff frequency at rest, in Hz: lower is steadier.
    package var restCutoff: Double
    /// The growth of the cutoff with the speed, in Hz per unit and second: higher follows quicker.
    package var speedWeight: Double
    /// The cutoff frequency of the speed, in Hz.
    package var speedCutoff: Double

    package init(restCutoff: Double, speedWeight: Double, speedCutoff: Double = 1) {
      self.restCutoff = restCutoff
      self.speedWeight = speedWeight
      self.speedCutoff = speedCutoff
    }
  }

  private let parameters: Parameters
  private var value: Double?
  private var speed = 0.0

  package init(_ parameters: Parameters) { self.parameters = parameters }

  /// - Parameters:
  ///   - unit: what counts as 1 for the speed, over 0.
  ///   - step: seconds since the last call, over 0; not looked at in the first one.
  package mutating func filter(_ input: Double, unit: Double = 1, step: Double) -> Double {
    guard let last = value else {
      value = input
      return input
    }
    let rate = (input - last) / (unit * step)
    speed += Self.weight(parameters.speedCutoff, step) * (rate - speed)
    let cutoff = parameters.restCutoff + parameters.speedWeight * abs(speed)
    let output = last + Self.weight(cutoff, step) * (input - last)
    value = output
    return output
  }

  /// The weight of the newest value in an average with this cutoff: 1 / (1 + tau / step), tau = 1 / (2 pi cutoff).
  static func weight(_ cutoff: Double, _ step: Double) -> Double {
    let turns = 2 * Double.pi * cutoff * step
    return turns / (turns + 1)
  }
}
