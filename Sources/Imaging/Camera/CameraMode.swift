import Files

/// A pixel format and size, or range of sizes, that a camera delivers, and its frame rates there.
package struct CameraMode: Sendable, Hashable {
  /// Whole numbers from the lowest to the highest in steps.
  package struct Steps: Sendable, Hashable {
    package var lowest: Int
    package var highest: Int
    package var step: Int

    package init(from lowest: Int, through highest: Int, by step: Int = 1) {
      self.lowest = lowest
      self.highest = max(lowest, highest)
      self.step = max(1, step)
    }

    package func contains(_ value: Int) -> Bool {
      value >= lowest && value <= highest && (value - lowest).isMultiple(of: step)
    }
  }

  /// The driver's four letters, such as "YUYV" or "MJPG".
  package var format: String
  /// In pixels; most cameras have single sizes (lowest and highest are the same).
  package var widths: Steps
  package var heights: Steps
  /// Frames per second: single rates and ranges of them, fastest first; empty when the driver does not say.
  package var frameRates: [ClosedRange<Double>]

  package init(format: String, widths: Steps, heights: Steps, frameRates: [ClosedRange<Double>]) {
    self.format = format
    self.widths = widths
    self.heights = heights
    self.frameRates = frameRates
  }

  /// A mode of one size with single frame rates.
  package init(format: String, width: Int, height: Int, frameRates: [Double]) {
    self.init(
      format: format, widths: Steps(from: width, through: width), heights: Steps(from: height, through: height),
      frameRates: frameRates.sorted(by: >).map { $0...$0 })
  }

  /// Such as "640x480", or "2x1 to 1920x1080".
  package var sizeText: String {
    let (low, high) = ("\(widths.lowest)x\(heights.lowest)", "\(widths.highest)x\(heights.highest)")
    return low == high ? low : "\(low) to \(high)"
  }

  /// Such as "30, 15", or "1 to 60"; empty when the driver does not say.
  package var rateText: String {
    frameRates.map { rate in
      let (low, high) = (Self.text(rate.lowerBound), Self.text(rate.upperBound))
      return low == high ? high : "\(low) to \(high)"
    }.joined(separator: ", ")
  }

  /// A rate with at most two decimals.
  package static func text(_ rate: Double) -> String { NumberText.short(rate, 2) ?? "\(rate)" }
}
