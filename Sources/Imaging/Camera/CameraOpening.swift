import COpenCVShim
import Files

/// Checks before and after OpenCV opens a camera, since OpenCV does not say why something fails, and takes another mode where
/// it cannot have the one it was asked for.
extension Camera {
  /// "0" stands for /dev/video0; everything else is a path.
  static func path(_ device: String) -> String {
    let isNumber = !device.isEmpty && device.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    return isNumber ? "/dev/video\(device)" : device
  }

  /// The mode to ask for.
  static func choice(
    for wish: CameraChoice.Request, of path: String, name: String
  ) throws(ImagingError) -> CameraChoice {
    let probe = CameraProbe(path)
    if let problem = probe.problem {
      let hasWrongName = probe.state == CAMERA_MISSING || probe.state == CAMERA_NOT_A_CAMERA
      throw ImagingError(file: name, message: hasWrongName ? "\(problem); \(CameraDevice.present())" : problem)
    }
    if CameraProbe.isInUse(path) { throw ImagingError(file: name, message: "another program is using the camera") }
    if let choice = CameraChoice.best(for: wish, among: probe.modes) { return choice }
    if probe.modes.isEmpty {
      // The driver names no modes. What it then delivers is checked.
      return CameraChoice(format: "", width: wish.width ?? 640, height: wish.height ?? 480, frameRate: wish.frameRate)
    }
    let usable = CameraMode.summary(of: probe.modes)
    let message =
      usable.isEmpty
      ? "the camera delivers only \(Set(probe.modes.map(\.format)).sorted().joined(separator: ", ")), which OpenCV "
        + "does not read"
      : "the camera has no mode \(wish.text); it has \(usable)"
    throw ImagingError(file: name, message: message)
  }

  /// Sets the mode, and says what the camera made of it.
  static func apply(_ choice: CameraChoice, to capture: OpaquePointer) -> VideoInfo {
    func set(_ property: ocv_capture_property, _ value: Double) {
      _ = ocv_capture_set(capture, Int32(property.rawValue), value)
    }
    func value(_ property: ocv_capture_property) -> Double { ocv_capture_get(capture, Int32(property.rawValue)) }
    if !choice.format.isEmpty {
      let code = choice.format.utf8.reversed().reduce(0) { $0 << 8 | Int($1) }
      set(OCV_CAPTURE_FOURCC, Double(code))
    }
    set(OCV_CAPTURE_WIDTH, Double(choice.width))
    set(OCV_CAPTURE_HEIGHT, Double(choice.height))
    // Last, as the other settings undo it.
    if let rate = choice.frameRate { set(OCV_CAPTURE_FRAME_RATE, min(max(1, rate.rounded()), 1000)) }
    let rate = value(OCV_CAPTURE_FRAME_RATE)
    return VideoInfo(
      width: Int(value(OCV_CAPTURE_WIDTH)), height: Int(value(OCV_CAPTURE_HEIGHT)),
      frameRate: rate.isFinite && rate > 0 ? rate : choice.frameRate)
  }

  /// Fails when the camera does something else than it was asked for.
  static func check(_ info: VideoInfo, against wish: CameraChoice.Request, of name: String) throws(ImagingError) {
    let fits =
      info.width > 0 && info.height > 0 && wish.width ?? info.width == info.width
      && wish.height ?? info.height == info.height
    guard fits else {
      let given = info.width > 0 ? "gives \(info.width)x\(info.height)" : "has stopped"
      throw ImagingError(file: name, message: "asked for \(wish.text), the camera \(given)")
    }
    if let wished = wish.frameRate, let given = info.frameRate, !CameraChoice.isSame(given, wished) {
      throw ImagingError(
        file: name,
        message: "asked for \(CameraMode.text(wished)) frames/s, the camera gives \(CameraMode.text(given))")
    }
  }
}
