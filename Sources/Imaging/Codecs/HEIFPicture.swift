import COpenCVShim

/// The main picture of a HEIF file (HEIC, AVIF), read by libheif, which is loaded with the first of them.
struct HEIFPicture {
  private let file: PictureFile
  private let format: PictureFormat

  init(_ file: PictureFile, _ format: PictureFormat) {
    self.file = file
    self.format = format
  }

  /// libheif has turned and cut the picture as the file asks for.
  func decode(pixelLimit: Int) throws(ImagingError) -> PictureFile.Decoded {
    let picture = try call { heif_picture_open(file.bytes, file.bytes.count, $0) }
    defer { heif_picture_destroy(picture) }
    let about = heif_picture_about(picture)
    try file.check(pixels: Int(about.width) * Int(about.height), limit: pixelLimit)
    var notes: [String] = []
    if about.pictures > 1 { notes.append(PictureFile.note(pictures: Int(about.pictures), read: "main one")) }
    var profile: ColorProfile?
    var foreign: ForeignProfile?
    if about.profile_size > 0 {
      let stored = try bytes(about.profile_size) { heif_picture_profile(picture, $0, $1) }
      profile = ColorProfile(bytes: stored)
      foreign = ForeignProfile(bytes: stored)
    } else if let note = Self.note(primaries: about.primaries, transfer: about.transfer) {
      notes.append(note)
    } else if about.primaries == Self.displayP3 {
      profile = .displayP3
    }
    if PictureFormat.isSequence(file.bytes) { notes.append("it moves; one picture of it was read") }
    var mat = try call { heif_picture_decode(picture, $0) }
    if let note = foreign?.convert(gray: &mat) { notes.append(note) }
    return PictureFile.Decoded(
      mat: mat, profile: profile, metadata: try? metadata(of: picture, count: about.exif_size),
      note: notes.isEmpty ? nil : notes.joined(separator: "; "))
  }

  private func metadata(of picture: OpaquePointer, count: Int) throws(ImagingError) -> PhotoMetadata? {
    guard count > 4 else { return nil }
    return PhotoMetadata(box: try bytes(count) { heif_picture_exif(picture, $0, $1) })
  }

  private func bytes(
    _ count: Int, _ copy: (UnsafeMutablePointer<UInt8>, UnsafeMutablePointer<ocv_error>) -> Bool
  ) throws(ImagingError) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    _ = try call { copy(&bytes, $0) ? true : nil }
    return bytes
  }

  /// SMPTE EG 432-1 in ISO/IEC 23091-2.
  private static let displayP3: Int32 = 12

  /// A note on the colours that are lost where there is no profile to carry: the numbers are those of ISO/IEC 23091-2.
  private static func note(primaries: Int32, transfer: Int32) -> String? {
    if transfer == 16 || transfer == 18 {
      return "it is HDR (\(transfer == 16 ? "PQ" : "HLG")), which the copy cannot say; it will look dull there"
    }
    return primaries == 9
      ? "its colours are those of BT.2020, which the copy cannot say; they will look dull there" : nil
  }

  private func call<Result>(
    _ work: (UnsafeMutablePointer<ocv_error>) -> Result?
  ) throws(ImagingError) -> Result {
    do {
      return try OpenCV.call(for: file.name, work)
    } catch {
      throw ImagingError(
        file: file.name, message: "not a whole \(format.rawValue) that libheif can read (\(error.message))")
    }
  }
}
