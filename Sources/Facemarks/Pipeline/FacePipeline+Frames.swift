import Glibc
import Imaging

extension FacePipeline {
  /// The factor from frame pixels to those of the largest scale that a video is searched at: that of a photo, or just large
  /// enough for the smallest face asked for.
  func closestSearch(width: Int, height: Int) -> Double {
    guard let minSize = settings.minSize else {
      return min(1, Double(settings.detectionSide) / Double(max(width, height, 1)))
    }
    return min(1, DetectionScale.closer * smallestFace / Double(max(minSize, 1)))
  }

  /// The faces in a part of a frame that is shrunk by `factor` (at most 1) for the search; boxes in pixels of the frame,
  /// corrected, the largest first.
  func detections(in frame: Image, region: Box, factor: Double) throws -> [Detection] {
    // Halving is quicker than other averages.
    let halvings = Int(log2(max(1, min(1 / factor, 1024)) * 1.000001))
    guard let part = try frame.gray(in: region, halvings: halvings) else { return [] }
    var picture = part.picture
    let (width, height) = (Double(picture.width), Double(picture.height))
    let rest = factor * Double(part.step)
    if rest < 0.999 {
      picture = try picture.resized(
        width: max(1, Int((width * rest).rounded())), height: max(1, Int((height * rest).rounded())))
    }
    let (x, y) = (Double(picture.width) / width, Double(picture.height) / height)
    let found = try detector.detect(in: picture).map { detection in
      var found = detection
      found.box = DetectionScale.enlarged(detection.box, x: x / Double(part.step), y: y / Double(part.step))
      found.box.x += Double(part.x)
      found.box.y += Double(part.y)
      found.box = profile.correction.apply(found.box)
      return found
    }
    let least = settings.minSize.map { Double($0) - 0.5 / factor } ?? 0
    return Suppression.ofOverlaps(found, limit: settings.overlapLimit)
      .filter { max($0.box.width, $0.box.height) >= least }
      .sorted { $0.box.width * $0.box.height > $1.box.width * $1.box.height }
  }
}
