/// Cameras and their modes in words.
extension CameraDevice {
  /// The device and its name, then a line for each pixel format that can be read, or for what is the matter.
  package var lines: [String] {
    let title = name.isEmpty ? path : "\(path)  \(name)"
    if let problem { return [title, "  \(problem)"] }
    let formats = CameraChoice.formats.filter { format in modes.contains { $0.format == format } }
    guard !formats.isEmpty else {
      let others = Set(modes.map(\.format)).sorted().joined(separator: ", ")
      return [title, modes.isEmpty ? "  the driver names no modes" : "  only \(others), which OpenCV does not read"]
    }
    // Formats that can do the same stand in one line.
    var groups: [(formats: [String], summary: String)] = []
    for format in formats {
      let summary = CameraMode.summary(of: modes.filter { $0.format == format })
      if let index = groups.firstIndex(where: { $0.summary == summary }) {
        groups[index].formats.append(format)
      } else {
        groups.append(([format], summary))
      }
    }
    var lines = [title] + groups.map { "  \($0.formats.joined(separator: " ")): \($0.summary)" }
    if let choice = CameraChoice.best(for: CameraChoice.Request(), among: modes) {
      let rate = choice.frameRate.map { " at \(CameraMode.text($0)) frames/s" } ?? ""
      lines.append("  without options: \(choice.width)x\(choice.height)\(rate) as \(choice.format)")
    }
    return lines
  }

  /// The cameras that there are, for the message about a missing one.
  package static func present(_ devices: [CameraDevice] = CameraDevice.all()) -> String {
    devices.isEmpty
      ? "no camera was found here"
      : "there is \(devices.map(\.label).joined(separator: ", "))"
  }
}

extension CameraMode {
  /// The sizes of the formats that can be read, small ones first, each with its rates in frames per second, such as
  /// "640x480 (30, 15), 1280x720 (10)".
  static func summary(of modes: [CameraMode]) -> String {
    var bySize: [String: CameraMode] = [:]
    for mode in modes where CameraChoice.formats.contains(mode.format) {
      var merged = bySize[mode.sizeText] ?? mode
      merged.frameRates += mode.frameRates.filter { !merged.frameRates.contains($0) }
      merged.frameRates.sort { $0.upperBound > $1.upperBound }
      bySize[mode.sizeText] = merged
    }
    func order(_ mode: CameraMode) -> (Int, Int) { (mode.widths.highest, mode.heights.highest) }
    return bySize.values.sorted { order($0) < order($1) }.map { mode in
      mode.frameRates.isEmpty ? mode.sizeText : "\(mode.sizeText) (\(mode.rateText))"
    }.joined(separator: ", ")
  }
}
