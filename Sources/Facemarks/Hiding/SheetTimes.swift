/// When a video's places are shown on the sheet: where each is found for the first time, and 1, 4, 16, 64... seconds later.
package struct SheetTimes {
  private struct Times {
    var first: Double
    var wait = 1.0
  }

  private var times: [Int: Times] = [:]

  package init() {}

  /// Whether a place is to be shown that is hidden in a frame at a time.
  package mutating func isDue(_ number: Int, at seconds: Double) -> Bool {
    guard var known = times[number] else {
      times[number] = Times(first: seconds)
      return true
    }
    guard seconds >= known.first + known.wait else { return false }
    while seconds >= known.first + known.wait { known.wait *= 4 }
    times[number] = known
    return true
  }
}
