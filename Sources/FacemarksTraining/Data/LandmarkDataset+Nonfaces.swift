import Facemarks
import Files
import Imaging

extension LandmarkDataset {
  /// This data set and pictures without a face: those in a tar archive, of the same size as its own.
  ///
  /// A picture PREFIX_PHOTO_NUMBER.jpg belongs to a photo, and photos are kept on one side of a split as persons are. Where the
  /// data set has a split of its own, every eighth photo or so validates.
  ///
  /// - Throws: `FileError`, `DataError` or `ImagingError`, naming the file.
  package func adding(nonfaces path: String) throws -> LandmarkDataset {
    let archive = try TarArchive(path: path, bytes: Files.read(path))
    let hasSplit = self.samples.contains { $0.split != nil }
    var (samples, pixels) = ([Sample](), [UInt8]())
    for name in archive.files.keys.sorted() {
      guard let range = archive.files[name], name.hasSuffix(".jpg") || name.hasSuffix(".png") else { continue }
      let place = "\(path): \(name)"
      let picture = try Image(decoding: Array(archive.bytes[range]), name: place).gray()
      guard picture.width == side, picture.height == side else {
        throw DataError(
          file: place, message: "has \(picture.width)x\(picture.height) pixels, but \(side)x\(side) are needed")
      }
      pixels += picture.pixels
      let photo = Self.photo(of: name)
      var print = Fingerprint()
      print.add(photo)
      samples.append(
        Sample(
          name: name, set: "nonfaces", person: photo,
          split: hasSplit ? (print.value % 8 == 0 ? .validation : .training) : nil, isFace: false))
    }
    guard !samples.isEmpty else { throw DataError(file: path, message: "no pictures (.jpg or .png) in it") }
    return LandmarkDataset(self, adding: samples, pixels: pixels)
  }

  /// "nonfaces/haarfp_n01631663_0.jpg" -> "n01631663"; a name of another form is a photo of its own.
  private static func photo(of name: String) -> String {
    let parts = PathText.splitExtension(PathText.split(name).name).stem.split(separator: "_")
    return parts.count >= 3 ? parts[1..<parts.count - 1].joined(separator: "_") : name
  }

  /// The place of a sample's face by its points, in picture pixels; nil without the eyes, the nose or the mouth.
  func place(of index: Int) -> RotatedSquare? {
    let points = landmarks(of: index)
    return FaceShape(scheme)?.place(knowing: points) ?? scheme.ibug(points).flatMap(IBUGPoints.place)
  }

  /// As `place(of:)`, of the whole head; see `FaceShape.headPlace`.
  func headPlace(of index: Int) -> RotatedSquare? { FaceShape(scheme)?.headPlace(knowing: landmarks(of: index)) }

  /// From the middle of the eyes of a sample to that of its mouth's corners, in picture pixels; nil without them.
  func eyesToMouth(of index: Int) -> Double? { FaceShape(scheme)?.eyesToMouth(landmarks(of: index)) }
}
