/// What is known of a camera's focal length.
public enum FocalLength: Sendable, Hashable {
  /// As long as the longer side of the picture, 36 mm on film: the view is 53 degrees wide. Telephones have 24 to 28 mm, webcams some
  /// 30. Where it is wrong, distances are wrong as much; angles hardly change.
  case assumed
  /// In pixels of the picture.
  case pixels(Double)
  /// In millimetres on 35 mm film, 36 mm wide, as in the EXIF field `FocalLengthIn35mmFilm`.
  case film35(Double)

  /// In pixels of a picture of this size.
  package func pixels(width: Int, height: Int) -> Double {
    let side = Double(max(width, height))
    return switch self {
    case .assumed: side
    case .pixels(let length): length
    case .film35(let length): side * length / 36
    }
  }
}
