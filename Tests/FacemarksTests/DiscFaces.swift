import Facemarks
import Imaging
import TestSupport

/// Faces made of bright discs on a gray ground, which a detector and a landmark predictor for discs see: what a tracker does with
/// them can be told exactly.
struct DiscFace {
  var x: Double
  var y: Double
  /// The side of the face's box; the disc is 0.7 of it wide.
  var side: Double

  static func frame(_ faces: [DiscFace], width: Int = 320, height: Int = 240) throws -> Image {
    let gray = grayPicture(width, height) { x, y in
      let isBright = faces.contains {
        distance(Point(x: Double(x), y: Double(y)), Point(x: $0.x, y: $0.y)) < 0.35 * $0.side
      }
      return isBright ? 220 : UInt8(60 + (x + y) % 32)
    }
    return try Image(gray).colored()
  }

  /// Landmarks of the mean shape whose crop is the face's box.
  var landmarks: [Point] {
    guard let mean = FaceShape(.kaggle15)?.mean else { return [] }
    // The box of the mean shape, in eye distances: 1.314 + 1.339 * 1.0637, and the middle 0.003 above the origin.
    let unit = side / 2.7383
    return mean.map { Point(x: x + unit * $0.x, y: y + unit * ($0.y + 0.003)) }
  }
}

/// Finds discs.
final class DiscDetector: FaceDetector {
  /// Found in every picture, too.
  var falseAlarms: [Detection] = []
  private(set) var searchedPixels: [Int] = []

  func detect(in picture: GrayImage) -> [Detection] {
    searchedPixels.append(picture.width * picture.height)
    var isSeen = [Bool](repeating: false, count: picture.pixels.count)
    var found = falseAlarms
    for start in picture.pixels.indices where picture.pixels[start] > 180 && !isSeen[start] {
      var (open, x, y, count) = ([start], 0, 0, 0)
      isSeen[start] = true
      while let at = open.popLast() {
        let (column, row) = (at % picture.width, at / picture.width)
        (x, y, count) = (x + column, y + row, count + 1)
        for (u, v) in [(column - 1, row), (column + 1, row), (column, row - 1), (column, row + 1)]
        where (0..<picture.width).contains(u) && (0..<picture.height).contains(v) {
          let next = v * picture.width + u
          guard picture.pixels[next] > 180, !isSeen[next] else { continue }
          isSeen[next] = true
          open.append(next)
        }
      }
      let side = 2 * (Double(count) / .pi).squareRoot() / 0.7
      guard side >= 24 else { continue }
      let (centerX, centerY) = (Double(x) / Double(count), Double(y) / Double(count))
      found.append(
        detection(centerX - (side - 1) / 2, centerY - (side - 1) / 2, side, score: 5))
    }
    return found
  }
}

/// Finds the landmarks of a disc in the crop; where there is none they go with the crop, as a network's do.
final class DiscPredictor: CropPredictor {
  let scheme = LandmarkScheme.kaggle15
  private(set) var crops = 0

  func predict(_ picture: GrayImage, maps: [Affine]) -> [LandmarkPrediction] {
    maps.map { LandmarkPrediction(points: landmarks(in: picture, map: $0)) }
  }

  private func landmarks(in picture: GrayImage, map: Affine) -> [Point] {
    crops += 1
    let center = map.apply(Point(x: 47.5, y: 47.5))
    let side = 96 * (map.a * map.a + map.c * map.c).squareRoot()
    var (x, y, count) = (0.0, 0.0, 0.0)
    for row in 0..<picture.height where abs(Double(row) - center.y) < side / 2 {
      for column in 0..<picture.width
      where abs(Double(column) - center.x) < side / 2 && picture.pixels[row * picture.width + column] > 180 {
        (x, y, count) = (x + Double(column), y + Double(row), count + 1)
      }
    }
    // A disc covers 0.35 * 0.35 * pi of its box.
    guard count > 0.15 * side * side else { return DiscFace(x: center.x, y: center.y, side: side).landmarks }
    return DiscFace(x: x / count, y: y / count, side: 2 * (count / .pi).squareRoot() / 0.7).landmarks
  }
}
