import Imaging

/// Looks for all that may be a face, to hide it. People who lie or hang upside down are looked for in the picture turned by quarter
/// turns, faces cut by the border in the picture with its mirror image around it, where half a face is whole again. Not Sendable:
/// one per thread.
package final class HidingSearch {
  package let pipeline: FacePipeline

  /// Faces of two views that overlap by more than this are one.
  private static let sameOverlap = 0.4
  private static let sameShare = 0.7
  /// The width of the mirror image, as a share of the shorter side of the picture.
  private static let margin = 0.25
  /// The lowest confidence in a turned or mirrored picture, where false positives are more frequent.
  private static let doubt = 0.5
  /// The least share of a face found in the mirrored border that must lie in the picture.
  private static let leastInside = 0.25

  package init(_ pipeline: FacePipeline) { self.pipeline = pipeline }

  /// The effort of a search.
  package enum Care: Sendable {
    /// As for marking, with the candidates of low confidence.
    case quick
    /// Also turned and with a mirror image.
    case standard
    /// And all these with the further searches of the pipeline.
    case thorough
  }

  /// The faces of a picture as `FacePipeline.faces(in:)` gives them, and all other candidates, the latter by falling
  /// confidence.
  package func candidates(in picture: GrayImage, care: Care) throws -> FacePipeline.SearchResult {
    var found = try pipeline.candidates(in: picture, isThorough: care != .quick)
    guard care != .quick else { return found }
    var others = found.doubtful
    // One after the other: each is as large as the picture.
    for quarters in 1...4 {
      let view = quarters < 4 ? turned(picture, quarters) : mirrored(picture)
      let seen = try pipeline.candidates(in: view.picture, isThorough: care == .thorough)
      others += (seen.faces + seen.doubtful).filter { $0.confidence >= Self.doubt }.compactMap(view.original)
    }
    found.doubtful = []
    for face in others.sorted(by: { $0.confidence > $1.confidence }) {
      let isKnown = (found.faces + found.doubtful).contains { other in
        other.box.overlap(face.box) > Self.sameOverlap || other.box.share(of: face.box) > Self.sameShare
      }
      if !isKnown { found.doubtful.append(face) }
    }
    return found
  }

  /// A picture changed for the search.
  private struct View {
    var picture: GrayImage
    /// A face of it in the picture that it was made of; nil where there is none.
    var original: (Face) -> Face?
  }

  private func turned(_ picture: GrayImage, _ quarters: Int) -> View {
    let view = picture.turned(quarters: quarters)
    return View(picture: view) { face in
      var face = face
      // A picture turned clockwise goes back by as many quarters counterclockwise.
      var (width, height) = (Double(view.width), Double(view.height))
      for _ in 0..<quarters {
        face = face.turnedBack(width: width)
        (width, height) = (height, width)
      }
      return face
    }
  }

  private func mirrored(_ picture: GrayImage) -> View {
    let margin = Int(Self.margin * Double(min(picture.width, picture.height)))
    let whole = Box(x: 0, y: 0, width: Double(picture.width), height: Double(picture.height))
    return View(picture: picture.mirrored(margin: margin)) { face in
      var face = face
      face.box.x -= Double(margin)
      face.box.y -= Double(margin)
      face.landmarks = face.landmarks.map { Point(x: $0.x - Double(margin), y: $0.y - Double(margin)) }
      // One that is whole was seen without its mirror image.
      let inside = whole.share(of: face.box)
      return inside >= Self.leastInside && inside < 1 ? face : nil
    }
  }
}

extension Face {
  /// In a picture turned counterclockwise by a quarter, given the width of the picture it was found in.
  func turnedBack(width: Double) -> Face {
    var face = self
    // Clockwise (x, y) comes to (height - 1 - y, x): so x was y, and y was width - 1 - x.
    face.box = Box(x: box.y, y: width - box.x - box.width, width: box.height, height: box.width)
    face.landmarks = landmarks.map { Point(x: $0.y, y: width - 1 - $0.x) }
    return face
  }
}
