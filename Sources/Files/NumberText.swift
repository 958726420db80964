/// Numbers as text, with a decimal point in any locale.
package enum NumberText {
  /// For people: with a fixed number of decimals; "-" when it is not a number.
  package static func text(_ value: Double, _ decimals: Int) -> String {
    guard value.isFinite else { return "-" }
    // Beyond, a Double has no such decimals.
    return abs(value) * scale(decimals) < 1e15 ? fixed(value, decimals) : "\(value)"
  }

  /// For files: with at most so many decimals, without zeros at the end; nil when it is not finite or too large for a coordinate.
  package static func short(_ value: Double, _ decimals: Int) -> String? {
    guard value.isFinite, abs(value) < 1e12 else { return nil }
    var text = fixed(value, decimals)
    guard decimals > 0 else { return text }
    while text.utf8.last == UInt8(ascii: "0") { text.removeLast() }
    if text.utf8.last == UInt8(ascii: ".") { text.removeLast() }
    return text
  }

  private static func fixed(_ value: Double, _ decimals: Int) -> String {
    let unit = Int(scale(decimals))
    let scaled = Int((abs(value) * scale(decimals)).rounded())
    let whole = (value < 0 && scaled > 0 ? "-" : "") + String(scaled / unit)
    guard decimals > 0 else { return whole }
    let digits = String(scaled % unit)
    return whole + "." + String(repeating: "0", count: decimals - digits.utf8.count) + digits
  }

  private static func scale(_ decimals: Int) -> Double { (0..<decimals).reduce(1) { scale, _ in scale * 10 } }

  /// "1 face", "2 faces".
  package static func counted(_ count: Int, _ name: String, _ several: String? = nil) -> String {
    "\(count) \(count == 1 ? name : several ?? name + "s")"
  }

  /// "1 h 05 min", "12 min", "34 s".
  package static func time(_ seconds: Double) -> String {
    guard seconds.isFinite, seconds < 1e9 else { return "-" }
    let whole = Int(seconds.rounded())
    if whole < 90 { return "\(whole) s" }
    let minutes = (whole + 30) / 60
    return minutes < 60 ? "\(minutes) min" : "\(minutes / 60) h \(minutes % 60 < 10 ? "0" : "")\(minutes % 60) min"
  }
}
