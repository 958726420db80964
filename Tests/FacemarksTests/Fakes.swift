import Facemarks
import Imaging

/// A detector that always finds the same boxes and remembers the pictures it was given.
final class FakeDetector: FaceDetector {
  var detections: [Detection]
  private(set) var pictures: [GrayImage] = []

  init(_ detections: [Detection]) { self.detections = detections }

  func detect(in picture: GrayImage) -> [Detection] {
    pictures.append(picture)
    return detections
  }
}

/// A predictor whose landmarks all stand in the middle of the crop.
final class FakePredictor: CropPredictor {
  let scheme = LandmarkScheme.kaggle15

  func predict(_ picture: GrayImage, maps: [Affine]) -> [LandmarkPrediction] {
    maps.map { LandmarkPrediction(points: Array(repeating: $0.apply(Point(x: 47.5, y: 47.5)), count: scheme.count)) }
  }
}

func detection(_ x: Double, _ y: Double, _ size: Double, score: Double = 1) -> Detection {
  Detection(box: Box(x: x, y: y, width: size, height: size), score: score)
}

func distance(_ one: Point, _ other: Point) -> Double {
  let (dx, dy) = (one.x - other.x, one.y - other.y)
  return (dx * dx + dy * dy).squareRoot()
}
