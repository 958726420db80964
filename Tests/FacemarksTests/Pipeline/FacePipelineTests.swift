import Facemarks
import Glibc
import Imaging
import TestSupport
import Testing

@Suite struct FacePipelineTests {
  private func pipeline(_ detector: FakeDetector, minSize: Int? = nil, maxFaces: Int? = nil) -> FacePipeline {
    FacePipeline(
      detector: detector, model: FakeFinder(),
      profile: CascadeProfile(correction: .identity, scoreOfHalf: 0, scoreSpread: 1),
      settings: FacePipeline.Settings(minSize: minSize, maxFaces: maxFaces))
  }

  @Test func aSmallPictureIsSearchedAsItIs() throws {
    let detector = FakeDetector([detection(10, 20, 40)])
    let picture = grayPicture(200, 100)
    let faces = try pipeline(detector).faces(in: picture)
    #expect(detector.pictures == [picture])
    #expect(faces.map(\.box) == [Box(x: 10, y: 20, width: 40, height: 40)])
    // The centre of the box, pixel centres at integers.
    #expect(faces[0].landmarks.count == 15)
    #expect(faces[0].landmarks.allSatisfy { distance($0, Point(x: 29.5, y: 39.5)) < 1e-9 })
  }

  /// A finder that reads the one face of a picture wherever it looks, in mirror images a pixel further to the right, and
  /// remembers its crops.
  private final class SecondLookFinder: LandmarkFinder {
    let scheme = LandmarkScheme.kaggle15
    let refinedCropScale: Double?
    var maps: [[Affine]] = []
    let place: RotatedSquare

    init(_ place: RotatedSquare, refinedCropScale: Double = 1) {
      (self.place, self.refinedCropScale) = (place, refinedCropScale)
    }

    func read(_ picture: GrayImage, maps: [Affine]) -> [LandmarkPrediction] {
      self.maps.append(maps)
      let upright = DiscFace(x: 0, y: 0, side: place.side).landmarks
      let (c, s) = (cos(place.roll), sin(place.roll))
      let face = upright.map {
        Point(x: place.center.x + c * $0.x - s * $0.y, y: place.center.y + s * $0.x + c * $0.y)
      }
      return maps.map { map in
        let isMirrored = map.a * map.d - map.b * map.c < 0
        let points = scheme.mirrored.indices.map { index in
          isMirrored ? Point(x: face[scheme.mirrored[index]].x + 1, y: face[scheme.mirrored[index]].y) : face[index]
        }
        return LandmarkPrediction(points: points, judgement: .init(face: 0.75, scales: face.map { _ in 1e-3 }))
      }
    }
  }

  @Test(arguments: [1, 0.8]) func aFaceIsLookedAtAgainWhereItWasRead(refinedCropScale: Double) throws {
    let place = RotatedSquare(center: Point(x: 62, y: 54), side: 44, roll: 0.1)
    let finder = SecondLookFinder(place, refinedCropScale: refinedCropScale)
    let crop = RotatedSquare(center: place.center, side: refinedCropScale * 44, roll: 0.1)
    // The second box has no face near it: its first reading stays.
    let pipeline = FacePipeline(
      detector: FakeDetector([detection(40, 30, 48), detection(150, 30, 40)]), model: finder, profile: .frontalFace)
    let faces = try pipeline.faces(in: grayPicture(200, 100))
    #expect(finder.maps.map(\.count) == [2, 1, 2])
    let again = finder.maps[1][0]
    let corners = [Point(x: 0, y: 0), Point(x: 95, y: 95)]
    for corner in corners { #expect(distance(again.apply(corner), crop.map.apply(corner)) < 1) }
    let mirrored = finder.maps[2][0]
    #expect(distance(mirrored.apply(corners[0]), crop.map.apply(Point(x: 95, y: 0))) < 1)
    // The mean of both readings.
    let shape = try #require(FaceShape(.kaggle15))
    let fit = try #require(shape.fit(faces[0].landmarks))
    #expect(distance(fit.place.center, Point(x: place.center.x + 0.5, y: place.center.y)) < 0.2)
    #expect(faces.map(\.confidence) == [0.75, 0.75] && faces[0].landmarkConfidences?.count == 15)
  }

  @Test func aLargePictureIsSearchedSmallAndTheBoxComesBack() throws {
    let detector = FakeDetector([detection(64, 32, 100)])
    let faces = try pipeline(detector).faces(in: grayPicture(5120, 2560))
    #expect(detector.pictures.map(\.width) == [1280])
    #expect(detector.pictures.map(\.height) == [640])
    #expect(faces.map(\.box) == [Box(x: 256, y: 128, width: 400, height: 400)])
  }

  @Test func facesAsSmallAsAskedForStayLargeEnoughToBeSeen() throws {
    let detector = FakeDetector([detection(0, 0, 24), detection(100, 0, 30), detection(200, 0, 23)])
    let faces = try pipeline(detector, minSize: 48).faces(in: grayPicture(4000, 3000))
    #expect(detector.pictures.map(\.width) == [2000])
    #expect(faces.map(\.box.width) == [60, 48])
  }

  @Test func ofOverlappingBoxesTheBestIsKept() throws {
    let detector = FakeDetector([
      detection(0, 0, 100, score: 2), detection(10, 10, 100, score: 5), detection(300, 0, 50, score: 1),
    ])
    let faces = try pipeline(detector).faces(in: grayPicture(400, 400))
    #expect(faces.map(\.box.x) == [10, 300])
  }

  @Test func facesAreSortedBySizeAndLimited() throws {
    let detector = FakeDetector([
      detection(0, 0, 40, score: 9), detection(100, 0, 60), detection(200, 0, 50), detection(300, 0, 50, score: 2),
    ])
    #expect(try pipeline(detector).faces(in: grayPicture(400, 100)).map(\.box.x) == [100, 300, 200, 0])
    #expect(try pipeline(detector, maxFaces: 2).faces(in: grayPicture(400, 100)).map(\.box.x) == [100, 300])
  }

  @Test func noFaceIsNoError() throws {
    #expect(try pipeline(FakeDetector([])).faces(in: grayPicture(1, 1)).isEmpty)
  }

  @Test func cropsShowWhatTheNetworkSaw() throws {
    let picture = grayPicture(300, 300) { x, y in UInt8(min(255, x / 2 + y / 4)) }
    let pipeline = pipeline(FakeDetector([detection(50, 60, 96)]))
    let crops = pipeline.crops(of: try pipeline.faces(in: picture), in: picture)
    #expect(crops.map(\.width) == [96] && crops.map(\.height) == [96])
    for (u, v) in [(0, 0), (95, 0), (40, 70)] {
      #expect(crops[0].pixels[v * 96 + u] == picture.pixels[(60 + v) * 300 + 50 + u])
    }
  }

  /// The whole way on a real photo, at its own size and enlarged until detection has to shrink it.
  @Test func aPhotoAndItsEnlargementHaveTheSameFace() throws {
    let cascade = try #require(CascadeDetector.find(CascadeDetector.defaultCascade))
    let pipeline = FacePipeline(
      detector: try CascadeDetector(cascade: cascade), model: FakeFinder(), profile: .forCascade(cascade))
    let photo = try Image(contentsOf: asset("astronaut.png")).gray()
    let small = try pipeline.faces(in: photo)
    let large = try pipeline.faces(in: photo.resized(width: 2560, height: 2560))
    #expect(small.count == 1 && large.count == 1)
    let (one, other) = (try #require(small.first), try #require(large.first))
    // Her face is about 110 pixels wide and stands around (224, 118).
    #expect(distance(one.box.center, Point(x: 224, y: 118)) < 15)
    #expect(distance(Point(x: other.box.center.x / 5, y: other.box.center.y / 5), one.box.center) < 6)
    #expect(one.confidence > 0.5 && one.confidence <= 1)
  }
}

@Suite struct BoxCorrectionTests {
  @Test func shiftAndScaleAreSharesOfTheBox() {
    let correction = BoxCorrection(shiftX: 0.1, shiftY: -0.2, scale: 1.5)
    #expect(correction.apply(Box(x: 100, y: 50, width: 20, height: 40)) == Box(x: 97, y: 32, width: 30, height: 60))
    let box = Box(x: 3, y: 4, width: 5, height: 6)
    #expect(BoxCorrection.identity.apply(box) == box)
  }

  @Test func cascadesAreKnownByName() {
    #expect(CascadeProfile.forCascade("/a/haarcascade_frontalface_default.xml") == .frontalFace)
    #expect(CascadeProfile.forCascade("my own.xml") == .frontalFace)
    #expect(CascadeProfile.forCascade("haarcascade_frontalface_alt2.xml") != .frontalFace)
  }

  @Test(arguments: ["haarcascade_frontalface_default", "haarcascade_frontalface_alt", "haarcascade_frontalface_alt2"])
  func confidenceGrowsWithTheScore(cascade: String) {
    let profile = CascadeProfile.forCascade(cascade)
    let scores = [-Double.infinity, -1e300, 0, profile.scoreOfHalf - 1, profile.scoreOfHalf, 120, .infinity]
    let values = scores.sorted().map(profile.confidence)
    #expect(values == values.sorted())
    #expect(values.allSatisfy { (0...1).contains($0) })
    #expect(profile.confidence(of: profile.scoreOfHalf) == 0.5)
    #expect(profile.confidence(of: .nan) == 0)
  }
}

@Suite struct DetectionScaleTests {
  @Test(
    arguments: [
      (512, 512, nil, 1.0), (4096, 3000, nil, 0.25), (3000, 4096, nil, 0.25), (4000, 3000, 60.0, 0.4),
      (4000, 3000, 100.0, 0.256), (4000, 3000, 500.0, 0.0552), (512, 512, 48.0, 0.575), (4000, 3000, 10.0, 1.0),
      (1, 1, 1.0, 1.0),
    ] as [(Int, Int, Double?, Double)])
  func factor(width: Int, height: Int, minSize: Double?, expected: Double) {
    let factor = DetectionScale.factor(
      width: width, height: height, longestSide: 1024, minSize: minSize, smallest: 24)
    #expect(abs(factor - expected) < 1e-12)
  }

  @Test func boxesComeBack() {
    #expect(
      DetectionScale.enlarged(Box(x: 10, y: 20, width: 30, height: 40), x: 0.5, y: 0.25)
        == Box(x: 20, y: 80, width: 60, height: 160))
  }

  /// Says of crops how sure it is by their middle's x: below 100 it is a face with 0.97, to 200 with 0.92, to 300
  /// with 0.1, else with 0.3.
  private final class Judge: LandmarkFinder {
    let scheme = LandmarkScheme.kaggle15
    let predictsConfidence = true

    func read(_ picture: GrayImage, maps: [Affine]) -> [LandmarkPrediction] {
      maps.map { map in
        let middle = map.apply(Point(x: 47.5, y: 47.5))
        let face = middle.x < 100 ? 0.97 : middle.x < 200 ? 0.92 : middle.x < 300 ? 0.1 : 0.3
        return LandmarkPrediction(
          points: (0..<15).map { Point(x: middle.x + Double($0), y: middle.y) },
          judgement: LandmarkPrediction.Judgement(face: face, scales: Array(repeating: 1e-4, count: 15)))
      }
    }
  }

  @Test(
    arguments: [(nil, [0.97, 0.92]), (0.05, [0.97, 0.92, 0.1]), (0.95, [0.97]), (0.98, [])] as [(Double?, [Double])])
  func whatIsNoFaceIsDropped(least: Double?, expected: [Double]) throws {
    let detector = FakeDetector([detection(20, 20, 60), detection(140, 20, 50), detection(240, 20, 40)])
    let pipeline = FacePipeline(
      detector: detector, model: Judge(), settings: FacePipeline.Settings(minConfidence: least))
    #expect(try pipeline.faces(in: grayPicture(320, 120)).map(\.confidence) == expected)
  }

  /// Further searches are asked one after the other until one finds a face that counts.
  @Test func furtherSearchesWhereThereIsNoFaceYet() throws {
    let detectors = [[], [detection(240, 20, 40)], [detection(20, 20, 60)], [detection(90, 20, 50)]].map(
      FakeDetector.init)
    let pipeline = FacePipeline(detector: detectors[0], further: Array(detectors.dropFirst()), model: Judge())
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
    let pipeline = FacePipeline(detector: detectors[0], further: Array(detectors.dropFirst()), model: Judge())
    let result = try pipeline.candidates(in: grayPicture(400, 120), isThorough: isThorough)
    #expect(result.faces.map(\.confidence) == faces && result.doubtful.map(\.confidence) == doubtful)
    #expect(detectors.map(\.pictures.count) == (isThorough ? [1, 1, 1] : [1, 0, 0]))
    if isThorough { #expect(try pipeline.faces(in: grayPicture(400, 120)) == result.faces) }
  }

  /// A part of a face looks like a small face, but less so.
  @Test func aFaceWithinASurerOneIsItsPart() throws {
    let detector = FakeDetector([detection(20, 0, 110), detection(85, 30, 40), detection(150, 20, 50)])
    // Their middles are at 74.5, 104.5 and 174.5.
    let faces = try FacePipeline(detector: detector, model: Judge()).faces(in: grayPicture(320, 120))
    #expect(faces.map(\.box.width) == [110, 50].map { 1.015 * $0 })
  }

  /// Two boxes on one face: the surer one stays, and does not count among the largest N for the other.
  @Test func ofTwoBoxesOnAFaceTheSurerOneStays() throws {
    let detector = FakeDetector([detection(60, 20, 60), detection(80, 20, 60), detection(150, 20, 50)])
    let pipeline = FacePipeline(
      detector: detector, model: Judge(), settings: FacePipeline.Settings(maxFaces: 2))
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
    let faces = try FacePipeline(detector: FakeDetector([small, large]), model: Judge()).faces(
      in: grayPicture(400, 300))
    #expect(faces.map { ($0.box.width / 1.015).rounded() } == [expected])
  }

  /// What lies over two faces and is less sure than either is no whole of one of them.
  @Test func aBoxOverTwoFacesReplacesNeither() throws {
    let faces = [detection(95 - 39.5, 60 - 39.5, 80), detection(95 - 39.5, 98 - 39.5, 80)]
    let both = detection(101 - 47.5, 79 - 47.5, 96)
    let found = try FacePipeline(detector: FakeDetector(faces + [both]), model: Judge()).faces(
      in: grayPicture(400, 300))
    #expect(found.map { ($0.box.width / 1.015).rounded() } == [80, 80])
  }
}
