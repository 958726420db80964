import COpenCVShim
import Files

/// The type of one channel value of a pixel. 8 bit holds 0...255, 16 bit 0...65535, float 0...1 (more for HDR).
package enum PixelDepth: Sendable, Hashable {
  case uint8, uint16, float32

  init(_ depth: ocv_depth) {
    switch depth {
    case OCV_UINT16: self = .uint16
    case OCV_FLOAT32: self = .float32
    default: self = .uint8
    }
  }

  /// Of a channel's value.
  var bytes: Int {
    switch self {
    case .uint8: 1
    case .uint16: 2
    case .float32: 4
    }
  }

  /// The value that stands for full brightness.
  var maximum: Double {
    switch self {
    case .uint8: 255
    case .uint16: 65535
    case .float32: 1
    }
  }
}

/// A picture as its file had it: gray, colour or colour with alpha, 8 or 16 bit or float; always upright (an EXIF
/// orientation is applied when it is decoded). Not Sendable: each thread uses its own.
public final class Image {
  /// The file it came from, for error messages.
  let name: String
  let mat: OpaquePointer
  /// A remark about the file that it was decoded from, although all of it could be read; mostly nil.
  package let note: String?
  /// Of the file that it was decoded from; what is derived from it has none.
  package let profile: ColorProfile?
  /// Of the file that it was decoded from, likewise.
  package let metadata: PhotoMetadata?

  /// Takes over `mat`.
  init(owning mat: OpaquePointer, name: String) {
    self.mat = mat
    self.name = name
    (note, profile, metadata) = (nil, nil, nil)
  }

  deinit { ocv_mat_destroy(mat) }

  /// Reads and decodes a picture file.
  /// - Parameter path: of the file.
  /// - Parameter pixelLimit: larger pictures are refused.
  /// - Throws: `ImagingError` when it cannot be read or is not a whole picture.
  public convenience init(contentsOf path: String, pixelLimit: Int = pixelLimit) throws(ImagingError) {
    let bytes: [UInt8]
    do { bytes = try Files.read(path) } catch { throw ImagingError(error) }
    try self.init(decoding: bytes, name: path, pixelLimit: pixelLimit)
  }

  /// Decodes the bytes of a picture file.
  /// - Parameter bytes: all of the file.
  /// - Parameter name: stands in errors.
  /// - Parameter pixelLimit: larger pictures are refused.
  /// - Throws: `ImagingError` when the bytes are not a whole picture.
  public init(decoding bytes: [UInt8], name: String, pixelLimit: Int = pixelLimit) throws(ImagingError) {
    let decoded = try PictureFile(bytes: bytes, name: name).decode(pixelLimit: pixelLimit)
    (mat, note) = (decoded.mat, decoded.note)
    (profile, metadata) = (decoded.profile, decoded.metadata)
    self.name = name
  }

  /// The default limit for the pixels of a picture file.
  public static let pixelLimit = PictureFile.pixelLimit

  /// A gray picture of 8 bit.
  package init(_ gray: GrayImage) throws {
    (name, note, profile, metadata) = ("picture", nil, nil, nil)
    mat = try gray.withMat { mat, error in ocv_mat_copy(mat, error) }
  }

  /// A canvas of 8-bit colour.
  package init(width: Int, height: Int, color: Color) throws {
    (name, note, profile, metadata) = ("picture", nil, nil, nil)
    let size = try PixelSize(width: width, height: height, name: "picture")
    let values = [Double(color.blue), Double(color.green), Double(color.red), 255]
    mat = try OpenCV.call(for: "picture") { ocv_mat_create(size.width, size.height, 3, OCV_UINT8, values, $0) }
  }

  /// A picture of 8-bit colour to read frames into, black.
  public convenience init(frameOf info: VideoInfo) throws {
    try self.init(width: info.width, height: info.height, color: Color(red: 0, green: 0, blue: 0))
  }

  /// The width in pixels.
  public var width: Int { Int(ocv_mat_width(mat)) }
  /// The height in pixels.
  public var height: Int { Int(ocv_mat_height(mat)) }
  /// 1 (gray), 3 (colour) or 4 (colour with alpha).
  package var channels: Int { Int(ocv_mat_channels(mat)) }
  package var depth: PixelDepth { PixelDepth(ocv_mat_depth(mat)) }

  package func copy() throws -> Image {
    try derived { ocv_mat_copy(mat, $0) }
  }

  /// The channel values of one pixel, 0...1, as gray or red, green, blue and (if there is one) alpha.
  package func pixel(x: Int, y: Int) -> [Double] {
    precondition((0..<width).contains(x) && (0..<height).contains(y), "a pixel outside the picture")
    let first = (y * width + x) * channels
    let data = ocv_mat_data(mat)
    let values = (first..<first + channels).map { index -> Double in
      switch depth {
      case .uint8: Double(data.assumingMemoryBound(to: UInt8.self)[index]) / 255
      case .uint16: Double(data.assumingMemoryBound(to: UInt16.self)[index]) / 65535
      case .float32: Double(data.assumingMemoryBound(to: Float.self)[index])
      }
    }
    return values.count < 3 ? values : [values[2], values[1], values[0]] + values[3...]
  }

  /// A new picture from a call of the shim.
  func derived(_ work: (UnsafeMutablePointer<ocv_error>) -> OpaquePointer?) throws(ImagingError) -> Image {
    Image(owning: try OpenCV.call(for: name, work), name: name)
  }
}

/// A width and height that OpenCV can hold: at least one pixel, at most 2^30.
struct PixelSize {
  let width: Int32
  let height: Int32

  init(width: Int, height: Int, name: String) throws(ImagingError) {
    guard width > 0, height > 0, width <= 1 << 30, height <= (1 << 30) / width else {
      throw ImagingError(file: name, message: "a picture of \(width)x\(height) pixels is not possible")
    }
    self.width = Int32(width)
    self.height = Int32(height)
  }
}
