import COpenCVShim

/// The first picture of a JPEG XL file, read by libjxl, which is loaded with the first of them.
struct JXLPicture {
  private let file: PictureFile

  init(_ file: PictureFile) { self.file = file }

  /// libjxl has turned the picture as the file asks for.
  func decode(pixelLimit: Int) throws(ImagingError) -> PictureFile.Decoded {
    let picture = try call { jxl_picture_read(file.bytes, file.bytes.count, UInt64(pixelLimit), $0) }
    defer { jxl_picture_destroy(picture) }
    let about = jxl_picture_about(picture)
    try file.check(pixels: Int(about.width) * Int(about.height), limit: pixelLimit)
    var mat = try call { jxl_picture_pixels(picture, $0) }
    let profile = Array(UnsafeBufferPointer(start: about.profile, count: about.profile_size))
    var notes: [String] = []
    if let note = ForeignProfile(bytes: profile)?.convert(gray: &mat) { notes.append(note) }
    if about.moves { notes.append("it moves; the first picture of it was read") }
    let exif = Array(UnsafeBufferPointer(start: about.exif, count: about.exif_size))
    return PictureFile.Decoded(
      mat: mat, profile: ocv_mat_channels(mat) >= 3 ? ColorProfile(bytes: profile) : nil,
      metadata: PhotoMetadata(box: exif), note: notes.isEmpty ? nil : notes.joined(separator: "; "))
  }

  private func call<Result>(
    _ work: (UnsafeMutablePointer<ocv_error>) -> Result?
  ) throws(ImagingError) -> Result {
    do {
      return try OpenCV.call(for: file.name, work)
    } catch {
      throw ImagingError(file: file.name, message: "not a whole JPEG XL that libjxl can read (\(error.message))")
    }
  }
}
