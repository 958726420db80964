import Imaging

extension Image {
  /// A copy of the picture in colour with the landmarks of faces marked, as `facemarks PHOTO` does; depth and alpha stay.
  /// - Parameter faces: in pixels of this picture.
  /// - Throws: `ImagingError` when there is no memory for the copy.
  public func marking(_ faces: [Face]) throws -> Image {
    try Overlay().draw(
      faces, scheme: faces.first?.landmarks.count == LandmarkScheme.full.count ? .full : .kaggle15, on: self)
  }
}
