import COpenCVShim

/// Pixels of 8 bit a channel in memory that someone else owns, such as a frame of another library.
public struct PixelBuffer {
  /// The order of a pixel's channels, a byte each.
  public enum Format: Sendable, CaseIterable {
    case gray, bgr, rgb, bgra, rgba

    /// Bytes a pixel.
    package var channels: Int {
      switch self {
      case .gray: 1
      case .bgr, .rgb: 3
      case .bgra, .rgba: 4
      }
    }

    fileprivate var hasRedFirst: Bool { self == .rgb || self == .rgba }
  }

  private let bytes: UnsafeRawBufferPointer
  private let format: Format
  private let size: PixelSize
  private let stride: Int

  /// - Parameters:
  ///   - bytes: the rows from the top down, each from the left; they must stay as they are while the buffer is used.
  ///   - format: the order of a pixel's channels.
  ///   - width: pixels of a row.
  ///   - height: rows.
  ///   - stride: bytes from one row to the next; nil when they lie without gaps.
  /// - Throws: `ImagingError` when there are no pixels, or fewer bytes than that.
  public init(
    _ bytes: UnsafeRawBufferPointer, format: Format, width: Int, height: Int, stride: Int? = nil
  ) throws(ImagingError) {
    size = try PixelSize(width: width, height: height, name: "pixel buffer")
    let row = width * format.channels
    self.stride = stride ?? row
    guard self.stride >= row, self.stride <= Int(Int32.max),
      bytes.count >= (height - 1) * self.stride + row
    else {
      throw ImagingError(
        file: "pixel buffer",
        message:
          "\(bytes.count) bytes in rows of \(self.stride) do not hold \(width)x\(height) pixels of \(row / width) bytes"
      )
    }
    (self.bytes, self.format) = (bytes, format)
  }

  /// Gives `body` the pixels as a picture that is valid during the call only. Nothing is copied unless red and blue have to change
  /// places.
  package func withImage<Result>(_ body: (Image) throws -> Result) throws -> Result {
    guard let base = bytes.baseAddress else { preconditionFailure("there are pixels") }
    let mat = try OpenCV.call(for: "pixel buffer") {
      ocv_mat_borrow(
        base, size.width, size.height, Int32(format.channels), stride, format.hasRedFirst, $0)
    }
    return try body(Image(owning: mat, name: "pixel buffer"))
  }
}
