import Files
import Imaging

/// A picture with alpha laid over a face: some of its pixels, the anchors, belong on landmarks. Where the head's pose and the
/// picture's place on a head are known it is drawn in perspective, and the head hides what is behind it.
package struct StickerFilter: FaceFilter {
  /// A description in a few words.
  package let summary: String
  private let artwork: StickerImage
  private let description: StickerDescription

  /// - Parameter path: of the picture; its description is beside it, with the extension "json".
  /// - Throws: `ImagingError`.
  package init(contentsOf path: String) throws(ImagingError) {
    guard !path.isEmpty else {
      throw ImagingError(file: FaceFilters.imagePrefix, message: "name a picture: \(FaceFilters.imagePrefix)hat.png")
    }
    let (folder, file) = PathText.split(path)
    let name = PathText.splitExtension(file).stem + ".json"
    try self.init(
      picture: Self.read(path), json: Self.read(folder.isEmpty ? name : PathText.join(folder, name)),
      names: (PathText.printable(path), PathText.printable(folder.isEmpty ? name : PathText.join(folder, name))))
  }

  /// One inside the program.
  init(bundled name: String) throws(ImagingError) {
    guard let (picture, json) = BundledStickers.bytes(name) else {
      throw ImagingError(file: name, message: "not in the program")
    }
    try self.init(picture: picture, json: json, names: ("\(name).png", "\(name).json"))
  }

  private init(picture: [UInt8], json: [UInt8], names: (picture: String, json: String)) throws(ImagingError) {
    artwork = try StickerImage(Image(decoding: picture, name: names.picture))
    description = try StickerDescription(json, file: names.json, width: artwork.width, height: artwork.height)
    summary = description.summary ?? ""
  }

  private static func read(_ path: String) throws(ImagingError) -> [UInt8] {
    do {
      return try Files.read(path)
    } catch {
      let isDescription = path.hasSuffix(".json")
      throw ImagingError(
        file: PathText.printable(path),
        message: error.detail
          + (isDescription ? "; a filter's picture needs this file beside it, which says where its anchors are" : ""))
    }
  }

  package func apply(to canvas: Image, face: Face, scheme: LandmarkScheme) {
    if let place = description.place, let pose = face.pose,
      let view = HeadView(pose, landmarks: anchors(in: face.landmarks, scheme).map { ($0.name, $0.place) }),
      let surface = place.seen(by: view, width: artwork.width, height: artwork.height),
      let head = HeadOccluder.seen(by: view)
    {
      canvas.draw(artwork, on: surface, behind: head)
    } else if let map = map(to: face.landmarks, scheme: scheme) {
      canvas.draw(artwork, map: map)
    }
  }

  package var usesPose: Bool { description.place != nil }

  /// The anchors that a face has, in the order of their names.
  private func anchors(in landmarks: [Point], _ scheme: LandmarkScheme) -> [(name: String, anchor: Point, place: Point)]
  {
    description.anchors.sorted { $0.key < $1.key }.compactMap { name, anchor in
      guard let index = scheme.landmarks.firstIndex(of: name), index < landmarks.count else { return nil }
      return (name, anchor, landmarks[index])
    }
  }

  /// From pixels of the artwork to those of the picture; nil when the landmarks are in one place, or the scheme lacks them.
  func map(to landmarks: [Point], scheme: LandmarkScheme) -> Affine? {
    let anchors = anchors(in: landmarks, scheme)
    let (from, to) = (anchors.map(\.anchor), anchors.map(\.place))
    guard from.count >= 2, let similarity = Similarity(from: from, to: to), similarity.scale > 0 else { return nil }
    guard description.fit == .affine else { return similarity.affine }
    // A face seen from the side would make a thin strip of the picture: then it is not squeezed any more.
    guard let affine = Affine(from: from, to: to), affine.narrowness >= Self.leastNarrowness else {
      return similarity.affine
    }
    return affine
  }

  private static let leastNarrowness = 0.4
}

extension Affine {
  /// The one that takes `source` nearest to `target` (least squares): with both sides' means taken off, the sum of
  /// `target source^T` times the inverse of the sum of `source source^T`. Nil when the points of `source` are on a line.
  init?(from source: [Point], to target: [Point]) {
    precondition(source.count == target.count, "as many points on both sides")
    let count = Double(max(source.count, 1))
    func mean(_ points: [Point], _ value: (Point) -> Double) -> Double { points.reduce(0) { $0 + value($1) } / count }
    let from = Point(x: mean(source, \.x), y: mean(source, \.y))
    let to = Point(x: mean(target, \.x), y: mean(target, \.y))
    var (xx, xy, yy) = (0.0, 0.0, 0.0)
    var (ux, uy, vx, vy) = (0.0, 0.0, 0.0, 0.0)
    for (p, q) in zip(source, target) {
      let (x, y, u, v) = (p.x - from.x, p.y - from.y, q.x - to.x, q.y - to.y)
      xx += x * x
      xy += x * y
      yy += y * y
      ux += u * x
      uy += u * y
      vx += v * x
      vy += v * y
    }
    let determinant = xx * yy - xy * xy
    guard determinant > 1e-3 * (xx + yy) * (xx + yy), determinant.isFinite else { return nil }
    let (a, b) = ((ux * yy - uy * xy) / determinant, (uy * xx - ux * xy) / determinant)
    let (c, d) = ((vx * yy - vy * xy) / determinant, (vy * xx - vx * xy) / determinant)
    guard [a, b, c, d].allSatisfy(\.isFinite) else { return nil }
    self.init(
      a: a, b: b, c: c, d: d, tx: to.x - a * from.x - b * from.y, ty: to.y - c * from.x - d * from.y)
  }

  /// The ratio of its factors along two axes: the smaller singular value over the larger, below 0 for a mirror image.
  var narrowness: Double {
    let determinant = a * d - b * c
    let squares = a * a + b * b + c * c + d * d
    let root = max(squares * squares / 4 - determinant * determinant, 0).squareRoot()
    let larger = squares / 2 + root
    return larger > 0 ? determinant / larger : 0
  }
}
