import Facemarks
import FacemarksLab
import FacemarksTraining
import Imaging
import TestSupport
import Testing

/// The discs of `DiscFolder` are found by a search for bright places, whatever is done to the photos.
@Suite struct SceneStudyTests {
  private func study(_ table: String? = nil) throws -> SceneStudy {
    let folder = try TemporaryFolder()
    try DiscFolder.write(to: folder.path, landmarks: LandmarkScheme.kaggle15.landmarks)
    if let table { try folder.add("scenes.csv", table) }
    return SceneStudy(try SceneDataset.read(folder.path, threads: 1))
  }

  private func face(_ x: Double, _ y: Double, _ side: Double, confidence: Double = 1) -> Face {
    let box = Box(x: x - (side - 1) / 2, y: y - (side - 1) / 2, width: side, height: side)
    return Face(box: box, confidence: confidence, landmarks: [])
  }

  /// Squares around bright places: 1.2 times as wide as the disc or the part of it.
  private func discs(in picture: GrayImage) -> [Face] {
    var isOpen = picture.pixels.map { $0 > 150 }
    var found: [Face] = []
    for start in picture.pixels.indices where isOpen[start] {
      var (stack, xs, ys) = ([start], [Int](), [Int]())
      isOpen[start] = false
      while let at = stack.popLast() {
        let (x, y) = (at % picture.width, at / picture.width)
        xs.append(x)
        ys.append(y)
        for (u, v) in [(x - 1, y), (x + 1, y), (x, y - 1), (x, y + 1)]
        where (0..<picture.width).contains(u) && (0..<picture.height).contains(v) {
          guard isOpen[v * picture.width + u] else { continue }
          isOpen[v * picture.width + u] = false
          stack.append(v * picture.width + u)
        }
      }
      let (left, right) = (xs.min() ?? 0, xs.max() ?? 0)
      let (top, bottom) = (ys.min() ?? 0, ys.max() ?? 0)
      found.append(
        face(Double(left + right) / 2, Double(top + bottom) / 2, 1.2 * Double(max(right - left, bottom - top) + 1)))
    }
    return found
  }

  /// Of the three discs with sides 60, 24 and 40 on the one validation photo.
  @Test(arguments: [
    (SceneStudy.Change.none, 3), (.turned(degrees: 30), 3), (.turned(degrees: 90), 3), (.turned(degrees: 180), 3),
    (.shrunk(side: 16), 3), (.shrunk(side: 40), 1), (.cut(share: 0.1), 12), (.cut(share: 0.4), 12),
  ])
  func facesAreWhereTheyAreThen(change: SceneStudy.Change, faces: Int) throws {
    let condition = SceneStudy.Condition("", change)
    #expect(
      try study().measure(condition, discs) == SceneStudy.Row(faces: faces, found: faces, falseBoxes: 0))
    #expect(try study().measure(condition) { _ in [] } == SceneStudy.Row(faces: faces, found: 0, falseBoxes: 0))
  }

  /// Cut through the disc at (160, 70) with a side of 24: 8.4 columns or rows are left of its middle for 0.15.
  @Test func aCutLeavesTheRest() throws {
    var sizes: [[Int]] = []
    let condition = SceneStudy.Condition("", .cut(share: 0.15)) { $0.place.side == 24 }
    _ = try study().measure(condition) { picture in
      sizes.append([picture.width, picture.height])
      return []
    }
    // 160 - 8.4 = 151.6: columns from 152 on; 160 + 8.4 = 168.4: columns to 168. Rows: 61.6 and 78.4.
    #expect(sizes == [[220 - 152, 200], [169, 200], [220, 200 - 62], [220, 79]])
  }

  /// Only the conditions' faces count, each once, and a box on another face is no false one.
  @Test func kindsAreCountedApart() throws {
    let large = SceneStudy.Condition("") { $0.place.side >= 40 }
    let found = [face(50, 60, 60), face(52, 61, 58, confidence: 0.5), face(160, 70, 24), face(20, 150, 30)]
    #expect(try study().measure(large) { _ in found } == SceneStudy.Row(faces: 2, found: 1, falseBoxes: 1))
    // Sizes that differ by 2.2, and middles that are 13 apart where the side is 24.
    let off = [face(110, 150, 88), face(173, 70, 24)]
    #expect(try study().measure(.init("")) { _ in off } == SceneStudy.Row(faces: 3, found: 0, falseBoxes: 2))
  }

  @Test func placesThatMayBeFacesAreLeftOut() throws {
    let study = try study(
      "file,split,width,height,x,y,size,ignore\np/1.png,val,220,200,50,60,60,1\np/1.png,val,220,200,160,70,24,0\n")
    #expect(study.photoCount == 1 && study.faceCount == 1)
    let found = [face(50, 60, 60), face(75, 80, 12), face(110, 150, 40)]
    #expect(try study.measure(.init("")) { _ in found } == SceneStudy.Row(faces: 1, found: 0, falseBoxes: 1))
  }
}
