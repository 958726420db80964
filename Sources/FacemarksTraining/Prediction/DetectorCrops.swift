import Facemarks
import Imaging

/// Cuts faces out of small pictures as a face detector finds them, and counts how many it found.
package final class DetectorCrops {
  /// Pictures searched so far.
  package private(set) var searched = 0
  /// Pictures in which a face was found.
  package private(set) var found = 0

  private let detector: any FaceDetector
  private let correction: BoxCorrection
  private let sampler = CropSampler()

  /// - Parameter correction: from the detector's boxes to those that networks are trained with.
  package init(_ detector: any FaceDetector, correction: BoxCorrection) {
    self.detector = detector
    self.correction = correction
  }

  /// With OpenCV's default cascade.
  /// - Throws: `ImagingError` when it is not installed.
  package static func haar() throws -> DetectorCrops {
    let name = CascadeDetector.defaultCascade
    guard let path = CascadeDetector.find(name) else {
      throw ImagingError(file: name, message: "not found; install the package opencv-data")
    }
    return DetectorCrops(try CascadeDetector(cascade: path), correction: CascadeProfile.forCascade(path).correction)
  }

  /// The map from the crop around the face with the highest score to pixels of the picture; nil when no face is found.
  func map(in picture: GrayImage) throws -> Affine? {
    searched += 1
    guard let face = try detector.detect(in: picture).first else { return nil }
    found += 1
    return FaceCrop.map(for: correction.apply(face.box))
  }

  /// The 96 x 96 gray values of a crop.
  func cut(_ map: Affine, from picture: GrayImage) -> [UInt8] { picture.cut(map, side: FaceCrop.side, sampler) }
}

extension GrayImage {
  /// The `side * side` gray values of a crop, row by row.
  /// - Parameter map: from the crop's pixels to the picture's.
  func cut(_ map: Affine, side: Int, _ sampler: CropSampler) -> [UInt8] {
    let values = [Float](unsafeUninitializedCapacity: side * side) { buffer, count in
      pixels.withUnsafeBufferPointer { pixels in
        guard let base = pixels.baseAddress, let start = buffer.baseAddress else { return }
        let view = GrayView(pixels: base, width: width, height: height)
        sampler.sample(view, map: map, side: side, into: start)
      }
      count = side * side
    }
    return values.map { UInt8(min(max($0.rounded(), 0), 255)) }
  }
}

/// Looks for the face in each crop first, predicts on the detector's crop and takes the points back; where the detector
/// finds none, on the crop as it is.
package final class DetectorCropped: LandmarkPredictor {
  package let crops: DetectorCrops
  private let inner: any LandmarkPredictor

  package init(_ inner: any LandmarkPredictor, crops: DetectorCrops) {
    self.inner = inner
    self.crops = crops
  }

  package var file: String { inner.file }
  package var scheme: LandmarkScheme { inner.scheme }
  package var landmarks: [Int] { inner.landmarks }

  package func predict(_ pictures: FacePictures, threads: Int) throws -> [Float] {
    let size = FaceCrop.side * FaceCrop.side
    let (crops, count) = (pictures.crops, pictures.count)
    var cut: [UInt8] = []
    cut.reserveCapacity(crops.count)
    var maps: [Affine?] = []
    for index in 0..<count {
      let pixels = Array(crops[index * size..<(index + 1) * size])
      let picture = GrayImage(width: FaceCrop.side, height: FaceCrop.side, pixels: pixels)
      let map = try self.crops.map(in: picture)
      cut += map.map { self.crops.cut($0, from: picture) } ?? pixels
      maps.append(map)
    }
    var values = try inner.predict(FacePictures(pixels: cut, count: count, margin: 0), threads: threads)
    for index in 0..<count {
      guard let map = maps[index] else { continue }
      for landmark in index * scheme.count..<(index + 1) * scheme.count where !values[2 * landmark].isNaN {
        let point = map.apply(Point(x: Double(values[2 * landmark]), y: Double(values[2 * landmark + 1])))
        values[2 * landmark] = Float(point.x)
        values[2 * landmark + 1] = Float(point.y)
      }
    }
    return values
  }
}

extension LandmarkDataset {
  /// Every picture cut to 96 x 96 around the face that a detector finds in it, its points moved along, without margin; the
  /// central 96 x 96 pixels where it finds none. Points may come to lie outside of the crop.
  package func cropped(by crops: DetectorCrops) throws -> LandmarkDataset {
    var (cut, points, manual): ([UInt8], [Float], [Float]) = ([], points, manual)
    cut.reserveCapacity(count * FaceCrop.side * FaceCrop.side)
    let center = Affine(a: 1, b: 0, c: 0, d: 1, tx: Double(margin), ty: Double(margin))
    for index in samples.indices {
      let picture = withPicture(index) { view in
        GrayImage(
          width: side, height: side, pixels: Array(UnsafeBufferPointer(start: view.pixels, count: side * side)))
      }
      let map = try crops.map(in: picture) ?? center
      cut += crops.cut(map, from: picture)
      let toCrop = map.inverse
      for at in stride(from: 2 * index * scheme.count, to: 2 * (index + 1) * scheme.count, by: 2) {
        Self.move(&points, at, by: toCrop)
        Self.move(&manual, at, by: toCrop)
      }
    }
    let moved = LandmarkDataset(
      path: path, scheme: scheme, margin: 0, samples: samples, pixels: cut, points: points, manual: manual,
      missingPixels: missingPixels)
    return LandmarkDataset(moved, points: moved.points, weights: weights)
  }

  private static func move(_ values: inout [Float], _ at: Int, by map: Affine) {
    guard values[at].isFinite, values[at + 1].isFinite else { return }
    let point = map.apply(Point(x: Double(values[at]), y: Double(values[at + 1])))
    values[at] = Float(point.x)
    values[at + 1] = Float(point.y)
  }
}
