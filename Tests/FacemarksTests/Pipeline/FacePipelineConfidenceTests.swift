import Facemarks
import Glibc
import Imaging
import TestSupport
import Testing

/// What the pipeline makes of the confidences that a network predicts.
@Suite struct FacePipelineConfidenceTests {
  /// Says of crops how sure it is by their middle's x: below 100 it is a face with 0.97, to 200 with 0.92, to 300
  /// with 0.1, else with 0.3.
  private final class PositionPredictor: CropPredictor {
    let scheme = LandmarkScheme.kaggle15
    let predictsConfidence = true

    func predict(_ picture: GrayImage, maps: [Affine]) -> [LandmarkPrediction] {
      maps.map { map in
        let middle = map.apply(Point(x: 47.5, y: 47.5))
        let face = middle.x < 100 ? 0.97 : middle.x < 200 ? 0.92 : middle.x < 300 ? 0.1 : 0.3
        return LandmarkPrediction(
          points: (0..<15).map { Point(x: middle.x + Double($0), y: middle.y) },
          uncertainty: LandmarkPrediction.Uncertainty(face: face, scales: Array(repeating: 1e-4, count: 15)))
      }
    }
  }

  @Test(
    arguments: [(nil, [0.97, 0.92]), (0.05, [0.97, 0.92, 0.1]), (0.95, [0.97]), (0.98, [])] as [(Double?, [Double])])
  func whatIsNoFaceIsDropped(least: Double?, expected: [Double]) throws {
    let detector = FakeDetector([detection(20, 20, 60), detection(140, 20, 50), detection(240, 20, 40)])
    let pipeline = FacePipeline(
      detector: detector, model: PositionPredictor(), settings: FacePipeline.Settings(minConfidence: least))
    #expect(try pipeline.faces(in: grayPicture(320, 120)).map(\.confidence) == expected)
  }

  /// Further searches are asked one after the other until one finds a face that counts.
  @Test func furtherSearchesWhereThereIsNoFaceYet() throws {
    let detectors = [[], [detection(240, 20, 40)], [detection(20, 20, 60)], [detection(90, 20, 50)]].map(
      FakeDetector.init)
    let pipeline = FacePipeline(
      detector: detectors[0], further: Array(detectors.dropFirst()), model: PositionPredictor())
    #expect(try pipeline.faces(in: grayPicture(320, 120)).map(\.confidence) == [0.97])
    #expect(detectors.map(\.pictures.count) == [1, 1, 1, 0])
  }

  /// For hiding, every search takes place, once; the faces are those that are marked, and what is found besides is doubtful.
  @Test(
    arguments: [
      ([[20.0, 320], [140, 22], [240]], true, [0.97], [0.3, 0.92]),
      ([[20, 320], [140, 22], [240]], false, [0.97], [0.3]),
      ([[320], [20, 322], [18, 140]], true, [0.97], [0.3, 0.92]),
      ([[320], [20], [140]], false, [], [0.3]),
      ([[], [240], [140]], true, [0.92], []),
    ] as [([[Double]], Bool, [Double], [Double])])
  func candidates(found: [[Double]], isThorough: Bool, faces: [Double], doubtful: [Double]) throws {
    let detectors = found.map { FakeDetector($0.map { detection($0, 20, 40) }) }
    let pipeline = FacePipeline(
      detector: detectors[0], further: Array(detectors.dropFirst()), model: PositionPredictor())
    let result = try pipeline.candidates(in: grayPicture(400, 120), isThorough: isThorough)
    #expect(result.faces.map(\.confidence) == faces && result.doubtful.map(\.confidence) == doubtful)
    #expect(detectors.map(\.pictures.count) == (isThorough ? [1, 1, 1] : [1, 0, 0]))
    if isThorough { #expect(try pipeline.faces(in: grayPicture(400, 120)) == result.faces) }
  }

  /// A part of a face looks like a small face, but less so.
  @Test func aFaceWithinASurerOneIsItsPart() throws {
    let detector = FakeDetector([detection(20, 0, 110), detection(85, 30, 40), detection(150, 20, 50)])
    // Their middles are at 74.5, 104.5 and 174.5.
    let faces = try FacePipeline(detector: detector, model: PositionPredictor()).faces(in: grayPicture(320, 120))
    #expect(faces.map(\.box.width) == [110, 50].map { 1.015 * $0 })
  }

  /// Two boxes on one face: the surer one stays, and does not count among the largest N for the other.
  @Test func ofTwoBoxesOnAFaceTheSurerOneStays() throws {
    let detector = FakeDetector([detection(60, 20, 60), detection(80, 20, 60), detection(150, 20, 50)])
    let pipeline = FacePipeline(
      detector: detector, model: PositionPredictor(), settings: FacePipeline.Settings(maxFaces: 2))
    // Half of both together is in both; their middles are at 89.5 and 109.5: 0.97 and 0.92.
    let faces = try pipeline.faces(in: grayPicture(320, 120))
    #expect(faces.map(\.confidence) == [0.97, 0.92] && faces[1].box.x > 130)
  }

  /// Of two candidates for one face the surer one may be a part of the other: a larger one that is nearly as sure is better.
  @Test(arguments: [(100.0, 20.0, 100.0), (88, 16, 80)])
  func aPartOfAFaceDoesNotStandForIt(size: Double, shift: Double, expected: Double) throws {
    // Middles at x = 92 and beyond 100: 0.97 and 0.92, whose logits differ by 1.03; 6 log(100 / 80) = 1.34, 6 log(88 / 80) = 0.57.
    let small = detection(92 - 39.5, 110 - 39.5, 80)
    let large = detection(92 + shift - (size - 1) / 2, 110 + shift - (size - 1) / 2, size)
    let faces = try FacePipeline(detector: FakeDetector([small, large]), model: PositionPredictor()).faces(
      in: grayPicture(400, 300))
    #expect(faces.map { ($0.box.width / 1.015).rounded() } == [expected])
  }

  /// What lies over two faces and is less sure than either is no whole of one of them.
  @Test func aBoxOverTwoFacesReplacesNeither() throws {
    let faces = [detection(95 - 39.5, 60 - 39.5, 80), detection(95 - 39.5, 98 - 39.5, 80)]
    let both = detection(101 - 47.5, 79 - 47.5, 96)
    let found = try FacePipeline(detector: FakeDetector(faces + [both]), model: PositionPredictor()).faces(
      in: grayPicture(400, 300))
    #expect(found.map { ($0.box.width / 1.015).rounded() } == [80, 80])
  }
}
