import Facemarks
import FacemarksLab
import FacemarksTraining
import Glibc
import Imaging
import TestSupport
import Testing

@Suite struct ThoroughHaarSearchTests {
  /// Finds the brightest pixel and puts a box of 40 pixels around it.
  private final class SpotDetector: FaceDetector {
    func detect(in picture: GrayImage) -> [Detection] {
      let brightest = picture.pixels.indices.max { picture.pixels[$0] < picture.pixels[$1] } ?? 0
      let (x, y) = (Double(brightest % picture.width), Double(brightest / picture.width))
      return [Detection(box: Box(x: x - 19.5, y: y - 19.5, width: 40, height: 40), score: 3)]
    }
  }

  private let profile = CascadeProfile(
    correction: BoxCorrection(shiftX: 0, shiftY: 0, scale: 1.5), scoreOfHalf: 3, scoreSpread: 1)

  /// Whichever way the picture is looked at, what is found is where it is in the picture.
  @Test(
    arguments: [
      ThoroughHaarSearch.View.plain, .mirrored, .brightened, .turned(degrees: 20), .turned(degrees: -20),
      .turned(degrees: 90),
    ])
  func boxesComeBack(view: ThoroughHaarSearch.View) throws {
    let picture = grayPicture(200, 120) { x, y in
      UInt8(max(0, 250 - 6 * abs(x - 140) - 6 * abs(y - 30)))
    }
    let detector = ThoroughHaarSearch(SpotDetector(), profile, views: [view])
    let found = try #require(detector.detect(in: picture).first)
    #expect(found.box.center.distance(to: Point(x: 140, y: 30)) < 2.5)
    #expect(abs(found.box.width - 60) < 1e-9 && found.score == 0.5)
    let roll: Double = if case .turned(let degrees) = view { degrees / 180 * .pi } else { 0 }
    #expect(found.roll == roll)
  }

  /// A head whose left side (to the right of the picture) is lower by 20 degrees stands upright in the view for +20.
  @Test func aTiltedHeadStandsUpright() throws {
    let place = RotatedSquare(center: Point(x: 100, y: 60), side: 40, roll: 20 / 180 * .pi)
    // The ends of the head's horizontal axis, by the place's map.
    let (right, left) = (place.map.apply(Point(x: 0, y: 47.5)), place.map.apply(Point(x: 95, y: 47.5)))
    #expect(left.y > right.y)
    final class Recorder: FaceDetector {
      var picture: GrayImage?
      func detect(in picture: GrayImage) -> [Detection] {
        self.picture = picture
        return []
      }
    }
    let picture = grayPicture(200, 120) { x, y in
      let near = [left, right].contains { $0.distance(to: Point(x: Double(x), y: Double(y))) < 2.5 }
      return near ? 255 : 0
    }
    let recorder = Recorder()
    _ = try ThoroughHaarSearch(recorder, profile, views: [.turned(degrees: 20)]).detect(in: picture)
    let seen = try #require(recorder.picture)
    let rows = seen.pixels.indices.filter { seen.pixels[$0] > 200 }.map { $0 / seen.width }
    #expect((rows.max() ?? 99) - (rows.min() ?? 0) <= 6)
  }
}
