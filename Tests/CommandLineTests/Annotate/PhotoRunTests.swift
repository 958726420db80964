import Files
import Imaging
import TestSupport
import Testing

extension ProgramTests {
  @Suite struct PhotoRunTests {
    private func run(_ arguments: [String], _ folder: TemporaryFolder) throws -> ProgramRun {
      try ProgramRun.facemarks(arguments, in: folder)
    }

    @Test func theShortWay() throws {
      let folder = try TemporaryFolder()
      try folder.add("astronaut.png", SamplePhoto.bytes)
      let run = try run(["astronaut.png"], folder)
      #expect(run.output == "astronaut.png: 1 face -> astronaut_marked.png\n" && run.errors.isEmpty && run.status == 0)
      let (before, after) = (
        try Image(contentsOf: folder.file("astronaut.png")), try Image(contentsOf: folder.file("astronaut_marked.png"))
      )
      #expect(after.width == 512 && after.height == 512 && after.channels == 3)
      #expect(after.pixel(x: 5, y: 500) == before.pixel(x: 5, y: 500))
      // 15 discs of radius 1.2 with soft edges, each with a full pixel in the colour of its part, all on her head.
      let colors: Set<[Double]> = [[255, 210, 0], [0, 210, 255], [90, 255, 90], [255, 90, 170]]
      let marks = (0..<512 * 512).filter { pixel in
        colors.contains(after.pixel(x: pixel % 512, y: pixel / 512).map { ($0 * 255).rounded() })
      }
      #expect(marks.count >= 15)
      #expect(marks.allSatisfy { (150..<300).contains($0 % 512) && (50..<190).contains($0 / 512) })
    }

    @Test func resultsOnStandardOutputStandAlone() throws {
      let folder = try TemporaryFolder()
      try folder.add("a b.jpg", SamplePhoto.encoded("jpg"))
      try folder.add("plain.png", SamplePhoto.plain(width: 90, height: 70))
      let run = try run(["a b.jpg", "plain.png", "none.jpg", "--json", "-", "--csv", "r.csv", "--no-annotate"], folder)
      #expect(
        run.errors
          == "a b.jpg: 1 face\nplain.png: no face\nnone.jpg: cannot read: No such file or directory\n1 of 3 inputs failed\n"
      )
      #expect(run.status == 1)
      let result = try JSONResult(run.output)
      #expect(result.version == 1)
      #expect(result.images.map(\.file) == ["a b.jpg", "plain.png"])
      #expect(result.images.map(\.width) == [256, 90] && result.images.map(\.height) == [256, 70])
      let face = try #require(result.images[0].faces.first)
      #expect(face.landmarks.count == 15 && face.landmarks.map(\.name)[10] == "nose_tip")
      #expect((0...1).contains(face.confidence))
      #expect(face.landmarks.allSatisfy { (0..<256).contains($0.x) && (0..<256).contains($0.y) })
      let rows = String(decoding: try Files.read(folder.file("r.csv")), as: UTF8.self).split(separator: "\n")
      #expect(rows.count == 3)
      #expect(rows.allSatisfy { $0.split(separator: ",", omittingEmptySubsequences: false).count == 69 })
      #expect(rows[1].hasPrefix("a b.jpg,1,") && rows[2].hasPrefix("plain.png,,,,,,,"))
      #expect(try folder.files() == ["a b.jpg", "plain.png", "r.csv"])
    }

    @Test func foldersKeepTheirShape() throws {
      let folder = try TemporaryFolder()
      for name in [
        "in/b.jpg", "in/a.PNG", "in/deep/er/c.jpg", "in/.hidden/d.jpg", "in/x_marked.jpg", "in/x_hidden.jpg",
      ] {
        try folder.add(name, SamplePhoto.encoded("jpg"))
      }
      try folder.add("in/notes.txt", Array("no picture\n".utf8))
      let arguments = ["-r", "in", "-o", "in/out", "--crops", "in/crops", "--pts", "in/pts"]
      let run = try run(arguments, folder)
      #expect(
        run.output == """
          in/a.PNG: 1 face -> in/out/a_marked.PNG
          in/b.jpg: 1 face -> in/out/b_marked.jpg
          in/deep/er/c.jpg: 1 face -> in/out/deep/er/c_marked.jpg

          """)
      let made = try folder.files().filter { name in
        ["in/out/", "in/crops/", "in/pts/"].contains { name.hasPrefix($0) }
      }
      #expect(
        made == [
          "in/crops/a.png", "in/crops/b.png", "in/crops/deep/er/c.png", "in/out/a_marked.PNG", "in/out/b_marked.jpg",
          "in/out/deep/er/c_marked.jpg", "in/pts/a.pts", "in/pts/b.pts", "in/pts/deep/er/c.pts",
        ])
      let crop = try Image(contentsOf: folder.file("in/crops/deep/er/c.png"))
      #expect(crop.width == 96 && crop.height == 96 && crop.channels == 1 && crop.depth == .uint8)
      let pts = String(decoding: try Files.read(folder.file("in/pts/a.pts")), as: UTF8.self)
      #expect(pts.hasPrefix("version: 1\nn_points: 15\n{\n"))
      // Once more: the output folders inside the input are no inputs.
      #expect(try self.run(arguments + ["--force"], folder).output == run.output)
    }

    @Test func patternsThatTheShellLeftAlone() throws {
      let folder = try TemporaryFolder()
      for name in ["a1.jpg", "a2.jpg", "b.jpg"] { try folder.add(name, SamplePhoto.encoded("jpg")) }
      #expect(try run(["a?.jpg", "--no-annotate"], folder).output == "a1.jpg: 1 face\na2.jpg: 1 face\n")
      try folder.add("a[1].jpg", SamplePhoto.encoded("jpg"))
      #expect(try run(["a[1].jpg", "--no-annotate"], folder).output == "a[1].jpg: 1 face\n")
    }

    @Test func depthAndAlphaStay() throws {
      let folder = try TemporaryFolder()
      try folder.add("deep.png", PictureBytes.png16(SamplePhoto.face))
      try folder.add("gray.png", SamplePhoto.encoded("png"))
      try folder.add("clear.png", PictureBytes.pngWithAlpha(SamplePhoto.face))
      let run = try run(["deep.png", "gray.png", "clear.png"], folder)
      #expect(
        run.output == """
          deep.png: 1 face -> deep_marked.png
          gray.png: 1 face -> gray_marked.png
          clear.png: 1 face -> clear_marked.png

          """)
      let deep = try Image(contentsOf: folder.file("deep_marked.png"))
      #expect(deep.depth == .uint16 && deep.channels == 3)
      let gray = try Image(contentsOf: folder.file("gray_marked.png"))
      #expect(gray.depth == .uint8 && gray.channels == 3)
      let clear = try Image(contentsOf: folder.file("clear_marked.png"))
      #expect(clear.channels == 4 && clear.pixel(x: 255, y: 255)[3] == 100.0 / 255)
    }

    @Test func allOrientationsHaveTheSameFace() throws {
      let folder = try TemporaryFolder()
      let wide = SamplePhoto.face.pixels.prefix(256 * 200)
      let picture = GrayImage(width: 256, height: 200, pixels: Array(wide))
      for orientation in 1...8 {
        try folder.add("\(orientation).jpg", PictureBytes.jpeg(picture, orientation: orientation))
      }
      let run = try run(["."], folder)
      #expect(run.status == 0 && run.errors.isEmpty)
      let result = try JSONResult(self.run([".", "--json", "-", "--no-annotate"], folder).output)
      #expect(result.images.count == 8)
      let first = try #require(result.images.first?.faces.first)
      for image in result.images {
        #expect(image.width == 256 && image.height == 200 && image.faces.count == 1)
        for (one, other) in zip(first.landmarks, try #require(image.faces.first).landmarks) {
          #expect(abs(one.x - other.x) <= 2 && abs(one.y - other.y) <= 2, "\(image.file): \(one.name)")
        }
      }
      // The marked copies have lost the orientation and so must be upright.
      for orientation in 1...8 {
        let marked = try Image(contentsOf: folder.file("\(orientation)_marked.jpg"))
        #expect(marked.width == 256 && marked.height == 200)
      }
    }

    @Test func severalFaces() throws {
      let folder = try TemporaryFolder()
      let face = SamplePhoto.face
      let rows = (0..<256).flatMap { y in
        let row = face.pixels[y * 256..<(y + 1) * 256]
        return Array(row) + Array(row)
      }
      try folder.add("twins.png", Image(GrayImage(width: 512, height: 256, pixels: rows)).encoded(as: "png"))
      let run = try run(["twins.png", "--pts", "p", "--crops", "c"], folder)
      #expect(run.output == "twins.png: 2 faces -> twins_marked.png\n")
      #expect(
        try folder.files()
          == ["c/twins.png", "c/twins_2.png", "p/twins.pts", "p/twins_2.pts", "twins.png", "twins_marked.png"])
      #expect(
        try self.run(["twins.png", "--no-annotate", "--max-faces", "1"], folder).output == "twins.png: 1 face\n")
      #expect(
        try self.run(["twins.png", "--no-annotate", "--min-size", "200"], folder).output == "twins.png: no face\n")
    }

    /// The detector is made for 12 pixels, a cascade looks for 30.
    @Test(arguments: [([], 12), (["--cascade", CascadeDetector.defaultCascade], 30)])
    func tooSmallFacesAreNotPromised(options: [String], least: Int) throws {
      let folder = try TemporaryFolder()
      try folder.add("a.png", SamplePhoto.bytes)
      for (size, isTold) in [(least, false), (least - 1, true)] {
        let run = try run(["a.png", "--no-annotate", "--min-size", "\(size)"] + options, folder)
        #expect(run.status == 0)
        let words =
          "--min-size \(size): the detector is made for faces of \(least) pixels and more; smaller ones are mostly missed\n"
        #expect(run.errors == (isTold ? words : ""))
      }
    }

    @Test func quietSaysNothingVerboseMore() throws {
      let folder = try TemporaryFolder()
      try folder.add("a.jpg", SamplePhoto.encoded("jpg"))
      let quiet = try run(["a.jpg", "-q"], folder)
      #expect(quiet.output.isEmpty && quiet.errors.isEmpty && quiet.status == 0)
      let verbose = try run(["a.jpg", "-v", "--force"], folder)
      #expect(verbose.errors == "debug: a.jpg: 256x256, 1 face\n" && verbose.status == 0)
    }

    @Test func aReaderThatStopsIsNoCrash() throws {
      let folder = try TemporaryFolder()
      for index in 0..<20 { try folder.add("\(index).png", SamplePhoto.plain(width: 40, height: 40)) }
      let script = "{ \"$0\" --no-annotate *.png; echo $? >&2; } | head -n 1"
      let run = try ProgramRun.run("/bin/sh", ["-c", script, ProgramRun.facemarks], in: folder.path)
      #expect(run.output == "0.png: no face\n")
      #expect(run.errors == "0\n")
    }

    @Test func reportsThatCannotBeWrittenAreAFailure() throws {
      let folder = try TemporaryFolder()
      try folder.add("a.png", SamplePhoto.plain(width: 40, height: 40))
      let script = "\"$0\" --no-annotate a.png > /dev/full"
      let run = try ProgramRun.run("/bin/sh", ["-c", script, ProgramRun.facemarks], in: folder.path)
      #expect(run.errors == "standard output: cannot write: No space left on device\n" && run.status == 1)
    }

    /// The words of the camera's EXIF in copies: date and camera unless something else is asked for, nothing where faces are hidden.
    @Test func metadata() throws {
      let folder = try TemporaryFolder()
      try folder.add("a.jpg", jpeg(SamplePhoto.encoded("jpg"), withExif: cameraExif))
      for (arguments, words) in [
        ([], ["Acme", "2026:11:29"]), (["--keep-metadata", "none"], []), (["--anonymise", "solid"], []),
        (["--anonymise", "solid", "--keep-metadata", "date"], ["2026:11:29"]),
        (["--keep-metadata", "description,camera"], ["Acme", "Ann at home"]),
        (["--keep-metadata", "all"], ["Acme", "2026:11:29", "Ann at home"]),
      ] as [([String], [String])] {
        for output in ["x.jpg", "x.png", "x.webp", "x.tif"] {
          let run = try run(["a.jpg", "-o", output, "--force"] + arguments, folder)
          #expect(run.errors.isEmpty && run.status == 0)
          let letters = String(decoding: try Files.read(folder.file(output)), as: UTF8.self)
          let found = ["Acme", "2026:11:29", "Ann at home", "MAKERNOTE", "SERIAL77", "PREVIEW"].filter {
            letters.contains($0)
          }
          #expect(found == words, "\(output) \(arguments)")
        }
      }
      let run = try run(["a.jpg", "-o", "x.bmp"], folder)
      #expect(run.errors == "a.jpg: its metadata has no place in a .bmp file\n" && run.status == 0)
    }
  }
}
