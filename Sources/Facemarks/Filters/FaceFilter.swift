import Imaging

/// Changes a picture where a face is: lays something over it, or hides it.
///
/// A filter is a value that any thread may use. It reads the face's landmarks and box, in pixels of the picture, whatever they
/// are: a face may be tilted, turned, partly or wholly outside of the picture, from some pixels to thousands wide.
package protocol FaceFilter: Sendable {
  /// - Parameters:
  ///   - canvas: in colour, with or without alpha, of any depth (`Image.colored()`).
  ///   - face: in pixels of the canvas.
  ///   - scheme: what the face's landmarks are.
  func apply(to canvas: Image, face: Face, scheme: LandmarkScheme) throws

  /// Whether it looks better where the pose of the head is known.
  var usesPose: Bool { get }
}

extension FaceFilter {
  package var usesPose: Bool { false }
}

/// The filters by name.
package enum FaceFilters {
  /// The prefix of the name of a filter made of the user's own picture: "image:hat.png".
  package static let imagePrefix = "image:"

  /// The names of the filters inside the program; each is a picture in assets/filters with its description.
  package static let names = BundledStickers.filters

  /// Every filter inside the program and every way to hide a face, with a name for people.
  /// - Throws: `ImagingError` when the program was built with damaged pictures.
  package static func all() throws(ImagingError) -> [(name: String, filter: any FaceFilter)] {
    var all: [(name: String, filter: any FaceFilter)] = []
    for name in names { all.append((name, try named(name))) }
    for mode in Anonymiser.Mode.allCases { all.append(("anonymise \(mode)", try Anonymiser(mode))) }
    return all
  }

  /// - Parameter name: one of `names`, or "image:PATH" for a picture with alpha and a description beside it, PATH with its
  ///   extension replaced by "json".
  /// - Throws: `ImagingError`.
  package static func named(_ name: String) throws(ImagingError) -> StickerFilter {
    if name.hasPrefix(imagePrefix) { return try StickerFilter(contentsOf: String(name.dropFirst(imagePrefix.count))) }
    guard names.contains(name) else {
      throw ImagingError(
        file: name, message: "no filter has this name; known are \(names.joined(separator: ", ")) and image:PATH")
    }
    return try StickerFilter(bundled: name)
  }
}
