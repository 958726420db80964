import Imaging

extension FacePipeline {
  /// Boxes in picture pixels, corrected, without overlaps, the largest first.
  package func detections(in picture: GrayImage) throws -> [Detection] {
    let found = try detections(
      in: picture, by: detector, side: settings.detectionSide, overlapLimit: settings.overlapLimit)
    return Array(found.prefix(settings.maxFaces ?? found.count))
  }

  /// - Parameters:
  ///   - side: the longest side of the picture that the detector gets.
  ///   - overlapLimit: see `Settings`.
  func detections(
    in picture: GrayImage, by detector: any FaceDetector, side: Int, overlapLimit: Double
  ) throws -> [Detection] {
    let minSize = settings.minSize.map(Double.init)
    let factor = DetectionScale.factor(
      width: picture.width, height: picture.height, longestSide: side, minSize: minSize,
      smallest: smallestFace)
    var found: [Detection]
    if factor < 1 {
      func shrunk(_ factor: Double) throws -> GrayImage {
        guard factor < 1 else { return picture }
        return try picture.resized(
          width: max(1, Int((Double(picture.width) * factor).rounded())),
          height: max(1, Int((Double(picture.height) * factor).rounded())))
      }
      let small = try shrunk(factor)
      let x = Double(small.width) / Double(picture.width)
      let y = Double(small.height) / Double(picture.height)
      found = try detector.detect(in: small) { try shrunk(2 * factor) }
      for index in found.indices { found[index].box = DetectionScale.enlarged(found[index].box, x: x, y: y) }
    } else {
      found = try detector.detect(in: picture)
    }
    // A face just as large as asked for must not be lost to the rounding of the shrunken picture.
    if let minSize { found.removeAll { max($0.box.width, $0.box.height) < minSize - 0.5 / factor } }
    found = Suppression.ofOverlaps(found, limit: overlapLimit)
    for index in found.indices { found[index].box = profile.correction.apply(found[index].box) }
    found.sort { Self.precedes($0, $1) }
    return found
  }

  /// The larger first; of equal ones the better; then from left to right and top to bottom, so that the order is fixed.
  private static func precedes(_ one: Detection, _ other: Detection) -> Bool {
    let (a, b) = (one.box.width * one.box.height, other.box.width * other.box.height)
    if a != b { return a > b }
    if one.score != other.score { return one.score > other.score }
    return (one.box.x, one.box.y) < (other.box.x, other.box.y)
  }

  /// A face as the network sees it at first: 96x96 gray, upright.
  package func crop(of face: Face, in picture: GrayImage) -> GrayImage {
    var values = [Float](repeating: 0, count: FaceCrop.side * FaceCrop.side)
    picture.pixels.withUnsafeBufferPointer { pixels in
      values.withUnsafeMutableBufferPointer { out in
        guard let base = pixels.baseAddress, let start = out.baseAddress else { return }
        let view = GrayView(pixels: base, width: picture.width, height: picture.height)
        CropSampler().sample(view, map: FaceCrop.map(for: face.box), side: FaceCrop.side, into: start)
      }
    }
    let bytes = values.map { UInt8(min(max($0.rounded(), 0), 255)) }
    return GrayImage(width: FaceCrop.side, height: FaceCrop.side, pixels: bytes)
  }
}
