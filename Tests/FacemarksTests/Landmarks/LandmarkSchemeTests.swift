import Facemarks
import Imaging
import Testing

@Suite struct LandmarkSchemeTests {
  @Test(arguments: LandmarkScheme.all) func everySchemeIsSound(scheme: LandmarkScheme) {
    #expect(Set(scheme.landmarks).count == scheme.count)
    #expect(scheme.mirrored.count == scheme.count)
    for (index, partner) in scheme.mirrored.enumerated() { #expect(scheme.mirrored[partner] == index) }
    #expect(scheme.connections.allSatisfy { $0.count == 2 && $0.allSatisfy(scheme.landmarks.indices.contains) })
    for indices in scheme.groups.values {
      #expect(!indices.isEmpty && indices.allSatisfy(scheme.landmarks.indices.contains))
    }
    #expect(LandmarkScheme.named(scheme.name) == scheme)
  }

  /// By a head that looks ahead: mirrored, every point lies where its partner was.
  @Test func mirrorPairs() {
    let head = SyntheticHead.all[0]
    let scheme = LandmarkScheme.full
    let (left, right) = (head.landmarks[0], head.landmarks[1])
    let (middle, unit) = (Point(x: (left.x + right.x) / 2, y: (left.y + right.y) / 2), left.distance(to: right))
    let (c, s) = ((left.x - right.x) / unit, (left.y - right.y) / unit)
    let upright = head.landmarks.map { point in
      let (x, y) = (point.x - middle.x, point.y - middle.y)
      return Point(x: (c * x + s * y) / unit, y: (c * y - s * x) / unit)
    }
    for (index, partner) in scheme.mirrored.enumerated() {
      let mirrored = Point(x: -upright[index].x, y: upright[index].y)
      let nearest = upright.indices.filter { scheme.ofIBUG($0) == scheme.ofIBUG(index) }.min {
        upright[$0].distance(to: mirrored) < upright[$1].distance(to: mirrored)
      }
      #expect(mirrored.distance(to: upright[partner]) < 0.35, "\(scheme.landmarks[index])")
      #expect(nearest == partner || mirrored.distance(to: upright[partner]) < 0.15, "\(scheme.landmarks[index])")
    }
  }

  @Test(arguments: [FaceLandmarker.Model.compact, .accurate, .dense, .open])
  func schemesOfBuiltInModels(model: FaceLandmarker.Model) throws {
    #expect(try model.scheme() == model.load().scheme)
  }

  @Test func selection() throws {
    let face = Face(
      box: Box(x: 0, y: 0, width: 1, height: 1), confidence: 1,
      landmarks: (0..<LandmarkScheme.full.count).map { Point(x: Double($0), y: 0) },
      landmarkConfidences: (0..<LandmarkScheme.full.count).map { Double($0) / 100 })
    let dense = try #require(LandmarkSelection(.ibug68, of: .full))
    #expect(dense(face).landmarks.map(\.x) == (15..<85).map(Double.init))
    #expect(dense(face).landmarkConfidences?.first == 0.15)
    let usual = try #require(LandmarkSelection(nil, of: .full))
    #expect(usual.scheme == .kaggle15 && usual(face).landmarks.count == 15)
    #expect(LandmarkSelection(.ibug68, of: .kaggle15) == nil)
    #expect(LandmarkSelection(.full, of: .full)?(face) == face)
  }
}

extension LandmarkScheme {
  fileprivate func ofIBUG(_ index: Int) -> Bool { index >= LandmarkScheme.kaggle15.count }
}
