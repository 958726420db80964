import Facemarks
import Glibc
import Imaging
import TestSupport
import Testing

@Suite struct FacePipelineTests {
  private func pipeline(_ detector: FakeDetector, minSize: Int? = nil, maxFaces: Int? = nil) -> FacePipeline {
    FacePipeline(
      detector: detector, model: FakePredictor(),
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

  /// A predictor that sees the one face of a picture in any crop, in mirror images a pixel further to the right, and
  /// remembers its crops.
  private final class RefiningPredictor: CropPredictor {
    let scheme = LandmarkScheme.kaggle15
    let refinedCrop: RefinedCrop?
    var maps: [[Affine]] = []
    let place: RotatedSquare

    init(_ place: RotatedSquare, refinedCrop: RefinedCrop = RefinedCrop()) {
      (self.place, self.refinedCrop) = (place, refinedCrop)
    }

    func predict(_ picture: GrayImage, maps: [Affine]) -> [LandmarkPrediction] {
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
        return LandmarkPrediction(points: points, uncertainty: .init(face: 0.75, scales: face.map { _ in 1e-3 }))
      }
    }
  }

  @Test(arguments: [1, 0.8], [0, 0.1]) func aFaceIsLookedAtAgainWhereItWasRead(scale: Double, drop: Double) throws {
    let place = RotatedSquare(center: Point(x: 62, y: 54), side: 44, roll: 0.1)
    let predictor = RefiningPredictor(place, refinedCrop: RefinedCrop(scale: scale, drop: drop))
    // Down along the head: to the left of the picture, as it is tilted clockwise.
    let center = Point(x: place.center.x - drop * 44 * sin(0.1), y: place.center.y + drop * 44 * cos(0.1))
    let crop = RotatedSquare(center: center, side: scale * 44, roll: 0.1)
    // The second box has no face near it: its first prediction stays.
    let pipeline = FacePipeline(
      detector: FakeDetector([detection(40, 30, 48), detection(150, 30, 40)]), model: predictor, profile: .frontalFace)
    let faces = try pipeline.faces(in: grayPicture(200, 100))
    #expect(predictor.maps.map(\.count) == [2, 1, 2])
    let again = predictor.maps[1][0]
    let corners = [Point(x: 0, y: 0), Point(x: 95, y: 95)]
    for corner in corners { #expect(distance(again.apply(corner), crop.map.apply(corner)) < 1) }
    let mirrored = predictor.maps[2][0]
    #expect(distance(mirrored.apply(corners[0]), crop.map.apply(Point(x: 95, y: 0))) < 1)
    // The mean of both predictions.
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
    let crops = try pipeline.faces(in: picture).map { pipeline.crop(of: $0, in: picture) }
    #expect(crops.map(\.width) == [96] && crops.map(\.height) == [96])
    for (u, v) in [(0, 0), (95, 0), (40, 70)] {
      #expect(crops[0].pixels[v * 96 + u] == picture.pixels[(60 + v) * 300 + 50 + u])
    }
  }

  /// The whole way on a real photo, at its own size and enlarged until detection has to shrink it.
  @Test func aPhotoAndItsEnlargementHaveTheSameFace() throws {
    let cascade = try #require(CascadeDetector.find(CascadeDetector.defaultCascade))
    let pipeline = FacePipeline(
      detector: try CascadeDetector(cascade: cascade), model: FakePredictor(), profile: .forCascade(cascade))
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
