import COpenCVShim

/// The bytes of a picture file on their way to pixels: whether the file is whole, its orientation, and the decoding.
struct PictureFile {
  let bytes: [UInt8]
  let name: String

  /// Larger pictures are refused before they take the memory: 25,000 x 20,000 pixels.
  static let pixelLimit = 500_000_000

  /// A decoded picture.
  struct Decoded {
    /// An upright picture for the shim, owned by the caller.
    var mat: OpaquePointer
    var profile: ColorProfile?
    var metadata: PhotoMetadata?
    /// A remark about the file although all of it could be read.
    var note: String?
  }

  func decode(pixelLimit: Int = pixelLimit) throws(ImagingError) -> Decoded {
    guard !bytes.isEmpty else { throw ImagingError(file: name, message: "the file is empty") }
    guard let format = PictureFormat(bytes) else {
      throw ImagingError(file: name, message: PictureFormat.refusal(bytes) ?? "not a picture OpenCV can read")
    }
    if let pixels = format.pixels(bytes) { try check(pixels: pixels, limit: pixelLimit) }
    if format == .heic || format == .avif { return try HEIFPicture(self, format).decode(pixelLimit: pixelLimit) }
    if format == .jpegXL { return try JXLPicture(self).decode(pixelLimit: pixelLimit) }
    var bytes = bytes
    var exif: ArraySlice<UInt8>?
    var pictures = 1
    var alpha = TIFF_NO_ALPHA
    var white: Int?
    var transparent: Double?
    var lacksEnd = false
    switch format {
    case .jpeg:
      let structure = JPEGStructure(bytes)
      if !structure.isComplete {
        // With an end marker put there the decoder says whether anything before it is missing.
        bytes += [0xFF, 0xD9]
        lacksEnd = true
      }
      (exif, pictures) = (structure.exif, structure.pictures)
    case .png:
      let structure = PNGStructure(bytes)
      guard structure.isComplete else { throw truncated(.png, "it ends before its end chunk") }
      (exif, pictures, transparent) = (structure.exif, structure.pictures, structure.transparentGray)
    case .webp:
      let structure = WebPStructure(bytes)
      guard structure.isComplete else { throw truncated(.webp, "it is shorter than it says") }
      // OpenCV 4.6 does not read what moves.
      if structure.pictures > 1, let frame = WebPStructure.firstFrame(of: bytes) { bytes = frame }
      (exif, pictures) = (structure.exif, structure.pictures)
    case .tiff:
      let directory = TIFFDirectory(bytes[...])
      if directory?.isCameraRaw ?? false {
        throw ImagingError(
          file: name, message: "is a camera's raw photo, which cannot be read; develop it to JPEG, PNG or TIFF")
      }
      exif = bytes[...]
      pictures = directory?.pictures ?? 1
      alpha = directory?.alpha ?? TIFF_NO_ALPHA
    case .pnm:
      white = PictureFormat.whiteOfPNM(bytes)
      pictures = PictureFormat.picturesOfPNM(bytes)
    case .bmp: bytes = BMPStructure.withLongHead(bytes)
    case .heic, .avif, .jpegXL, .jpeg2000, .sunRaster: break
    }
    let profile = ColorProfile.bytes(of: self.bytes, format)
    var foreign = profile.flatMap { ForeignProfile(bytes: $0) }
    var decoded: OpaquePointer
    var isDoubtful = false
    var range = 0.0
    do {
      if let colors = foreign?.decodeInks(of: bytes, format, isDoubtful: &isDoubtful) {
        (decoded, foreign) = (colors, nil)
      } else {
        decoded = try OpenCV.call(for: name) {
          format == .tiff
            ? tiff_decode(bytes, bytes.count, alpha, &range, $0) : ocv_decode(bytes, bytes.count, &isDoubtful, $0)
        }
      }
    } catch {
      if lacksEnd { throw truncated(.jpeg, "it ends before its end marker") }
      throw ImagingError(file: name, message: refusal(of: format, words: error.message))
    }
    if lacksEnd, isDoubtful {
      ocv_mat_destroy(decoded)
      throw truncated(.jpeg, "it ends before its end marker")
    }
    if let orientation = exif.flatMap({ TIFFDirectory($0)?.orientation }), orientation != 1 {
      decoded = try replace(decoded) { ocv_mat_upright(decoded, Int32(orientation), $0) }
    }
    // OpenCV leaves it out where the picture is gray.
    if let transparent { decoded = try replace(decoded) { ocv_mat_with_transparent(decoded, transparent, $0) } }
    // OpenCV takes the values as they are.
    if let white, ![0, 255, 65535].contains(white) {
      decoded = try replace(decoded) { ocv_mat_scaled(decoded, (white > 255 ? 65535 : 255) / Double(white), $0) }
    }
    var notes = lacksEnd ? ["its end marker is missing; the picture before it is whole"] : []
    if format == .jpeg, isDoubtful { notes.append("it is damaged; parts of the picture may be wrong") }
    if range > 0 { notes.append("its numbers were taken as 0 (black) to \(Int(range)) (white)") }
    if let note = foreign?.convert(gray: &decoded) { notes.append(note) }
    if pictures > 1 { notes.append(Self.note(pictures: pictures, read: "first")) }
    return Decoded(
      // Marked copies are in colour; a profile of RGB is right for what was stored in colour only.
      mat: decoded, profile: ocv_mat_channels(decoded) >= 3 ? profile.flatMap { ColorProfile(bytes: $0) } : nil,
      metadata: exif.flatMap { PhotoMetadata($0) },
      note: notes.isEmpty ? nil : notes.joined(separator: "; "))
  }

  /// - Parameter read: the one that was.
  static func note(pictures: Int, read: String) -> String {
    "the file has \(pictures) pictures; the \(read) was read, \(pictures - 1) left out"
  }

  func check(pixels: Int, limit: Int) throws(ImagingError) {
    guard pixels > limit else { return }
    throw ImagingError(
      file: name, message: "it has more than \(limit / 1_000_000) million pixels; --max-megapixels allows more",
      isTooLarge: true)
  }

  /// A picture made from `old`, which is then destroyed.
  private func replace(
    _ old: OpaquePointer, by work: (UnsafeMutablePointer<ocv_error>) -> OpaquePointer?
  ) throws(ImagingError) -> OpaquePointer {
    defer { ocv_mat_destroy(old) }
    return try OpenCV.call(for: name, work)
  }

  private func truncated(_ format: PictureFormat, _ reason: String) -> ImagingError {
    ImagingError(file: name, message: "the \(format.rawValue) is truncated: \(reason); get a complete copy")
  }

  private func refusal(of format: PictureFormat, words: String) -> String {
    let reason = words.isEmpty ? "" : " (\(words))"
    return "not a whole \(format.rawValue) of a kind \(format == .tiff ? "libtiff" : "OpenCV") can read\(reason)"
  }
}
