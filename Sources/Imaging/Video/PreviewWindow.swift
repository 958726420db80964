import COpenCVShim

/// A window that shows frames while they are made. It is opened by the first frame; all its methods are called on the
/// main thread.
package final class PreviewWindow {
  /// What the user asks for with a key.
  package enum Key: Sendable, Hashable {
    /// q or Esc.
    case quit
    /// s: the picture on show as a file.
    case still
  }

  private static let name = "preview"
  private let window: OpaquePointer

  /// - Throws: `ImagingError` when there is no display, or none that can be used.
  package init(title: String) throws(ImagingError) {
    window = try OpenCV.call(for: Self.name) { ocv_window_create(title, $0) }
  }

  deinit { ocv_window_destroy(window) }

  /// Shows a frame in the place of the one before; a window that the user has closed stays closed.
  package func show(_ image: Image) throws(ImagingError) {
    _ = try OpenCV.call(for: Self.name) { ocv_window_show(window, image.mat, $0) ? true : nil }
  }

  /// Lets the window react to the user for up to `milliseconds` (at least one), and ends early when a key is pressed.
  package func key(waiting milliseconds: Int) -> Key? {
    switch UInt8(exactly: ocv_window_key(window, Int32(clamping: milliseconds))) {
    case UInt8(ascii: "q"), UInt8(ascii: "Q"), 27: .quit
    case UInt8(ascii: "s"), UInt8(ascii: "S"): .still
    default: nil
    }
  }

  /// Whether the user has closed the window.
  package var isClosed: Bool { ocv_window_is_closed(window) }
}
