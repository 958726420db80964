import Glibc

/// Numbers as people read them.
enum NumberText {
  /// With a fixed number of decimals; "-" when it is not a number.
  static func text(_ value: Double, _ decimals: Int) -> String {
    guard value.isFinite else { return "-" }
    let scale = pow(10, Double(decimals))
    // Beyond, a Double has no such decimals.
    guard abs(value) * scale < 1e15 else { return "\(value)" }
    let scaled = Int((abs(value) * scale).rounded())
    let sign = value < 0 && scaled > 0 ? "-" : ""
    guard decimals > 0 else { return "\(sign)\(scaled)" }
    let (whole, rest) = scaled.quotientAndRemainder(dividingBy: Int(scale))
    let digits = String(rest)
    return "\(sign)\(whole)." + String(repeating: "0", count: decimals - digits.count) + digits
  }

  /// "1 face", "2 faces".
  static func counted(_ count: Int, _ name: String, _ several: String? = nil) -> String {
    "\(count) \(count == 1 ? name : several ?? name + "s")"
  }

  /// "1 h 05 min", "12 min", "34 s".
  static func time(_ seconds: Double) -> String {
    guard seconds.isFinite, seconds < 1e9 else { return "-" }
    let whole = Int(seconds.rounded())
    if whole < 90 { return "\(whole) s" }
    let minutes = (whole + 30) / 60
    return minutes < 60 ? "\(minutes) min" : "\(minutes / 60) h \(minutes % 60 < 10 ? "0" : "")\(minutes % 60) min"
  }
}
