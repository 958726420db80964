import Facemarks
import Files
import Imaging
import TestSupport
import Testing

extension ProgramTests {
  @Suite struct TimelapseTests {
    /// The sample photo, then half as large and darker, then from another place, written in another order; what has no face and what is no
    /// picture is named.
    @Test func eyesStayAndLightIsEven() throws {
      let folder = try TemporaryFolder()
      let photo = try Image(decoding: SamplePhoto.bytes, name: "astronaut.png")
      let small = try photo.resized(width: 256, height: 256)
      try folder.add("me/c.png", photo.encoded(as: "png"))
      try folder.add("me/a.png", small.mixed(0.7, with: small, 0).encoded(as: "png"))
      try folder.add("me/b.png", photo.cropped(to: Box(x: 60, y: 0, width: 300, height: 300)).encoded(as: "png"))
      try folder.add("me/empty.png", SamplePhoto.plain(width: 64, height: 64))
      try folder.add("me/broken.jpg", "no picture")
      let run = try ProgramRun.facemarks(
        ["timelapse", "me", "-o", "film.mp4", "--size", "320x240", "--fps", "10", "--seconds", "0.5"], in: folder)
      #expect(run.status == 1)
      #expect(run.errors.contains("me/empty.png: no face; left out\n") && run.errors.contains("me/broken.jpg: "))
      #expect(run.output == "3 photos of 5 -> film.mp4, 1.5 s\n")
      // Frames 4, 9 and 14 are the photos without what fades.
      let video = try VideoFile(folder.file("film.mp4"))
      let landmarker = try FaceLandmarker()
      var seen: [(left: Point, right: Point, light: Double)] = []
      let picture = try Image(width: 320, height: 240, color: Color(red: 0, green: 0, blue: 0))
      var frame = 0
      while try video.read(into: picture) != nil {
        if frame % 5 == 4 {
          let face = try #require(landmarker.faces(in: picture).first)
          let gray = try picture.gray().pixels
          let light = (80..<160).reduce(0) { sum, y in (120..<200).reduce(sum) { $0 + Int(gray[y * 320 + $1]) } }
          seen.append((face[.leftEyeCenter], face[.rightEyeCenter], Double(light) / 6400))
        }
        frame += 1
      }
      #expect(frame == 15 && seen.count == 3)
      for other in seen {
        // 0.17 of 240 pixels apart, 0.42 of them below the upper edge, in the middle.
        #expect(other.left.distance(to: Point(x: 159.5 + 20.4, y: 100.8)) < 2)
        #expect(other.right.distance(to: Point(x: 159.5 - 20.4, y: 100.8)) < 2)
        #expect(abs(other.light / seen[0].light - 1) < 0.08)
      }
    }

    /// What needs the 68 points takes the network that gives them; what it does not fit is told.
    @Test func densePoints() throws {
      let folder = try TemporaryFolder()
      try folder.add("a.png", SamplePhoto.encoded("png"))
      let run = try ProgramRun.facemarks(
        [
          "a.png", "--landmarks", "all", "--focal", "26mm", "--draw", "contours,mesh,pose", "--pts", "p", "--json",
          "a.json",
        ],
        in: folder)
      #expect(run.status == 0 && run.errors.isEmpty)
      let json = String(decoding: try Files.read(folder.file("a.json")), as: UTF8.self)
      #expect(
        json.contains("\"name\":\"ibug_67\"") && json.contains("\"name\":\"right_pupil\"")
          && json.contains("\"pose\":{"))
      #expect(String(decoding: try Files.read(folder.file("p/a.pts")), as: UTF8.self).contains("n_points: 68\n"))
      for (words, message) in [
        (["--model", "compact", "--landmarks", "ibug68"], "compact: gives the landmarks of kaggle15 only"),
        (["--blinks", "b.csv"], "--blinks is for videos, and there are only photos"),
        (["--align", "arcface"], "--align is for --crops: name its folder."),
      ] {
        let run = try ProgramRun.facemarks(["a.png", "-o", "b.png"] + words, in: folder)
        #expect(run.status == 2 && run.errors.contains(message), "\(run.errors)")
      }
      #expect(try folder.files() == ["a.json", "a.png", "a_marked.png", "p/a.pts"])
    }

    @Test func nothingToShow() throws {
      let folder = try TemporaryFolder()
      try folder.add("empty.png", SamplePhoto.plain(width: 64, height: 64))
      let run = try ProgramRun.facemarks(["timelapse", "empty.png", "-o", "film.mp4"], in: folder)
      #expect(run.status == 3 && run.errors.contains("no photo with a face: there is no film to make"))
      #expect(FileStatus(of: folder.file("film.mp4")) == nil)
    }
  }
}
