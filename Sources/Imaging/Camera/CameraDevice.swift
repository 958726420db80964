import COpenCVShim
import Files
import Glibc

/// A device of Linux (V4L2) that delivers pictures.
package struct CameraDevice: Sendable, Hashable {
  /// Such as "/dev/video0".
  package let path: String
  /// The driver's name for it; empty when unknown.
  package let name: String
  package let modes: [CameraMode]
  /// Why the device cannot be opened, in words; nil when it can.
  package let problem: String?

  package init(path: String, name: String, modes: [CameraMode], problem: String?) {
    self.path = path
    self.name = name
    self.modes = modes
    self.problem = problem
  }

  /// The cameras there are, by number, also those that cannot be opened. Devices that carry no pictures, such as the
  /// metadata of a webcam, are left out.
  package static func all() -> [CameraDevice] { all(devices: "/dev", system: "/sys/class/video4linux") }

  package static func all(devices: String, system: String) -> [CameraDevice] {
    let present = numbers(in: devices)
    return present.union(numbers(in: system)).sorted().compactMap { number in
      let path = PathText.join(devices, "video\(number)")
      guard present.contains(number) else {
        // Containers see the system's names, not its devices.
        let problem = "the device is not here; a container must be given it (docker run --device \(path))"
        return CameraDevice(path: path, name: systemName(number, system), modes: [], problem: problem)
      }
      let probe = CameraProbe(path)
      guard probe.state != CAMERA_NOT_A_CAMERA else { return nil }
      let name = probe.name.isEmpty ? systemName(number, system) : probe.name
      return CameraDevice(path: path, name: name, modes: probe.modes, problem: probe.problem)
    }
  }

  /// One line for messages, such as "/dev/video0 (Integrated Camera)".
  var label: String { name.isEmpty ? path : "\(path) (\(name))" }

  /// N of the entries called videoN.
  private static func numbers(in folder: String) -> Set<Int> {
    Set(
      ((try? Files.entries(of: folder)) ?? []).compactMap { entry in
        let digits = entry.name.dropFirst(5)
        guard entry.name.hasPrefix("video"), let number = Int(digits), "\(number)" == digits else { return nil }
        return number
      })
  }

  private static func systemName(_ number: Int, _ system: String) -> String {
    let file = PathText.join(system, "video\(number)/name")
    return CameraProbe.clean(String(decoding: (try? Files.read(file)) ?? [], as: UTF8.self))
  }
}

/// The answers of a device to queries of V4L2.
struct CameraProbe {
  let path: String
  let state: camera_state
  let error: Int32
  let name: String
  let modes: [CameraMode]

  init(_ path: String) {
    self.path = path
    guard let probe = PathText.withSystemPath(path, { camera_probe_create($0) }) else {
      (state, error, name, modes) = (CAMERA_FAILED, ENOMEM, "", [])
      return
    }
    defer { camera_probe_destroy(probe) }
    state = camera_probe_state(probe)
    error = camera_probe_error(probe)
    name = Self.clean(String(cString: camera_probe_name(probe)))
    modes = Self.grouped(
      UnsafeBufferPointer(start: camera_probe_modes(probe), count: camera_probe_mode_count(probe)))
  }

  /// Why the device cannot be opened, and what to do; nil when it can.
  var problem: String? {
    switch state {
    case CAMERA_USABLE: nil
    case CAMERA_MISSING: "there is no such camera"
    case CAMERA_NO_PERMISSION:
      error == EPERM
        ? "this process may not use it; a container must be given the device (docker run --device \(path))"
        : "no permission; add yourself to its group: sudo usermod -aG video $USER, then log in again"
    case CAMERA_NO_DEVICE: "the camera is not there any more (unplugged?)"
    case CAMERA_IN_USE: "another program is using the camera"
    case CAMERA_NOT_A_CAMERA: "this is no camera"
    default: "cannot be opened: \(String(cString: strerror(error)))"
    }
  }

  /// Whether another program streams from the device.
  static func isInUse(_ path: String) -> Bool { PathText.withSystemPath(path) { camera_in_use($0) } }

  /// A name without the control characters that a driver may have put there.
  static func clean(_ name: String) -> String {
    let words = name.unicodeScalars.split { $0.value <= 0x20 || (0x7F...0x9F).contains($0.value) }
    return words.map { String($0) }.joined(separator: " ")
  }

  /// One mode for all frame rates of a size.
  private static func grouped(_ rows: UnsafeBufferPointer<camera_mode>) -> [CameraMode] {
    var modes: [CameraMode] = []
    for row in rows {
      var format = row.format
      var mode = CameraMode(
        format: withUnsafeBytes(of: &format) { String(decoding: $0.prefix(4), as: UTF8.self) },
        widths: CameraMode.Steps(row.width), heights: CameraMode.Steps(row.height), frameRates: [])
      let rate =
        row.highest_rate > 0 ? min(row.lowest_rate, row.highest_rate)...max(row.lowest_rate, row.highest_rate) : nil
      if let last = modes.last, (last.format, last.widths, last.heights) == (mode.format, mode.widths, mode.heights) {
        mode = modes.removeLast()
      }
      if let rate, !mode.frameRates.contains(rate) { mode.frameRates.append(rate) }
      modes.append(mode)
    }
    for index in modes.indices { modes[index].frameRates.sort { $0.upperBound > $1.upperBound } }
    return modes
  }
}

extension CameraMode.Steps {
  fileprivate init(_ steps: camera_steps) {
    self.init(
      from: Int(clamping: steps.lowest), through: Int(clamping: steps.highest), by: Int(clamping: steps.step))
  }
}
