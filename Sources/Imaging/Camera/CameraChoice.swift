/// One format, size and frame rate of a camera.
package struct CameraChoice: Sendable, Hashable {
  package var format: String
  package var width: Int
  package var height: Int
  /// Nil leaves it to the driver.
  package var frameRate: Double?

  package init(format: String, width: Int, height: Int, frameRate: Double?) {
    self.format = format
    self.width = width
    self.height = height
    self.frameRate = frameRate
  }

  /// The mode that the user asks for; nil where any will do.
  package struct Request: Sendable, Hashable {
    package var width: Int?
    package var height: Int?
    package var frameRate: Double?

    package init(width: Int? = nil, height: Int? = nil, frameRate: Double? = nil) {
      self.width = width
      self.height = height
      self.frameRate = frameRate
    }

    /// Such as "640 pixels wide at 30 frames/s".
    var text: String {
      let size: String? =
        switch (width, height) {
        case (let width?, let height?): "\(width)x\(height)"
        case (let width?, nil): "\(width) pixels wide"
        case (nil, let height?): "\(height) pixels high"
        case (nil, nil): nil
        }
      return [size, frameRate.map { "at \(CameraMode.text($0)) frames/s" }].compactMap(\.self).joined(separator: " ")
    }
  }

  /// Formats that OpenCV turns into colour pictures, the better ones first: pixels as they are, then compressed ones,
  /// then those without colour. MJPG is lossy, but the only one that is fast at large sizes on most webcams.
  static let formats = ["YUYV", "UYVY", "NV12", "NV21", "YU12", "YV12", "RGB3", "BGR3", "MJPG", "JPEG", "GREY"]
  /// Fast enough to look like motion.
  private static let smooth = 25.0
  private static let usualRate = 30.0
  /// The largest size that is taken without being asked for.
  private static let usualSize = (width: 1280, height: 720)
  private static let usualSizes = [(160, 120), (320, 240), (640, 360), (640, 480), (800, 600), (1280, 720)]

  /// The mode that fits a wish best; nil when none does.
  ///
  /// Without a wish for the rate it is the one nearest to 30. Among formats that do the same the first of `formats` wins. Without
  /// a wish for the size:
  ///
  /// - the largest one up to 1280x720 with 25 frames/s (or the wished rate),
  /// - else the fastest one up to 1280x720,
  /// - else, where all are larger, the smallest one with 25 frames/s, or the smallest one of the fastest.
  package static func best(for wish: Request, among modes: [CameraMode]) -> CameraChoice? {
    let choices = modes.filter { formats.contains($0.format) }.flatMap { mode in
      sizes(for: wish, in: mode).compactMap { size -> CameraChoice? in
        let found = rate(nearest: wish.frameRate ?? usualRate, in: mode.frameRates)
        if let wished = wish.frameRate, let found, !isSame(found, wished) { return nil }
        return CameraChoice(
          format: mode.format, width: size.width, height: size.height, frameRate: found ?? wish.frameRate)
      }
    }
    return choices.max { $0.merit.lexicographicallyPrecedes($1.merit) }
  }

  /// Whether two frame rates are meant to be the same, such as 30 and 29.97.
  static func isSame(_ one: Double, _ other: Double) -> Bool { (one - other).magnitude <= 0.02 * other }

  /// The criteria by which a choice is better than another, the most important first.
  private var merit: [Double] {
    let isUsual = width <= Self.usualSize.width && height <= Self.usualSize.height
    let area = Double(width) * Double(height)
    let rate = frameRate ?? Self.smooth
    let order = Double(Self.formats.firstIndex(of: format) ?? Self.formats.count)
    let distance = (rate - Self.usualRate).magnitude
    return [isUsual ? 1 : 0, min(rate, Self.smooth), isUsual ? area : -area, -distance, -order]
  }

  /// The rate of a camera that is nearest to another; nil when the driver names none.
  private static func rate(nearest wanted: Double, in ranges: [ClosedRange<Double>]) -> Double? {
    ranges.map { min(max(wanted, $0.lowerBound), $0.upperBound) }
      .min { ($0 - wanted).magnitude < ($1 - wanted).magnitude }
  }

  /// The sizes of a mode worth looking at. A range of sizes stands for the usual ones in it, or those of a usual shape.
  private static func sizes(for wish: Request, in mode: CameraMode) -> [(width: Int, height: Int)] {
    let (widths, heights) = (mode.widths, mode.heights)
    let sizes: [(width: Int, height: Int)] =
      switch (wish.width, wish.height) {
      case (let width?, let height?): [(width, height)]
      case (let width?, nil): heights.some(of: [width &* 3 / 4, width &* 9 / 16]).map { (width, $0) }
      case (nil, let height?): widths.some(of: [height &* 4 / 3, height &* 16 / 9]).map { ($0, height) }
      case (nil, nil): usualSizes + [(widths.lowest, heights.lowest), (widths.highest, heights.highest)]
      }
    return sizes.filter { widths.contains($0.width) && heights.contains($0.height) }
  }
}

extension CameraMode.Steps {
  /// The numbers that are among the steps, or else the first and the last step.
  fileprivate func some(of numbers: [Int]) -> [Int] {
    let known = numbers.filter(contains)
    return known.isEmpty ? [lowest, highest] : known
  }
}
