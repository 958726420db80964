import COpenCVShim

/// The settings of OpenCV, which are global to the process.
package enum OpenCV {
  /// Called once at start, before the first picture: OpenCV logs nothing, and what its decoders write to stderr about
  /// damaged files becomes part of the thrown error instead (other writers of stderr are let through).
  ///
  /// - Parameter threads: how many threads OpenCV may use for one call; nil leaves the choice to OpenCV.
  package static func configure(threads: Int? = nil) {
    var error = ocv_error()
    _ = ocv_configure(Int32(clamping: threads ?? 0), &error)
    _ = ocv_capture_decoder_messages(&error)
  }

  /// The version of the OpenCV library in use, such as "4.6.0".
  package static var version: String { String(cString: ocv_version()) }

  /// Calls the shim: a nil result becomes an `ImagingError` with OpenCV's words.
  static func call<Result>(
    for name: String, _ work: (UnsafeMutablePointer<ocv_error>) -> Result?
  ) throws(ImagingError) -> Result {
    var error = ocv_error()
    guard let result = work(&error) else {
      throw ImagingError(file: name, message: String(cString: ocv_error_message(&error)))
    }
    return result
  }
}
