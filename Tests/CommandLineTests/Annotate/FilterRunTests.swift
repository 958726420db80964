import Facemarks
import Files
import Imaging
import TestSupport
import Testing

extension ProgramTests {
  @Suite struct FilterRunTests {
    private func run(_ arguments: [String], _ folder: TemporaryFolder) throws -> ProgramRun {
      try ProgramRun.facemarks(arguments, in: folder)
    }

    /// Whether any pixel of a part differs.
    private func differs(_ one: Image, _ other: Image, in part: Box) -> Bool {
      for y in Int(part.y)..<Int(part.y + part.height) {
        for x in Int(part.x)..<Int(part.x + part.width) where one.pixel(x: x, y: y) != other.pixel(x: x, y: y) {
          return true
        }
      }
      return false
    }

    /// Two faces side by side, the larger on the left: their boxes' numbers are 1 and 2.
    private func couple() throws -> Image {
      let face = try Image(SamplePhoto.face).colored()
      let canvas = try Image(width: 456, height: 256, color: Color(red: 200, green: 200, blue: 200))
      canvas.paste(face, x: 0, y: 0)
      canvas.paste(try face.resized(width: 200, height: 200), x: 256, y: 20)
      return canvas
    }

    private let left = Box(x: 0, y: 0, width: 256, height: 256)
    private let right = Box(x: 256, y: 0, width: 200, height: 256)

    @Test func theListNamesAll() throws {
      let folder = try TemporaryFolder()
      let run = try run(["filters"], folder)
      #expect(run.status == 0 && run.errors.isEmpty)
      for name in FaceFilters.names + Anonymiser.Mode.allCases.map(\.rawValue) + ["image:PATH"] {
        let line = run.output.split(separator: "\n").first { $0.hasPrefix("  \(name) ") }
        // A name and some words about it.
        #expect((line?.split(separator: " ").count ?? 0) > 2, "\(name)")
      }
      #expect(try folder.files() == [])
    }

    @Test func theSheetShowsAll() throws {
      let folder = try TemporaryFolder()
      let run = try run(["filters", "--sheet", "sheet.png"], folder)
      #expect(run.status == 0 && run.output.isEmpty && run.errors.isEmpty)
      let sheet = try Image(contentsOf: folder.file("sheet.png"))
      let count = FaceFilters.names.count + Anonymiser.Mode.allCases.count
      let tile = (width: 248, height: 276)
      #expect(sheet.width == 4 * tile.width + 8 && sheet.height == (count + 3) / 4 * tile.height + 8)
      func part(_ index: Int) throws -> Image {
        try sheet.cropped(
          to: Box(
            x: Double(8 + index % 4 * tile.width), y: Double(8 + index / 4 * tile.height), width: 240, height: 240))
      }
      let whole = Box(x: 0, y: 0, width: 240, height: 240)
      for index in 0..<count {
        for other in 0..<index { #expect(differs(try part(index), try part(other), in: whole)) }
      }
      let again = try self.run(["filters", "--sheet", "sheet.png"], folder)
      #expect(again.status == 1 && again.errors == "sheet.png exists already; --force replaces it\n")
      let other = try self.run(["filters", "--sheet", "sheet.txt"], folder)
      #expect(other.status == 2)
    }

    @Test func filtersComeInTheirOrderAndTheJSONStays() throws {
      let folder = try TemporaryFolder()
      try folder.add("a.png", couple().encoded(as: "png"))
      let plain = ["a.png", "-o", "plain.png", "--json", "plain.json", "--model", "dense"]
      #expect(try run(plain, folder).status == 0)
      for (name, arguments) in [
        ("one", ["--filter", "dog,clown-nose"]), ("other", ["--filter", "clown-nose", "--filter", "dog"]),
        ("drawn", ["--filter", "dog,clown-nose", "--draw", "points"]),
      ] {
        let run = try run(["a.png", "-o", "\(name).png", "--json", "\(name).json"] + arguments, folder)
        #expect(run.output == "a.png: 2 faces -> \(name).png\n" && run.status == 0)
        #expect(try Files.read(folder.file("\(name).json")) == Files.read(folder.file("plain.json")))
      }
      let before = try couple()
      let (one, other) = (
        try Image(contentsOf: folder.file("one.png")), try Image(contentsOf: folder.file("other.png"))
      )
      let drawn = try Image(contentsOf: folder.file("drawn.png"))
      for part in [left, right] {
        #expect(differs(before, one, in: part) && differs(one, other, in: part) && differs(one, drawn, in: part))
      }
      // Red on top of the dog's black nose, and without marks none of their green.
      let nose = try JSONResult(contentsOf: folder.file("one.json")).images[0].faces[0].landmarks[10]
      let pixel = one.pixel(x: Int(nose.x.rounded()), y: Int(nose.y.rounded()))
      #expect(pixel[0] > 0.5 && pixel[1] < 0.4 && pixel[2] < 0.4)
      #expect(other.pixel(x: Int(nose.x.rounded()), y: Int(nose.y.rounded()))[0] < 0.5)
      #expect(!(0..<456 * 256).contains { one.pixel(x: $0 % 456, y: $0 / 456) == [90.0 / 255, 1, 90.0 / 255] })
    }

    @Test func hidingSomeAndAll() throws {
      let folder = try TemporaryFolder()
      try folder.add("a.png", couple().encoded(as: "png"))
      // They are of nearly the same size: which one is the first?
      let seen = try run(["a.png", "--no-annotate", "--json", "-"], folder)
      let isLeftFirst = try JSONResult(seen.output).images[0].faces[0].landmarks[10].x < 228
      for (name, arguments, changed, words) in [
        ("all", [], [true, true], "2 faces hidden"),
        ("keep", ["--keep-face", "1"], [false, true], "2 faces, 1 hidden"),
        ("only", ["--only-face", "1"], [true, false], "2 faces, 1 hidden"),
        ("both", ["--keep-face", "1,2"], [false, false], "2 faces, 0 hidden"),
      ] {
        let outputs = ["-o", "\(name).png", "--json", "\(name).json"]
        let run = try run(["a.png", "--anonymise", "pixelate"] + outputs + arguments, folder)
        #expect(run.output == "a.png: \(words) -> \(name).png\n" && run.status == 0)
        let faces = try JSONResult(contentsOf: folder.file("\(name).json")).images[0].faces
        #expect(faces.map(\.number) == [1, 2] && faces.map(\.hidden) == changed)
        let after = try Image(contentsOf: folder.file("\(name).png"))
        let before = try couple()
        let parts = isLeftFirst ? [left, right] : [right, left]
        #expect(parts.map { differs(before, after, in: $0) } == changed, "\(name)")
      }
      // A number that nothing has; the others are done.
      for (name, numbers, missing) in [("only-face", "99", "99"), ("keep-face", "1,7,99", "7, 99")] {
        let none = try run(["a.png", "-o", "\(name).png", "--anonymise", "blur", "--\(name)", numbers], folder)
        #expect(none.errors == "--\(name): nothing has the number \(missing); --json lists the numbers\n")
        #expect(none.status == 1 && none.output.hasPrefix("a.png: 2 faces, "))
      }
      // The other spelling, and a cascade finds nothing any more. The detector takes a hidden head for one by its hair and
      // shoulders, as other networks do.
      #expect(try run(["a.png", "-o", "us.png", "--anonymize", "blur"], folder).status == 0)
      for (file, count) in [("a.png", 2), ("us.png", 0)] {
        let cascade = ["--cascade", CascadeDetector.defaultCascade]
        let again = try run([file, "--no-annotate", "--json", "-"] + cascade, folder)
        #expect(try JSONResult(again.output).images[0].faces.count == count, "\(file)")
      }
    }

    /// A photo with two faces, a turned one and a video, one after the other on the sheet.
    @Test func theSheetOfARun() throws {
      let folder = try TemporaryFolder()
      try folder.add("a.png", couple().encoded(as: "png"))
      try folder.add("b.png", Image(SamplePhoto.face.turned(quarters: 1)).encoded(as: "png"))
      try SampleVideo.write(to: folder.file("clip.avi"), frames: 30)
      let arguments = ["a.png", "b.png", "clip.avi", "-o", "out", "--anonymise", "solid", "--sheet", "s/sheet.png"]
      let run = try run(arguments, folder)
      #expect(
        run.output == """
          a.png: 2 faces hidden -> out/a_hidden.png
          b.png: 1 face hidden -> out/b_hidden.png
          clip.avi: 30 frames, 30 with a face, 2 faces hidden -> out/clip_hidden.avi
          s/sheet.png: 6 pictures of what was hidden

          """)
      // The face in the video at once and after a second, and a place that may be one. In the middle of each picture is what hides.
      let sheet = try Image(contentsOf: folder.file("s/sheet.png"))
      #expect(sheet.width == 6 * 136 + 8)
      for tile in 0..<6 {
        #expect(sheet.pixel(x: 8 + tile * 136 + 64, y: 72).allSatisfy { abs($0 - 128.0 / 255) < 0.08 })
      }
      let again = try self.run(arguments, folder)
      #expect(again.status == 1 && again.errors == "s/sheet.png exists already; --force replaces it\n")
      #expect(try self.run(arguments + ["--force", "--thorough"], folder).output == run.output)
    }

    /// EXIF with a place, a comment and a preview in the photo; in the result only what a JPEG needs.
    @Test func whatWasKnownOfThePhotoIsGone() throws {
      let folder = try TemporaryFolder()
      let plain = try SamplePhoto.encoded("jpg")
      let words = Array("Exif\0\0MM GPS 52.5N 13.4E".utf8)
      let comment = Array("Jane Doe".utf8)
      let segments: [[UInt8]] = [
        [0xFF, 0xE1, 0, UInt8(words.count + 2)] + words, [0xFF, 0xFE, 0, UInt8(comment.count + 2)] + comment,
      ]
      try folder.add("a.jpg", plain[..<2] + segments.flatMap { $0 } + plain[2...])
      #expect(try run(["a.jpg", "--anonymise", "solid"], folder).status == 0)
      let bytes = try Files.read(folder.file("a_hidden.jpg"))
      // The markers before the pixels: quantisation, frame, Huffman tables, JFIF, the scan; no EXIF (E1), no comment (FE).
      var (at, markers) = (2, [UInt8]())
      while at + 4 <= bytes.count, bytes[at] == 0xFF {
        markers.append(bytes[at + 1])
        if bytes[at + 1] == 0xDA { break }
        at += 2 + Int(bytes[at + 2]) << 8 + Int(bytes[at + 3])
      }
      #expect(markers.last == 0xDA && Set(markers).isSubset(of: [0xE0, 0xDB, 0xC0, 0xC4, 0xDA]))
      #expect(!String(decoding: bytes, as: UTF8.self).contains("Jane"))
    }

    @Test func aBadFilterStopsBeforeAnyWork() throws {
      let folder = try TemporaryFolder()
      try folder.add("a.jpg", SamplePhoto.encoded("jpg"))
      try folder.add("flat.png", SamplePhoto.encoded("png"))
      try folder.add("flat.json", Array("{}".utf8))
      let files = try folder.files()
      for (arguments, status, words) in [
        (["--filter", "monocle"], Int32(4), "monocle: no filter has this name; known are sunglasses,"),
        (["--filter", "image:flat.png"], 4, "flat.png: has no transparency"),
        (["--filter", "image:none.png"], 4, "none.png: "),
        (["--filter", "sunglasses,"], 4, ": no filter has this name"),
        (["--filter", ""], 2, "--filter needs a name"), (["--anonymise", "smear"], 2, "smear"),
        (["--anonymise", "blur", "--crops", "c"], 2, "--crops writes the faces that --anonymise hides"),
        (["--anonymise", "blur", "--mask-scale", "0.1"], 2, "--mask-scale must be 0.8 to 3.0"),
        (["--keep-face", "1"], 2, "--keep-face is for hiding faces: add --anonymise"),
        (["--sheet", "s.png"], 2, "--sheet is for hiding faces: add --anonymise"),
        (["--thorough"], 2, "--thorough is for hiding faces: add --anonymise"),
        (["--anonymise", "blur", "--sheet", "s.txt"], 2, "--sheet writes .png or .jpg"),
        (["--anonymise", "blur", "--sheet", "a.jpg"], 2, "a.jpg: is an input"),
        (["--anonymise", "blur", "--keep-face", "1", "--only-face", "2"], 2, "exclude each other"),
        (["--anonymise", "blur", "--keep-face", "0"], 2, "'0' is no number of a face"),
        (["--filter", "dog", "--no-annotate", "--json", "r.json"], 2, "--no-annotate writes no picture that --filter"),
      ] {
        let run = try run(["a.jpg"] + arguments, folder)
        #expect(run.status == status && run.errors.contains(words) && run.output.isEmpty, "\(run.errors)")
        #expect(try folder.files() == files)
      }
    }

    /// Her face is blank for a while in the middle; around it nothing of her is seen in any frame, and no frame is lost.
    @Test func aHiddenFaceInAVideo() throws {
      let folder = try TemporaryFolder()
      try SampleVideo.write(to: folder.file("clip.avi"), frames: 45, blank: 20..<25)
      let run = try run(["clip.avi", "--anonymise", "solid", "--json", "r.jsonl"], folder)
      // How many further places are hidden differs from one version of the detector to the next.
      let line = try #require(
        run.output.wholeMatch(of: /clip.avi: 45 frames, 40 with a face, (.*) -> clip_hidden.avi\n/))
      #expect(line.1.contains("hidden") && run.status == 0, "\(run.output)")
      let lines = try FrameLine.all(String(decoding: Files.read(folder.file("r.jsonl")), as: UTF8.self))
      #expect(lines.map(\.frame) == Array(0..<45) && lines[3].faces.first?.landmarks.count == 15)
      // Every frame says what is hidden in it, and whether it was found there.
      #expect(lines.allSatisfy { $0.faces.first?.hidden == true && $0.faces.first?.id == 1 })
      #expect(lines.map { $0.faces.first?.found ?? false } == (0..<45).map { !(20..<25).contains($0) })
      let (before, after) = (try VideoFile(folder.file("clip.avi")), try VideoFile(folder.file("clip_hidden.avi")))
      let (plain, hidden) = (try Image(frameOf: before.info), try Image(frameOf: after.info))
      for line in lines {
        #expect(try before.read(into: plain)?.index == line.frame)
        #expect(try after.read(into: hidden)?.index == line.frame)
        for point in line.faces.first?.landmarks ?? [] {
          let pixel = hidden.pixel(x: Int(point.x.rounded()), y: Int(point.y.rounded()))
          #expect(pixel.allSatisfy { abs($0 - 128.0 / 255) < 0.08 }, "frame \(line.frame): \(pixel)")
        }
      }
      #expect(try after.read(into: hidden) == nil)
    }

    @Test func filtersInAVideo() throws {
      let folder = try TemporaryFolder()
      try SampleVideo.write(to: folder.file("clip.avi"), frames: 12)
      #expect(try run(["clip.avi", "--filter", "clown-nose", "--json", "r.jsonl"], folder).status == 0)
      let lines = try FrameLine.all(String(decoding: Files.read(folder.file("r.jsonl")), as: UTF8.self))
      let video = try VideoFile(folder.file("clip_marked.avi"))
      let frame = try Image(frameOf: video.info)
      for line in lines {
        _ = try video.read(into: frame)
        let nose = try #require(line.faces.first).landmarks[10]
        let pixel = frame.pixel(x: Int(nose.x.rounded()), y: Int(nose.y.rounded()))
        #expect(pixel[0] > 0.55 && pixel[1] < 0.45 && pixel[2] < 0.4, "frame \(line.frame): \(pixel)")
      }
    }
  }
}
