import COpenCVShim

/// The colour profile of a gray or CMYK picture. Copies are in colour and cannot carry it, so the picture becomes sRGB through it.
struct ForeignProfile {
  private enum Space: String {
    case gray = "GRAY"
    case cmyk = "CMYK"
  }

  private let bytes: [UInt8]
  private let space: Space

  /// Nil for profiles of other pictures. The colour space stands at 16 (ICC.1:2010).
  init?(bytes: [UInt8]) {
    guard let space = Space(rawValue: String(decoding: bytes.dropFirst(16).prefix(4), as: UTF8.self)) else {
      return nil
    }
    self.bytes = bytes
    self.space = space
  }

  /// A CMYK picture in sRGB, owned by the caller; nil where its inks cannot be read or do not fit the profile.
  /// - Parameter isDoubtful: whether the decoder has warned of damage.
  func decodeInks(of file: [UInt8], _ format: PictureFormat, isDoubtful: inout Bool) -> OpaquePointer? {
    guard space == .cmyk, format == .jpeg || format == .tiff else { return nil }
    var error = ocv_error()
    guard
      let inks = format == .jpeg
        ? jpeg_decode_inks(file, file.count, &isDoubtful, &error) : tiff_decode_inks(file, file.count, &error)
    else { return nil }
    defer { ocv_mat_destroy(inks) }
    return color_from_inks(inks, bytes, bytes.count, &error)
  }

  /// Brings a gray picture to the curve of sRGB.
  /// - Returns: a note where it stays what it is: it is not gray, or does not fit the profile.
  func convert(gray mat: inout OpaquePointer) -> String? {
    var error = ocv_error()
    guard space == .gray, let gray = color_from_gray(mat, bytes, bytes.count, &error) else { return note }
    ocv_mat_destroy(mat)
    mat = gray
    return nil
  }

  private var note: String {
    switch space {
    case .gray: "its profile for gray was left out; it may look brighter or darker"
    case .cmyk: "its CMYK colours were converted without their profile; they may look different"
    }
  }
}
