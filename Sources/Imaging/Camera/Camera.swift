import COpenCVShim
import Files
import Glibc
import Synchronization

/// A camera of Linux (V4L2), read through OpenCV.
package final class Camera: FrameSource {
  package let name: String
  package let info: VideoInfo
  package var isLive: Bool { true }

  /// Seconds without a frame after which the camera is given up.
  private static let patience = 5.0

  private let path: String
  private let capture: OpaquePointer
  private let mirror: Bool
  private let stopped = Atomic(false)
  private var clock = CameraClock()
  private var count = 0
  /// The time of a frame that has been grabbed and not been read: the first one shows at opening that the camera works.
  private var waiting: Double?

  /// Opens a camera and waits for its first frame.
  ///
  /// - Parameters:
  ///   - device: its number ("0" for /dev/video0) or its path.
  ///   - width: of the frames in pixels; nil for any.
  ///   - height: of the frames in pixels; nil for any. With neither it is the largest size up to 1280x720 that gives 25
  ///     frames per second, or what comes nearest to that.
  ///   - frameRate: frames per second, which must be among the camera's; nil for the one nearest to 30.
  ///   - mirror: swaps left and right, as one is used to from a mirror.
  /// - Throws: `ImagingError` that says what is wrong and what to do: no such camera, no permission, not a camera, in
  ///   use by another program, no such size or rate, no frames.
  package init(
    _ device: String, width: Int? = nil, height: Int? = nil, frameRate: Double? = nil, mirror: Bool = false
  ) throws(ImagingError) {
    let path = Self.path(device)
    self.path = path
    name = PathText.printable(path)
    self.mirror = mirror
    let wish = CameraChoice.Request(width: width, height: height, frameRate: frameRate)
    let choice = try Self.choice(for: wish, of: path, name: name)

    let name = name
    do {
      capture = try OpenCV.call(for: name) { error in
        PathText.withSystemPath(path) { ocv_capture_open($0, error) }
      }
    } catch {
      // Between our look at the device and OpenCV's another program may have taken it.
      let problem = CameraProbe.isInUse(path) ? "another program is using the camera" : nil
      throw ImagingError(
        file: name, message: problem ?? (error.message.isEmpty ? "OpenCV cannot open the camera" : error.message))
    }
    info = Self.apply(choice, to: capture)
    try Self.check(info, against: wish, of: name)
    waiting = try grab()
  }

  deinit { ocv_capture_destroy(capture) }

  /// Has OpenCV wait for a frame for one second instead of ten, as it cannot be told to stop meanwhile: sets a variable of the
  /// process's environment. Called once at the start of a program, before other threads run.
  package static func limitWaits() { setenv("OPENCV_VIDEOIO_V4L_SELECT_TIMEOUT", "1", 1) }

  /// Ends a `read` in another thread within a second (without `limitWaits` within ten), and makes all later ones return nil.
  package func stop() { stopped.store(true, ordering: .relaxed) }

  /// - Returns: nil only after `stop`.
  /// - Throws: when the camera is unplugged, or gives no frame for 5 s.
  package func read(into frame: Image) throws(ImagingError) -> FramePosition? {
    let start = CameraClock.now
    while let position = try next() {
      var error = ocv_error()
      // A frame that arrives damaged is passed over; a JPEG just after the start often does.
      if ocv_capture_retrieve(capture, frame.mat, &error) {
        if mirror { try frame.mirror() }
        return position
      }
      if CameraClock.now - start > Self.patience {
        throw ImagingError(file: name, message: "the camera gives only frames that cannot be decoded")
      }
    }
    return nil
  }

  package func skip() throws(ImagingError) -> FramePosition? { try next() }

  /// Goes on to the next frame; nil when `stop` was called.
  private func next() throws(ImagingError) -> FramePosition? {
    if waiting == nil { waiting = try grab() }
    guard !stopped.load(ordering: .relaxed), let seconds = waiting else { return nil }
    waiting = nil
    defer { count += 1 }
    return FramePosition(index: count, seconds: seconds)
  }

  /// Waits for a frame and gives its time; nil when `stop` was called.
  private func grab() throws(ImagingError) -> Double? {
    let start = CameraClock.now
    var error = ocv_error()
    while !stopped.load(ordering: .relaxed) {
      if ocv_capture_grab(capture, &error) {
        return clock.seconds(ofStamp: ocv_capture_get(capture, Int32(OCV_CAPTURE_MILLISECONDS.rawValue)) / 1000)
      }
      // A signal ends the wait too; only then, and when the camera is slow, is it still there.
      let state = CameraProbe(path).state
      guard state == CAMERA_USABLE || state == CAMERA_IN_USE else {
        throw ImagingError(file: name, message: "the camera is not there any more (unplugged?)")
      }
      guard CameraClock.now - start < Self.patience else {
        let reason = count == 0 && CameraProbe.isInUse(path) ? "; another program may be using it" : ""
        throw ImagingError(file: name, message: "the camera has given no frame for 5 s" + reason)
      }
      usleep(10_000)
    }
    return nil
  }
}
