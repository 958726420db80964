import Imaging

/// Which faces are meant, by their numbers.
package enum FaceSelection: Sendable, Hashable {
  case all
  case allBut(Set<Int>)
  case only(Set<Int>)

  package func contains(_ number: Int) -> Bool {
    switch self {
    case .all: true
    case .allBut(let numbers): !numbers.contains(number)
    case .only(let numbers): numbers.contains(number)
    }
  }
}

/// The effects on a picture: first faces are hidden, then filters are laid on in their order, then marks are drawn.
package struct FaceEffects: Sendable {
  package var anonymiser: Anonymiser?
  /// Which faces it hides.
  package var selection: FaceSelection
  package var filters: [any FaceFilter]
  package var overlay: Overlay

  package init(
    anonymiser: Anonymiser? = nil, selection: FaceSelection = .all, filters: [any FaceFilter] = [], overlay: Overlay
  ) {
    self.anonymiser = anonymiser
    self.selection = selection
    self.filters = filters
    self.overlay = overlay
  }

  /// A photo in colour with all effects; depth and alpha stay.
  /// - Parameters:
  ///   - picture: drawn on where it has colours, so that large ones are in memory once.
  ///   - scheme: what the landmarks are.
  ///   - faces: for filters and marks.
  ///   - hiding: for the anonymiser.
  package func drawn(
    _ faces: [Face], hiding: [HidingRecord], scheme: LandmarkScheme, on picture: Image
  ) throws -> Image {
    if faces.isEmpty, hiding.isEmpty { return picture }
    let canvas = picture.channels == 1 ? try picture.colored() : picture
    try apply(to: canvas, faces: faces, hiding: hiding, scheme: scheme)
    return canvas
  }

  /// The faces and doubtful places of a photo with whether each is hidden: first the faces, then other candidates with at least
  /// the confidence `sure`, then the doubtful ones, numbered from 1.
  /// - Parameter found: by a `HidingSearch`.
  /// - Parameter scheme: what the landmarks are.
  /// - Parameter sure: the confidence that a face has.
  package func hiding(_ found: FacePipeline.SearchResult, sure: Double, scheme: LandmarkScheme) -> [HidingRecord] {
    let faces = found.faces.enumerated().map { (id: $0.offset + 1, face: $0.element) }
    let suspects = found.doubtful.filter { $0.confidence >= sure } + found.doubtful.filter { $0.confidence < sure }
    return hiding(faces, suspects: suspects, sure: sure, scheme: scheme) { suspects in
      Array(faces.count + 1..<faces.count + 1 + suspects.count)
    }
  }

  /// The faces of a picture, and those suspects that are none of these, with whether each is hidden.
  /// - Parameters:
  ///   - faces: with their numbers.
  ///   - suspects: everything else that may be a face.
  ///   - scheme: what the landmarks are.
  ///   - sure: the confidence of a suspect that is a face.
  ///   - numbers: gives every suspect a number, whichever are to be hidden.
  package func hiding(
    _ faces: [(id: Int, face: Face)], suspects: [Face], sure: Double, scheme: LandmarkScheme,
    numbers: ([Face]) -> [Int]
  ) -> [HidingRecord] {
    let boxes = faces.map { FaceRegion($0.face, scheme).box }
    let others = suspects.filter { suspect in
      let box = FaceRegion(suspect, scheme).box
      return !boxes.contains { $0.overlap(box) > FaceRegion.same }
    }
    return faces.map { HidingRecord(number: $0.id, face: $0.face, isHidden: selection.contains($0.id)) }
      + zip(numbers(others), others).map { number, face in
        HidingRecord(
          number: number, face: face, isHidden: selection.contains(number), isDoubtful: face.confidence < sure)
      }
  }

  /// Boxes beyond which `apply` neither reads nor changes a pixel; nil where that may be anywhere.
  /// - Parameters:
  ///   - faces: for filters and marks.
  ///   - hiding: for the anonymiser.
  ///   - scheme: what the landmarks are.
  package func places(of faces: [Face], hiding: [HidingRecord], scheme: LandmarkScheme) -> [Box]? {
    guard filters.isEmpty || faces.isEmpty, let marks = overlay.places(of: faces) else { return nil }
    guard let anonymiser else { return marks }
    return marks + hiding.filter(\.isHidden).compactMap { anonymiser.place(of: $0, scheme: scheme) }
  }

  /// Hides, lays filters on and draws.
  /// - Parameters:
  ///   - canvas: in colour; it is changed.
  ///   - scheme: what the landmarks are.
  ///   - faces: for filters and marks.
  ///   - numbers: of these faces; nil counts them from 1.
  ///   - hiding: for the anonymiser.
  package func apply(
    to canvas: Image, faces: [Face], numbers: [Int]? = nil, hiding: [HidingRecord], scheme: LandmarkScheme
  ) throws {
    if let anonymiser {
      for record in hiding where record.isHidden { anonymiser.hide(record, on: canvas, scheme: scheme) }
    }
    for filter in filters {
      for face in faces { try filter.apply(to: canvas, face: face, scheme: scheme) }
    }
    try overlay.draw(faces, numbers: numbers, scheme: scheme, onto: canvas)
  }
}
