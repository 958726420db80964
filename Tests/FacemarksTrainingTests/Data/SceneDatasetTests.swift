import Facemarks
import FacemarksTraining
import Files
import Imaging
import TestSupport
import Testing

@Suite struct SceneDatasetTests {
  private func folder() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try DiscFolder.write(to: folder.path, landmarks: LandmarkScheme.kaggle15.landmarks)
    return folder
  }

  @Test func photosAndTheirFacesAreRead() throws {
    let folder = try folder()
    let scenes = try SceneDataset.read(folder.path, threads: 2).scenes
    #expect(scenes.map(\.name) == ["p/0.png", "p/1.png", "p/2.png"] && scenes.map(\.set) == ["s", "s", "s"])
    #expect(scenes.map(\.split) == [.training, .validation, .training])
    #expect(scenes.map(\.faces.count) == [3, 3, 0])
    for (face, wanted) in zip(scenes[0].faces, DiscFolder.sceneFaces) {
      #expect(face.place == RotatedSquare(center: Point(x: wanted.x, y: wanted.y), side: wanted.side))
      #expect(!face.knowsRoll && !face.isIgnored && face.isProfile == false && face.isMasked == nil)
      // The disc's middle is bright.
      let picture = scenes[0].picture
      #expect(picture.pixels[Int(wanted.y) * picture.width + Int(wanted.x)] == 200)
    }
  }

  @Test func theTiltIsReadInDegrees() throws {
    let folder = try folder()
    try folder.add(
      "scenes.csv", "file,width,height,x,y,size,roll\np/0.png,220,200,50,60,60,90\np/0.png,220,200,1,2,3,\n")
    let faces = try SceneDataset.read(folder.path, threads: 1).scenes[0].faces
    #expect(faces.map(\.knowsRoll) == [true, false])
    #expect(abs(faces[0].place.roll - .pi / 2) < 1e-12 && faces[1].place.roll == 0)
  }

  @Test func otherDataHaveAnotherFingerprint() throws {
    let (one, other) = (try folder(), try folder())
    let print = try SceneDataset.read(one.path, threads: 1).fingerprint
    #expect(try SceneDataset.read(other.path, threads: 2).fingerprint == print)
    try DiscFolder.write(to: other.path, landmarks: LandmarkScheme.kaggle15.landmarks, offset: 1)
    #expect(try SceneDataset.read(other.path, threads: 1).fingerprint != print)
  }

  @Test(arguments: [
    ("file,width,height,x,y\n", "scenes.csv:1: missing columns: size"),
    ("file,width,height,x,y,size\n", "scenes.csv: no rows after the first line"),
    ("file,width,height,x,y,size\nq.png,2,2,1,1,1\n", "scenes.csv:2: the picture q.png is not in"),
    ("file,width,height,x,y,size\np/0.png,2,2,1,1,1\n", "scenes.tar: p/0.png: has 220x200 pixels, but 2x2 in"),
    ("file,width,height,x,y,size\np/0.png,220,200,1,1,0\n", "scenes.csv:2: size is 0.0, not more than 0"),
    ("file,width,height,x,y,size\np/0.png,220,200,1,nan,5\n", "scenes.csv:2: y is \"nan\", not a finite number"),
    ("file,width,height,x,y,size,split\np/0.png,220,200,1,1,5,v\n", "scenes.csv:2: split is \"v\", not train or val"),
    ("file,width,height,x,y,size,ignore\np/0.png,220,200,1,1,5,2\n", "scenes.csv:2: ignore is \"2\", not 0 or 1"),
  ])
  func whatIsWrongIsSaid(table: String, message: String) throws {
    let folder = try folder()
    try folder.add("scenes.csv", table)
    let error = #expect(throws: DataError.self) { try SceneDataset.read(folder.path, threads: 1) }
    #expect(error?.description.contains(message) == true)
  }
}
