import ArgumentParser

/// A time in a video as people write it: seconds (`75`, `75.5`), or minutes and hours before them (`1:15`, `1:02:03.5`).
struct Timecode: ExpressibleByArgument {
  let seconds: Double

  init?(argument: String) {
    let parts = argument.split(separator: ":", omittingEmptySubsequences: false)
    guard (1...3).contains(parts.count) else { return nil }
    var seconds = 0.0
    for (index, part) in parts.enumerated() {
      let isLast = index == parts.count - 1
      guard let first = part.first, first.isNumber, let value = isLast ? Double(part) : Int(part).map(Double.init),
        value.isFinite, index == 0 || value < 60
      else { return nil }
      seconds = seconds * 60 + value
    }
    guard seconds < 1e9 else { return nil }
    self.seconds = seconds
  }
}
