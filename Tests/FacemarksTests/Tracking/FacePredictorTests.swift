import Facemarks
import Imaging
import TestSupport
import Testing

@Suite struct FacePredictorTests {
  /// Reading from a part of the frame gives the same as from all of it, anywhere in it and at its edges.
  @Test(arguments: [(175.0, 65.0, 100.0), (160, 50, 130), (-20, -30, 150), (420, 420, 120)])
  func aPartOfTheFrameIsEnough(x: Double, y: Double, side: Double) throws {
    let photo = try Image(contentsOf: asset("astronaut.png")).colored()
    let model = try LandmarkModel.bundled()
    let place = RotatedSquare(Box(x: x, y: y, width: side, height: side))
    let whole = try model.predict(photo.gray(), maps: [place.map])[0].points
    let prediction = try #require(try FacePredictor(model: model).predict(photo, at: place))
    for (one, other) in zip(whole, prediction.landmarks) { #expect(distance(one, other) < 1e-3) }
  }

  /// Large faces are read from a frame halved before, which changes next to nothing.
  @Test func aLargeFaceIsReadFromLess() throws {
    let photo = try Image(contentsOf: asset("astronaut.png")).resized(width: 3000, height: 3000)
    let model = try LandmarkModel.bundled()
    let place = RotatedSquare(Box(x: 1030, y: 380, width: 585, height: 585))
    let whole = try model.predict(photo.gray(), maps: [place.map])[0].points
    let prediction = try #require(try FacePredictor(model: model).predict(photo, at: place))
    for (one, other) in zip(whole, prediction.landmarks) { #expect(distance(one, other) < 0.01 * 585) }
  }

  /// The landmarks of her face stay when the crop moves; on the shuttle behind her they go along.
  @Test func onlyOnAFaceTheLandmarksStay() throws {
    let photo = try Image(contentsOf: asset("astronaut.png")).colored()
    let predictor = FacePredictor(model: try LandmarkModel.bundled())
    func sensitivity(_ box: Box) throws -> Double {
      let prediction = try #require(try predictor.predict(photo, at: RotatedSquare(box)))
      return try #require(try predictor.cropSensitivity(photo, from: prediction, to: ShiftDirection.allCases))
    }
    #expect(try sensitivity(Box(x: 176, y: 65, width: 100, height: 100)) < TrackConfidence.certain)
    #expect(try sensitivity(Box(x: 340, y: 20, width: 100, height: 100)) > TrackConfidence.new)
    #expect(try sensitivity(Box(x: 200, y: 330, width: 120, height: 120)) > TrackConfidence.new)
  }

  @Test func aPlaceOutsideOfTheFrameHasNoFace() throws {
    let photo = try Image(contentsOf: asset("astronaut.png"))
    let predictor = FacePredictor(model: try LandmarkModel.bundled())
    for x in [-1000.0, 900, 1e300, .nan, .infinity] {
      #expect(try predictor.predict(photo, at: RotatedSquare(Box(x: x, y: 50, width: 100, height: 100))) == nil)
    }
  }
}
