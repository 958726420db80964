import COpenCVShim
import Files

extension Image {
  /// The extensions, in lower case, of files that can be pictures, for walking through folders.
  package static let readableExtensions: Set<String> = [
    "apng", "avif", "bmp", "dib", "heic", "heif", "hif", "j2k", "jfif", "jp2", "jpe", "jpeg", "jpf", "jpg", "jpx",
    "jxl",
    "mpo", "pbm",
    "pgm", "png", "pnm", "ppm", "ras", "sr", "tif", "tiff", "webp",
  ]

  /// Whether pictures can be written with this file extension (without its dot, in any case).
  package static func canWrite(fileExtension: String) -> Bool {
    EncodedFormat(fileExtension: fileExtension) != nil
  }

  /// The file extensions of a copy of a photo, by the photo's own: that one where it can be written. For a HEIF or JPEG XL file JPEG and,
  /// where that cannot hold it, PNG; for others PNG.
  package static func copyExtensions(of fileExtension: String) -> [String] {
    if canWrite(fileExtension: fileExtension) { return [fileExtension] }
    return ["avif", "heic", "heif", "hif", "jxl"].contains(fileExtension.lowercased()) ? ["jpg", "png"] : ["png"]
  }

  /// Whether JPEG cannot hold the picture: it has alpha or more than 8 bits.
  package var isTooMuchForJPEG: Bool { channels == 4 || depth != .uint8 }

  /// The bytes of a picture file, by file extension (without its dot, in any case). JPEG and WebP have quality 95. What
  /// the format cannot hold is converted: 16 bit and float to 8 bit, alpha dropped.
  /// - Throws: `ImagingError` when the extension is none that can be written.
  public func encoded(as fileExtension: String) throws(ImagingError) -> [UInt8] {
    guard let format = EncodedFormat(fileExtension: fileExtension) else {
      throw ImagingError(
        file: name, message: "cannot write a picture as \"\(fileExtension)\"; use png, jpg, tif, webp or bmp")
    }
    var picture = self
    if channels == 4, !format.holdsAlpha { picture = try derived { ocv_mat_without_alpha(mat, $0) } }
    if !format.depths.contains(depth) {
      let mat = picture.mat
      picture = try derived { ocv_mat_to_uint8(mat, $0) }
    }
    if channels == 1, !format.holdsGray { picture = try picture.colored() }
    let encoded = try OpenCV.call(for: name) { ocv_encode(picture.mat, ".\(format.fileExtension)", 95, $0) }
    defer { ocv_bytes_destroy(encoded) }
    let bytes = [UInt8](UnsafeBufferPointer(start: ocv_bytes_data(encoded), count: ocv_bytes_count(encoded)))
    guard picture.channels == 4, ["tif", "tiff"].contains(format.fileExtension) else { return bytes }
    // OpenCV does not say what the fourth channel is: alpha that the colours are not multiplied by.
    let kind = TIFFEntry(tag: 0x0152, type: 3, count: 1, value: [2, 0])
    return PictureInsertion.inserted([kind], intoTIFF: bytes) ?? bytes
  }

  /// Writes the picture in the format of the path's extension; the file appears complete or not at all.
  /// - Throws: `ImagingError` for an extension that cannot be written, and when the file cannot.
  public func write(to path: String) throws(ImagingError) {
    let file = path.lastIndex(of: "/").map { path[path.index(after: $0)...] } ?? path[...]
    let fileExtension = file.lastIndex(of: ".").map { String(file[file.index(after: $0)...]) } ?? ""
    guard Image.canWrite(fileExtension: fileExtension) else {
      throw ImagingError(
        file: path, message: "cannot write a picture as \"\(fileExtension)\"; use .png, .jpg, .tif, .webp or .bmp")
    }
    let bytes = try encoded(as: fileExtension)
    do { try Files.write(bytes, to: path) } catch { throw ImagingError(error) }
  }
}

/// A format that can be written, and what it can hold.
private struct EncodedFormat {
  let fileExtension: String
  var depths: Set<PixelDepth> = [.uint8]
  var holdsAlpha = false
  var holdsGray = true

  init?(fileExtension: String) {
    self.fileExtension = fileExtension.lowercased()
    switch self.fileExtension {
    case "png":
      depths = [.uint8, .uint16]
      holdsAlpha = true
    case "tif", "tiff":
      depths = [.uint8, .uint16, .float32]
      holdsAlpha = true
    case "webp":
      holdsAlpha = true
    case "bmp", "dib", "jpg", "jpeg", "jpe":
      break
    case "pnm", "ppm":
      depths = [.uint8, .uint16]
      holdsGray = self.fileExtension == "pnm"
    default:
      return nil
    }
    guard ocv_can_encode(".\(self.fileExtension)") else { return nil }
  }
}
