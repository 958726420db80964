/// Numbers for result files: rounded, a decimal point in any locale, no trailing zeros.
package enum DecimalText {
  /// `value` rounded to `places` decimals; nil when it is not finite or too large to be a pixel.
  package static func text(_ value: Double, places: Int) -> String? {
    guard value.isFinite, abs(value) < 1e12 else { return nil }
    var unit = 1
    for _ in 0..<places { unit *= 10 }
    let scaled = Int((abs(value) * Double(unit)).rounded())
    var text = String(scaled / unit)
    if scaled % unit != 0 {
      var digits = String(scaled % unit)
      digits = String(repeating: "0", count: places - digits.count) + digits
      while digits.last == "0" { digits.removeLast() }
      text += "." + digits
    }
    return value < 0 && scaled != 0 ? "-" + text : text
  }
}
