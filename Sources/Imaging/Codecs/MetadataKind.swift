/// What a copy of a photo may keep of the camera's EXIF (CIPA DC-008).
package enum MetadataKind: String, CaseIterable, Sendable {
  case date, camera, exposure, gps, author, description, orientation

  /// The tags of the first directory, by the standard's numbers.
  var mainTags: Set<Int> {
    switch self {
    // DateTime
    case .date: [0x0132]
    // Make, Model
    case .camera: [0x010F, 0x0110]
    // Artist, Copyright
    case .author: [0x013B, 0x8298]
    // ImageDescription
    case .description: [0x010E]
    case .orientation: [PhotoMetadata.orientationTag]
    case .exposure, .gps: []
    }
  }

  /// The tags of the directory for the photo itself.
  var photoTags: Set<Int> {
    switch self {
    // DateTimeOriginal, DateTimeDigitized, their offsets and fractions
    case .date: [0x9003, 0x9004, 0x9010, 0x9011, 0x9012, 0x9290, 0x9291, 0x9292]
    // LensSpecification, LensMake, LensModel; no serial numbers
    case .camera: [0xA432, 0xA433, 0xA434]
    // times, apertures, sensitivities, light, flash, focal lengths, modes
    case .exposure:
      Set([0x829A, 0x829D, 0x8822, 0x8827, 0x8830, 0x8831, 0x8832] + Array(0x9201...0x920A) + Array(0xA402...0xA406))
    // CameraOwnerName
    case .author: [0xA430]
    // UserComment
    case .description: [0x9286]
    case .gps, .orientation: []
    }
  }

  /// The tags of the directory for the place: all that there are.
  var placeTags: Set<Int> { self == .gps ? Set(0...0x1F) : [] }
}
