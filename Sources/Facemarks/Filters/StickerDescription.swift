import Imaging

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The json file beside a filter's picture:
///
///     {
///       "summary": "a red nose",
///       "fit": "similarity",
///       "anchors": { "nose_tip": [250, 250], "left_eye_center": [470, 40], "right_eye_center": [30, 40] }
///     }
///
/// The anchors are pixels of the picture, x to the right, y down, pixel centres at integers. With "similarity" the picture is
/// moved, turned and scaled so that they come as near as possible to their landmarks; with "affine" it is also squeezed and
/// slanted. A `place` says where the picture is on a head, for faces whose pose is known (`HeadPlace`); the anchors' landmarks
/// then say how this face differs from the mean head.
struct StickerDescription: Sendable {
  enum Fit: String, CaseIterable {
    case similarity, affine

    /// The number of anchors it takes.
    var anchors: Int { self == .affine ? 3 : 2 }
  }

  let summary: String?
  let fit: Fit
  let anchors: [String: Point]
  let place: HeadPlace?

  private struct Content: Decodable {
    var summary: String?
    var fit: String?
    var anchors: [String: [Double]]
    var place: HeadPlace?
  }

  /// - Parameters:
  ///   - file: how messages call it.
  ///   - width: of the picture.
  /// - Throws: `ImagingError`.
  init(_ json: [UInt8], file: String, width: Int, height: Int) throws(ImagingError) {
    func refused(_ problem: String) -> ImagingError { ImagingError(file: file, message: problem) }
    let content: Content
    do {
      content = try JSONDecoder().decode(Content.self, from: Data(json))
    } catch {
      throw refused("not the description of a filter: needed is {\"anchors\": {\"nose_tip\": [x, y], ...}}")
    }
    if let problem = content.place?.problem { throw refused(problem) }
    let fits = Fit.allCases.map(\.rawValue).joined(separator: " or ")
    guard let fit = Fit(rawValue: content.fit ?? Fit.similarity.rawValue) else {
      throw refused("unknown fit '\(content.fit ?? "")'; it is \(fits)")
    }
    let known = Set(LandmarkScheme.all.flatMap(\.landmarks))
    var anchors: [String: Point] = [:]
    for (name, place) in content.anchors.sorted(by: { $0.key < $1.key }) {
      guard known.contains(name) else {
        throw refused(
          "unknown landmark '\(name)'; known are \(LandmarkScheme.all.flatMap(\.landmarks).joined(separator: ", "))")
      }
      guard place.count == 2, place.allSatisfy(\.isFinite) else {
        throw refused("the anchor '\(name)' is not two numbers, [x, y]")
      }
      let point = Point(x: place[0], y: place[1])
      guard point.x >= -0.5, point.y >= -0.5, point.x <= Double(width) - 0.5, point.y <= Double(height) - 0.5 else {
        throw refused("the anchor '\(name)' is outside of the picture, which has \(width)x\(height) pixels")
      }
      anchors[name] = point
    }
    guard anchors.count >= fit.anchors else {
      throw refused("has \(anchors.count) anchor\(anchors.count == 1 ? "" : "s"); a fit by \(fit) needs \(fit.anchors)")
    }
    let points = Array(anchors.values)
    guard fit == .affine ? Affine(from: points, to: points) != nil : Set(points).count > 1 else {
      throw refused("its anchors are \(fit == .affine ? "on one line" : "in one place"), so that it cannot be placed")
    }
    (summary, self.fit, self.anchors, place) = (content.summary, fit, anchors, content.place)
  }
}
