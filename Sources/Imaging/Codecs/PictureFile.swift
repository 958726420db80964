import COpenCVShim

/// The bytes of a picture file on their way to pixels: the format by its first bytes, whether the file is whole, its
/// orientation, and the decoding.
struct PictureFile {
  let bytes: [UInt8]
  let name: String

  /// The formats whose structure is looked at here; OpenCV reads others too.
  enum Format: String {
    case jpeg = "JPEG"
    case png = "PNG"
    case webp = "WebP"
    case bmp = "BMP"
    case tiff = "TIFF"
  }

  var format: Format? {
    let reader = ByteReader(bytes[...], bigEndian: true)
    if reader.uint16(0) == 0xFFD8, reader.uint8(2) == 0xFF { return .jpeg }
    if reader.uint32(0) == 0x8950_4E47, reader.uint32(4) == 0x0D0A_1A0A { return .png }
    if reader.has("RIFF", at: 0), reader.has("WEBP", at: 8) { return .webp }
    if reader.has("BM", at: 0) { return .bmp }
    if reader.uint32(0) == 0x4949_2A00 || reader.uint32(0) == 0x4D4D_002A { return .tiff }
    return nil
  }

  /// An upright picture for the shim, owned by the caller.
  func decode() throws(ImagingError) -> OpaquePointer {
    guard !bytes.isEmpty else { throw ImagingError(file: name, message: "the file is empty") }
    let format = format
    var orientation: Int?
    var isMultipliedByAlpha = false
    switch format {
    case .jpeg:
      let structure = JPEGStructure(bytes)
      guard structure.isComplete else { throw truncated(.jpeg, "it ends before its end marker") }
      orientation = structure.orientation
    case .png:
      let structure = PNGStructure(bytes)
      guard structure.isComplete else { throw truncated(.png, "it ends before its end chunk") }
      orientation = structure.orientation
    case .webp:
      let structure = WebPStructure(bytes)
      guard structure.isComplete else { throw truncated(.webp, "it is shorter than it says") }
      orientation = structure.orientation
    case .tiff:
      // The decoder has turned it, and has multiplied its colours by their alpha.
      isMultipliedByAlpha = TIFFDirectory(bytes[...])?.hasUnassociatedAlpha ?? false
    case .bmp, nil:
      break
    }
    let decoded: OpaquePointer
    do {
      decoded = try OpenCV.call(for: name) { ocv_decode(bytes, bytes.count, $0) }
    } catch {
      throw ImagingError(file: name, message: refusal(of: format, words: error.message))
    }
    if let orientation, orientation != 1 {
      return try replace(decoded) { ocv_mat_upright(decoded, Int32(orientation), $0) }
    }
    return isMultipliedByAlpha ? try replace(decoded) { ocv_mat_unmultiplied(decoded, $0) } : decoded
  }

  /// A picture made from `old`, which is then destroyed.
  private func replace(
    _ old: OpaquePointer, by work: (UnsafeMutablePointer<ocv_error>) -> OpaquePointer?
  ) throws(ImagingError) -> OpaquePointer {
    defer { ocv_mat_destroy(old) }
    return try OpenCV.call(for: name, work)
  }

  private func truncated(_ format: Format, _ reason: String) -> ImagingError {
    ImagingError(file: name, message: "the \(format.rawValue) is truncated: \(reason); get a complete copy")
  }

  private func refusal(of format: Format?, words: String) -> String {
    let reason = words.isEmpty ? "" : " (\(words))"
    guard let format else { return "not a picture OpenCV can read\(reason)" }
    return "not a whole \(format.rawValue) of a kind OpenCV can read\(reason)"
  }
}
