import Imaging

/// Which faces are meant, by their numbers.
public enum FaceSelection: Sendable, Hashable {
  case all
  case allBut(Set<Int>)
  case only(Set<Int>)

  /// - Parameter id: nil for a face without a number.
  public func contains(_ id: Int?) -> Bool {
    switch self {
    case .all: true
    case .allBut(let ids): id.map { !ids.contains($0) } ?? true
    case .only(let ids): id.map(ids.contains) ?? false
    }
  }
}

/// All that is done to a picture for its faces: some are hidden, then the filters are laid on in their order, then the marks are
/// drawn.
public struct Retouch: Sendable {
  public var anonymiser: Anonymiser?
  /// Which faces it hides.
  public var selection: FaceSelection
  public var filters: [any FaceFilter]
  public var overlay: Overlay

  public init(
    anonymiser: Anonymiser? = nil, selection: FaceSelection = .all, filters: [any FaceFilter] = [], overlay: Overlay
  ) {
    self.anonymiser = anonymiser
    self.selection = selection
    self.filters = filters
    self.overlay = overlay
  }

  /// A copy of a photo in colour, of the same depth and with its alpha, with all done to it.
  /// - Parameter found: the faces are numbered from 1.
  public func drawn(_ found: FacePipeline.Found, scheme: LandmarkScheme, on picture: Image) throws -> Image {
    if found.faces.isEmpty, found.doubtful.isEmpty || anonymiser == nil { return picture }
    let seen = found.faces.enumerated().map { (id: Int?.some($0.offset + 1), face: $0.element) }
    let entry = entry((), seen: seen, suspects: found.doubtful, scheme: scheme)
    let canvas = try picture.colored()
    try apply(to: canvas, faces: found.faces, hidden: entry.hidden.map(\.face), scheme: scheme)
    return canvas
  }

  /// Which of the faces seen in a picture are to be hidden, and of the suspects those that are none of these.
  public func entry<Frame>(
    _ frame: Frame, seen: [(id: Int?, face: Face)], suspects: [Face], scheme: LandmarkScheme
  ) -> LookAhead<Frame>.Entry {
    func isSeen(_ face: Face) -> Bool {
      let box = FaceRegion(face, scheme).box
      return seen.contains { FaceRegion($0.face, scheme).box.overlap(box) > FaceRegion.same }
    }
    let others = selection.contains(nil) ? suspects.filter { !isSeen($0) } : []
    return LookAhead.Entry(
      frame: frame, hidden: seen.filter { selection.contains($0.id) } + others.map { (nil, $0) },
      clear: seen.filter { !selection.contains($0.id) }.map(\.face))
  }

  /// Changes `canvas`, which is in colour.
  /// - Parameters:
  ///   - faces: for filters and marks.
  ///   - numbers: of these faces; nil counts them from 1.
  ///   - hidden: for the anonymiser.
  public func apply(
    to canvas: Image, faces: [Face], numbers: [Int]? = nil, hidden: [Face], scheme: LandmarkScheme
  ) throws {
    if let anonymiser {
      for face in hidden { anonymiser.apply(to: canvas, face: face, scheme: scheme) }
    }
    for filter in filters {
      for face in faces { try filter.apply(to: canvas, face: face, scheme: scheme) }
    }
    try overlay.draw(faces, numbers: numbers, scheme: scheme, onto: canvas)
  }
}
