import COpenCVShim
import Files
import Glibc

/// A device that shows pictures to other programs as a camera, such as one of the kernel module v4l2loopback. Used by one thread
/// at a time.
package final class VirtualCamera {
  private let path: String
  private let camera: OpaquePointer
  private let width: Int
  private let height: Int
  /// Where frames of another shape than the device's are put.
  private var ground: Image?

  /// - Parameters:
  ///   - path: the device, such as "/dev/video2".
  ///   - width: of the frames, in pixels. A device that wants another size gets them scaled, with black bars.
  ///   - rate: frames a second.
  /// - Throws: `ImagingError` naming the device and what to do.
  package init(_ path: String, width: Int, height: Int, rate: Double) throws(ImagingError) {
    let name = PathText.printable(path)
    let size = try PixelSize(width: width, height: height, name: name)
    var (state, error) = (CAMERA_FAILED, Int32(0))
    let camera = PathText.withSystemPath(path) {
      virtual_camera_open($0, size.width, size.height, min(max(rate, 0.1), 1000), &state, &error)
    }
    guard let camera else { throw ImagingError(file: name, message: Self.problem(state, error)) }
    self.path = path
    self.camera = camera
    self.width = Int(virtual_camera_width(camera))
    self.height = Int(virtual_camera_height(camera))
  }

  deinit { virtual_camera_close(camera) }

  private static func problem(_ state: camera_state, _ error: Int32) -> String {
    let hint = "the kernel module v4l2loopback makes one: sudo modprobe v4l2loopback exclusive_caps=1"
    return switch state {
    case CAMERA_MISSING: "there is no such device; \(hint)"
    case CAMERA_NOT_A_CAMERA: "it takes no pictures; \(hint)"
    case CAMERA_IN_USE: "another program writes to it"
    case CAMERA_NO_PERMISSION:
      "no permission; add yourself to its group: sudo usermod -aG video $USER, then log in again"
    default: "cannot be opened: \(String(cString: strerror(error)))"
    }
  }

  /// Shows a frame of 8-bit colour.
  /// - Throws: `ImagingError` when the device does not take it.
  package func show(_ frame: Image) throws {
    let picture = try fitted(frame)
    let pixels = ocv_mat_data(picture.mat).assumingMemoryBound(to: UInt8.self)
    let code = virtual_camera_write(camera, pixels)
    guard code == 0 else {
      throw ImagingError(
        file: PathText.printable(path), message: "it takes no more frames: \(String(cString: strerror(code)))")
    }
  }

  private func fitted(_ frame: Image) throws -> Image {
    guard (frame.width, frame.height) != (width, height) else { return frame }
    let scale = min(Double(width) / Double(frame.width), Double(height) / Double(frame.height))
    let inner = try frame.resized(
      width: min(width, max(1, Int((Double(frame.width) * scale).rounded()))),
      height: min(height, max(1, Int((Double(frame.height) * scale).rounded()))))
    let ground = try ground ?? Image(frameOf: VideoInfo(width: width, height: height, frameRate: nil, frameCount: nil))
    self.ground = ground
    ground.paste(inner, x: (width - inner.width) / 2, y: (height - inner.height) / 2)
    return ground
  }
}
