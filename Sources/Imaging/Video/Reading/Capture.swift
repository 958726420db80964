import COpenCVShim
import Files
import Glibc

/// An open capture of OpenCV's FFmpeg backend.
final class Capture {
  let pointer: OpaquePointer
  private let path: String

  /// - Parameters:
  ///   - path: a file or an address.
  ///   - structure: what is known of the file, for the words of an error.
  ///   - patience: seconds that may pass without a byte; nil for OpenCV's own 30.
  init(_ path: String, structure: VideoStructure, patience: Double?, packetsOnly: Bool = false) throws(ImagingError) {
    self.path = path
    var settings: [ocv_capture_setting] = []
    if let patience {
      for property in [OCV_CAPTURE_OPEN_TIMEOUT, OCV_CAPTURE_READ_TIMEOUT] {
        settings.append(ocv_capture_setting(property: Int32(property.rawValue), value: Int32(patience * 1000)))
      }
    }
    if packetsOnly { settings.append(ocv_capture_setting(property: Int32(OCV_CAPTURE_FORMAT.rawValue), value: -1)) }
    let isStream = VideoFile.isStream(path)
    // Without a slash, FFmpeg takes what stands before a colon for a protocol.
    let address = isStream || path.utf8.first == UInt8(ascii: "/") ? path : "./" + path
    let began = ContinuousClock.now
    do {
      pointer = try OpenCV.call(for: PathText.printable(path)) { error in
        PathText.withSystemPath(address) { ocv_capture_open($0, OCV_BACKEND_FFMPEG, settings, settings.count, error) }
      }
    } catch {
      throw ImagingError(
        file: error.file,
        message: isStream
          ? Self.refusal(words: error.message, patience: patience, waited: .now - began)
          : structure.refusal(words: error.message))
    }
    _ = ocv_capture_set(pointer, Int32(OCV_CAPTURE_TURNS_BY_ITSELF.rawValue), 0)
  }

  deinit { ocv_capture_destroy(pointer) }

  subscript(property: ocv_capture_property) -> Double { ocv_capture_get(pointer, Int32(property.rawValue)) }

  /// When the grabbed frame is shown, from the first on, as OpenCV says it.
  var seconds: Double { self[OCV_CAPTURE_MILLISECONDS] / 1000 }

  /// Goes on to the next frame.
  /// - Returns: whether there is one, and what FFmpeg's readers of files and networks said.
  func grab() -> (isFrame: Bool, words: String) {
    var error = ocv_error()
    let isFrame = ocv_capture_grab(pointer, &error)
    return (isFrame, String(cString: ocv_error_message(&error)))
  }

  /// Goes on to the next frame.
  func skip() -> Bool { grab().isFrame }

  /// The first bytes of the packet, of a capture that decodes nothing.
  func packet() -> [UInt8] {
    let most = 4096
    return [UInt8](unsafeUninitializedCapacity: most) { buffer, count in
      if let bytes = buffer.baseAddress { count = ocv_capture_packet(pointer, bytes, most) }
    }
  }

  private static func refusal(words: String, patience: Double?, waited: Duration) -> String {
    if let patience, waited > .seconds(patience * 0.9) {
      return "cannot open the stream: no answer for \(Int(patience)) seconds"
    }
    return "cannot open the stream" + (words.isEmpty ? "" : " (\(words))")
  }
}
