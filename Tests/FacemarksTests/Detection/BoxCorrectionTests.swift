import Facemarks
import Imaging
import Testing

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
