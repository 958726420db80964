import Files
import Imaging
import TestSupport
import Testing

extension ProgramTests {
  @Suite struct HEIFRunTests {
    /// As a telephone's folder looks: a photo, a live photo (a picture and a short video of one name), a screenshot, the notes of
    /// an edit.
    @Test func aTelephonesFolder() throws {
      let folder = try TemporaryFolder()
      let photo = try #require(heifFiles["face.heic"])
      try folder.add("DCIM/IMG_0001.HEIC", photo)
      try folder.add("DCIM/IMG_0001.AAE", "<?xml version=\"1.0\"?><plist version=\"1.0\"><dict/></plist>\n")
      try folder.add("DCIM/IMG_0002.HEIC", photo)
      try SampleVideo.write(to: folder.file("clip.mov"), frames: 5)
      folder.link("DCIM/IMG_0002.MOV", to: "clip.mov")
      try folder.add("DCIM/IMG_0003.PNG", SamplePhoto.plain(width: 90, height: 160))
      let run = try ProgramRun.facemarks(["DCIM", "-o", "out"], in: folder)
      #expect(run.errors.isEmpty && run.status == 0)
      #expect(
        run.output == """
          DCIM/IMG_0001.HEIC: 1 face -> out/IMG_0001_marked.jpg
          DCIM/IMG_0002.HEIC: 1 face -> out/IMG_0002_marked.jpg
          DCIM/IMG_0003.PNG: no face -> out/IMG_0003_marked.PNG
          DCIM/IMG_0002.MOV: 5 frames, 5 with a face -> out/IMG_0002_marked.MOV

          """)
      let marked = try Image(contentsOf: folder.file("out/IMG_0001_marked.jpg"))
      #expect(marked.width == 128 && marked.height == 128 && marked.depth == .uint8)
    }

    @Test func theCopysFormat() throws {
      let folder = try TemporaryFolder()
      for name in ["alpha.heic", "deep.heic", "plain.avif", "p3.heic"] {
        try folder.add(name, try #require(heifFiles[name]))
      }
      // A JPEG that was renamed, and a photo of the same name.
      try folder.add("plain.heic", SamplePhoto.encoded("jpg"))
      try folder.add("plain.jpg", SamplePhoto.encoded("jpg"))
      let run = try ProgramRun.facemarks(["."], in: folder)
      #expect(run.errors.isEmpty && run.status == 0)
      #expect(
        run.output == """
          ./alpha.heic: no face -> ./alpha_marked.png
          ./deep.heic: no face -> ./deep_marked.png
          ./p3.heic: no face -> ./p3_marked.jpg
          ./plain.avif: no face -> ./plain_marked.jpg
          ./plain.heic: 1 face -> ./plain.heic_marked.jpg
          ./plain.jpg: 1 face -> ./plain.jpg_marked.jpg

          """)
      #expect(try Image(contentsOf: folder.file("deep_marked.png")).depth == .uint16)
      #expect(try Image(contentsOf: folder.file("alpha_marked.png")).channels == 4)
      #expect(try Image(contentsOf: folder.file("p3_marked.jpg")).profile != nil)
    }
  }
}
