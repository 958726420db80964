/// Follows how far one eye of one face is open, frame after frame: learns how far this person opens it, tells shut eyes by hysteresis,
/// and finds blinks: the lids come together quickly and part again. Laughing eyes narrow as far, but slowly.
package struct EyeTracker {
  /// Seconds in which each ratio was seen, in steps of 0.01; one second at the usual ratio to begin with.
  private var seconds: [Double]
  private var isClosed = false
  private var filter = OneEuroFilter(Self.smoothing)
  /// The ratios of the last moments.
  private var recent: [(time: Double, ratio: Double)] = []
  /// The blink that has not ended yet, and the ratio before it.
  private var closing: (blink: Blink, open: Double)?

  /// Quick enough for a blink of a tenth of a second.
  private static let smoothing = OneEuroFilter.Parameters(restCutoff: 3, speedWeight: 10)
  private static let step = 0.01
  /// Openness from which down an eye is closed, and from which up it is open again.
  private static let closes = 0.2
  private static let opens = 0.4
  /// The share of the time in which the eye is opened this far or less.
  private static let quantile = 0.9
  /// A blink begins where the ratio has come down to this share of the largest in the moment before...
  private static let fall = 0.7
  private static let moment = 0.25
  /// ... and ends where it is back to this share, within a second.
  private static let rise = 0.85
  private static let longest = 1.0

  package init() {
    seconds = Array(repeating: 0, count: 100)
    seconds[Int(EyeState.usualRatio / Self.step)] = 1
  }

  /// The state of the eye in the next frame.
  /// - Parameters:
  ///   - seen: by this frame alone.
  ///   - time: of the frame, in seconds.
  ///   - step: seconds since the last.
  /// - Returns: the state, and the blink that ended.
  package mutating func update(_ seen: EyeState, at time: Double, step: Double) -> (state: EyeState, blink: Blink?) {
    seconds[min(max(Int(seen.lidRatio / Self.step), 0), seconds.count - 1)] += step
    let open = openRatio
    var state = seen
    state.openness = EyeState.openness(filter.filter(seen.lidRatio, step: step), open: open)
    let sharp = EyeState.openness(seen.lidRatio, open: open)
    isClosed = sharp <= (isClosed ? Self.opens : Self.closes)
    state.isClosed = isClosed
    if isClosed { state.gaze = nil }
    return (state, blink(seen.lidRatio, openness: sharp, at: time))
  }

  /// The ratio that is not passed in nine tenths of the time.
  private var openRatio: Double {
    let total = seconds.reduce(0, +)
    var sum = 0.0
    for (index, value) in seconds.enumerated() {
      sum += value
      if sum >= Self.quantile * total { return (Double(index) + 0.5) * Self.step }
    }
    return EyeState.usualRatio
  }

  private mutating func blink(_ ratio: Double, openness: Double, at time: Double) -> Blink? {
    recent.removeAll { time - $0.time > Self.moment }
    defer { recent.append((time, ratio)) }
    guard let now = closing else {
      if let before = recent.last(where: { ratio <= Self.fall * $0.ratio }) {
        closing = (Blink(start: before.time, peak: time, end: time, openness: openness), before.ratio)
      }
      return nil
    }
    guard time - now.blink.start <= Self.longest else {
      closing = nil
      return nil
    }
    if openness < now.blink.openness {
      closing = (Blink(start: now.blink.start, peak: time, end: time, openness: openness), now.open)
    }
    guard ratio >= Self.rise * now.open else { return nil }
    closing = nil
    var blink = now.blink
    blink.end = time
    return blink
  }
}

/// A blink of one eye: it shut and opened again. Times in seconds of the video.
package struct Blink: Sendable, Hashable {
  /// The last frame in which the eye was open.
  package var start: Double
  /// The frame in which it was closed most.
  package var peak: Double
  /// The first frame in which it was open again.
  package var end: Double
  /// At the peak, 0...1.
  package var openness: Double

  package init(start: Double, peak: Double, end: Double, openness: Double) {
    (self.start, self.peak, self.end, self.openness) = (start, peak, end, openness)
  }
}

/// A blink in a video.
package struct BlinkEvent: Sendable, Hashable {
  /// The number of the face.
  package var face: Int
  /// The subject's left.
  package var isLeft: Bool
  package var blink: Blink

  package init(face: Int, isLeft: Bool, blink: Blink) { (self.face, self.isLeft, self.blink) = (face, isLeft, blink) }

  /// Its name in results.
  var eye: String { isLeft ? "left" : "right" }
}
