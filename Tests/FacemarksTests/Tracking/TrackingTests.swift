import Facemarks
import Imaging
import Testing

/// The tracker on faces that a fake detector and a fake network see exactly.
@Suite struct TrackingTests {
  private struct World {
    let detector = DiscDetector()
    let predictor = DiscPredictor()
    let tracker: FaceTracker

    init(
      minSize: Int? = nil, maxFaces: Int? = nil, minConfidence: Double? = nil, smoothing: Smoothing = .none
    ) {
      tracker = FaceTracker(
        pipeline: FacePipeline(
          detector: detector, model: predictor,
          profile: CascadeProfile(correction: .identity, scoreOfHalf: 0, scoreSpread: 1),
          settings: FacePipeline.Settings(minSize: minSize, maxFaces: maxFaces, minConfidence: minConfidence)),
        settings: FaceTracker.Settings(smoothing: smoothing))
    }

    /// The faces of frame after frame, 30 a second.
    func run(_ frames: Int, from first: Int = 0, _ faces: (Int) -> [DiscFace]) throws -> [[TrackedFace]] {
      try (first..<first + frames).map { number in
        try tracker.faces(in: DiscFace.frame(faces(number)), at: Double(number) / 30)
      }
    }
  }

  private func worst(_ points: [Point], _ face: DiscFace) -> Double {
    zip(points, face.landmarks).map { distance($0, $1) }.max() ?? .infinity
  }

  @Test func aMovingFaceIsFollowedWithoutTheDetector() throws {
    let world = World()
    let path = { (number: Int) in DiscFace(x: 80 + 2 * Double(number), y: 100 + Double(number) / 2, side: 60) }
    let found = try world.run(60) { [path($0)] }
    #expect(found.allSatisfy { $0.map(\.id) == [1] })
    for (number, faces) in found.enumerated() {
      // The disc is drawn without grays at its edge, which moves its middle by up to half a pixel.
      #expect(worst(try #require(faces.first).face.landmarks, path(number)) < 1)
      #expect(faces.allSatisfy { $0.face.confidence > 0.9 && $0.face.confidence <= 1 })
      #expect(abs((faces.first?.face.box.width ?? 0) - 60) < 2)
    }
    // In two seconds: the first frame, and a search of this small frame now and then.
    #expect(world.detector.searchedPixels.count < 6)
    // A crop per frame, the checks, and the first look.
    #expect(world.predictor.crops < 60 + 20)
  }

  @Test func facesThatAreLessSureThanAskedForAreNotGiven() throws {
    let face = DiscFace(x: 80, y: 100, side: 60)
    let sure = try #require(try World().run(10) { _ in [face] }.last?.first).face.confidence
    #expect(try World(minConfidence: sure - 1e-6).run(10) { _ in [face] }.last?.count == 1)
    #expect(try World(minConfidence: (sure + 1) / 2 + 1e-6).run(10) { _ in [face] }.allSatisfy(\.isEmpty))
  }

  @Test func theSameVideoGivesTheSame() throws {
    let path = { (number: Int) -> [DiscFace] in
      let first = DiscFace(x: 80 + Double(number % 40) * 3, y: 80, side: 50)
      return number % 50 < 35 ? [first, DiscFace(x: 250, y: 170, side: 70)] : [first]
    }
    let (one, other) = (World(smoothing: .oneEuro), World(smoothing: .oneEuro))
    #expect(try one.run(100, path) == other.run(100, path))
    #expect(one.detector.searchedPixels == other.detector.searchedPixels)
  }

  @Test func everyFaceKeepsItsNumber() throws {
    let found = try World().run(90) { number in
      let time = Double(number) / 30
      return [
        DiscFace(x: 60 + 10 * time, y: 60, side: 50), DiscFace(x: 160, y: 170 - 10 * time, side: 60),
        DiscFace(x: 260 - 5 * time, y: 70, side: 40),
      ]
    }
    #expect(found.allSatisfy { $0.map(\.id) == [1, 2, 3] })
    // The largest first when they are found at once.
    #expect(found.allSatisfy { $0.map { Int(($0.face.box.width / 10).rounded()) } == [6, 5, 4] })
  }

  @Test func aNewFaceIsFoundWithinTwoSeconds() throws {
    let found = try World().run(90) { number in
      [DiscFace(x: 80, y: 120, side: 60)] + (number < 30 ? [] : [DiscFace(x: 230, y: 120, side: 45)])
    }
    #expect(found[29].map(\.id) == [1])
    #expect(found[89].map(\.id) == [1, 2])
  }

  @Test func aFaceThatGoesIsDroppedSoon() throws {
    let found = try World().run(60) { $0 < 30 ? [DiscFace(x: 160, y: 120, side: 60)] : [] }
    #expect(found[29].count == 1)
    #expect(found[34...].allSatisfy { $0.isEmpty })
  }

  @Test func aFaceThatIsCoveredForAMomentIsTheSame() throws {
    let face = DiscFace(x: 160, y: 120, side: 60)
    let found = try World().run(60) { (20..<45).contains($0) ? [] : [face] }
    #expect(found[19].map(\.id) == [1])
    #expect(found[40].isEmpty)
    #expect(found[46...].allSatisfy { $0.map(\.id) == [1] })
  }

  @Test func aNumberIsNotGivenAgain() throws {
    let face = DiscFace(x: 160, y: 120, side: 60)
    let found = try World().run(150) { (20..<100).contains($0) ? [] : [face] }
    #expect(found[19].map(\.id) == [1])
    #expect(found[149].map(\.id) == [2])
  }

  @Test func whatIsNoFaceIsRefused() throws {
    let world = World()
    world.detector.falseAlarms = [detection(10, 10, 50, score: 9)]
    let found = try world.run(60) { _ in [DiscFace(x: 220, y: 150, side: 60)] }
    #expect(found.allSatisfy { $0.map(\.id) == [1] })
    #expect(found.joined().allSatisfy { $0.face.box.x > 150 })
  }

  @Test func twoTracksOnOneFaceBecomeOne() throws {
    // The second face runs into the first and goes.
    let found = try World().run(120) { number in
      let x = min(60 + 4 * Double(number), 200)
      return [DiscFace(x: 200, y: 120, side: 60)] + (x < 200 ? [DiscFace(x: x, y: 120, side: 58)] : [])
    }
    #expect(found[10].count == 2)
    #expect(found[60...].allSatisfy { $0.count == 1 })
  }

  @Test func onlyAsManyFacesAsWanted() throws {
    let found = try World(maxFaces: 2).run(60) { _ in
      [DiscFace(x: 60, y: 60, side: 40), DiscFace(x: 160, y: 170, side: 60), DiscFace(x: 260, y: 70, side: 50)]
    }
    #expect(found.allSatisfy { $0.map { Int(($0.face.box.width / 10).rounded()) } == [6, 5] })
  }

  @Test func aLargerFaceTakesThePlaceOfTheSmallest() throws {
    let found = try World(maxFaces: 1).run(90) { number in
      [DiscFace(x: 60, y: 60, side: 40)] + (number < 20 ? [] : [DiscFace(x: 200, y: 120, side: 80)])
    }
    #expect(found[19].map(\.id) == [1])
    #expect(found[89].map(\.id) == [2])
    #expect(found.allSatisfy { $0.count <= 1 })
  }

  @Test func smallFacesAreLeftOut() throws {
    let found = try World(minSize: 50).run(40) { _ in
      [DiscFace(x: 80, y: 80, side: 40), DiscFace(x: 220, y: 150, side: 60)]
    }
    #expect(found.allSatisfy { $0.count == 1 && $0[0].face.box.width > 50 })
  }

  @Test(arguments: [[0, 0, 0, 0, 0], [5, 4, 3, 2, 1], [0, .nan, 1, .infinity, 2], [-1e300, 1e300, 0, 1, 1e9]])
  func timesMayBeUseless(times: [Double]) throws {
    let world = World(smoothing: .oneEuro)
    let face = DiscFace(x: 160, y: 120, side: 60)
    for time in times {
      let found = try world.tracker.faces(in: DiscFace.frame([face]), at: time)
      #expect(found.map(\.id) == [1])
      #expect(found.allSatisfy { worst($0.face.landmarks, face) < 1 })
    }
  }

  @Test func framesMayChangeTheirSizeAndHaveNoFace() throws {
    let world = World()
    for (number, size) in [(320, 240), (640, 360), (16, 16), (1, 1), (320, 240)].enumerated() {
      let faces = size.0 > 100 ? [DiscFace(x: 160, y: 120, side: 60)] : []
      let found = try world.tracker.faces(
        in: DiscFace.frame(faces, width: size.0, height: size.1), at: Double(number) / 30)
      #expect(found.count == faces.count)
    }
  }

  @Test func aFaceAtTheEdgeIsFollowedUntilItHasLeft() throws {
    let found = try World().run(60) { [DiscFace(x: 160 - 6 * Double($0), y: 120, side: 60)] }
    #expect(found[0..<24].allSatisfy { $0.map(\.id) == [1] })
    #expect(found[35...].allSatisfy { $0.isEmpty })
  }
}
