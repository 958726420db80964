import Files
import Glibc
import Imaging
import TestSupport
import Testing

extension ProgramTests {
  @Suite struct VideoRunTests {
    private func run(_ arguments: [String], _ folder: TemporaryFolder) throws -> ProgramRun {
      try ProgramRun.facemarks(arguments, in: folder)
    }

    /// The frames of a video, counted by decoding it.
    private func frames(of path: String) throws -> Int {
      let video = try VideoFile(path)
      var count = 0
      while try video.skip() != nil { count += 1 }
      return count
    }

    @Test func theShortWay() throws {
      let folder = try TemporaryFolder()
      try SampleVideo.write(to: folder.file("clip.mp4"), frames: 30)
      let run = try run(["clip.mp4"], folder)
      #expect(run.output == "clip.mp4: 30 frames, 30 with a face -> clip_marked.mp4\n")
      #expect(run.errors.isEmpty && run.status == 0)
      #expect(try folder.files() == ["clip.mp4", "clip_marked.mp4"])
      let (before, after) = (try VideoFile(folder.file("clip.mp4")), try VideoFile(folder.file("clip_marked.mp4")))
      #expect(after.info == before.info)
      let (plain, marked) = (try Image(frameOf: before.info), try Image(frameOf: after.info))
      for index in 0..<30 {
        #expect(try before.read(into: plain)?.index == index)
        #expect(try after.read(into: marked)?.index == index)
        // Marks change the picture by more than the codec does, and only on her head.
        let places = (0..<256 * 256).map { ($0 % 256, $0 / 256) }
        let changed = places.filter { x, y in
          zip(plain.pixel(x: x, y: y), marked.pixel(x: x, y: y)).contains { abs($0 - $1) > 0.25 }
        }
        #expect(changed.count >= 15)
        #expect(changed.allSatisfy { (40..<210).contains($0.0) && (20..<200).contains($0.1) })
      }
      #expect(try before.read(into: plain) == nil && after.read(into: marked) == nil)
    }

    @Test(arguments: ["download", "clip.mp4.part"]) func aVideoWhoseNameSaysNothing(_ name: String) throws {
      let folder = try TemporaryFolder()
      try SampleVideo.write(to: folder.file("clip.mp4"), frames: 5)
      try folder.add(name, Files.read(folder.file("clip.mp4")))
      let video = try run([name, "-o", "marked.mp4"], folder)
      #expect(video.output == "\(name): 5 frames, 5 with a face -> marked.mp4\n" && video.status == 0)
      // Any text is a film of a terminal to FFmpeg.
      try folder.add("notes.txt", Array("no video\n".utf8))
      let text = try run(["notes.txt", "--no-annotate"], folder)
      #expect(text.errors == "notes.txt: not a picture OpenCV can read\n" && text.status == 3)
    }

    /// A photo and videos through pipes. Copies without another name go where the program runs.
    @Test func standardInput() throws {
      let folder = try TemporaryFolder()
      try folder.add("photo.png", SamplePhoto.encoded("png"))
      // More than a pipe holds, so that the table in front and that behind are told apart.
      try SampleVideo.write(to: folder.file("clip.mp4"), frames: 60, size: 320)
      try SampleVideo.write(to: folder.file("clip.ts"), frames: 20)
      func shell(_ script: String) throws -> ProgramRun {
        try ProgramRun.run("/bin/sh", ["-c", script, ProgramRun.facemarks], in: folder.path)
      }
      let photo = try shell("cat photo.png | \"$0\" -")
      #expect(photo.output == "/dev/stdin: 1 face -> stdin_marked.png\n" && photo.status == 0)
      let video = try shell("cat clip.mp4 | \"$0\" -")
      #expect(video.output == "/dev/stdin: 60 frames, 60 with a face -> stdin_marked.mp4\n" && video.status == 0)
      #expect(try frames(of: folder.file("stdin_marked.mp4")) == 60)
      let file = try shell("\"$0\" - -o out.mkv < clip.ts")
      #expect(file.output == "/dev/stdin: 20 frames, 20 with a face -> out.mkv\n" && file.status == 0)
      let lines = try shell("cat clip.ts | \"$0\" /dev/stdin --no-annotate --json -")
      #expect(lines.output.split(separator: "\n").count == 20 && lines.status == 0)
    }

    /// The table of frames stands behind them, as many programs write it, so that a pipe is kept in a file first.
    @Test(.enabled(if: FileStatus(of: "/usr/bin/ffmpeg") != nil)) func aPipeWithTheTableLast() throws {
      let folder = try TemporaryFolder()
      try SampleVideo.write(to: folder.file("clip.mp4"), frames: 60, size: 320)
      let script = """
        ffmpeg -nostdin -v error -i clip.mp4 -c copy late.mp4 && mkfifo pipe && (cat late.mp4 > pipe &
        TMPDIR=. "$0" pipe -o out.mp4)
        """
      let run = try ProgramRun.run("/bin/sh", ["-c", script, ProgramRun.facemarks], in: folder.path)
      #expect(run.output == "pipe: 60 frames, 60 with a face -> out.mp4\n" && run.errors.isEmpty && run.status == 0)
      #expect(try folder.files() == ["clip.mp4", "late.mp4", "out.mp4", "pipe"])
    }

    /// Where the user names no container, one is taken that holds the sound.
    @Test(
      .enabled(if: FileStatus(of: "/usr/bin/ffmpeg") != nil),
      arguments: [("wmv", "wmav2", "mkv"), ("flv", "aac", "mp4")])
    func containersForTheSound(_ source: String, _ sound: String, _ wanted: String) throws {
      let folder = try TemporaryFolder()
      let script = """
        ffmpeg -nostdin -v error -f lavfi -i testsrc=size=64x48:duration=1 -f lavfi -i sine=duration=1 -c:a \(sound) \
          clip.\(source) && "$0" clip.\(source) && ffprobe -v error -show_entries stream=codec_name -of csv=p=0 clip_marked.*
        """
      let run = try ProgramRun.run("/bin/sh", ["-c", script, ProgramRun.facemarks], in: folder.path)
      #expect(
        run.output == "clip.\(source): 25 frames, 0 with a face -> clip_marked.\(wanted)\nh264\n\(sound)\n"
          && run.errors.isEmpty)
    }

    @Test func aLinePerFrame() throws {
      let folder = try TemporaryFolder()
      try SampleVideo.write(to: folder.file("clip.avi"), frames: 40, blank: 0..<10)
      let run = try run(["clip.avi", "--no-annotate", "--json", "-", "--csv", "out/faces.csv"], folder)
      #expect(run.errors == "clip.avi: 40 frames, 30 with a face\n" && run.status == 0)
      #expect(try folder.files() == ["clip.avi", "out/faces.csv"])
      let lines = try FrameLine.all(run.output)
      #expect(lines.map(\.frame) == Array(0..<40))
      for line in lines {
        #expect(abs(line.time - Double(line.frame) / 25) < 1e-3)
        #expect(line.faces.map(\.id) == (line.frame < 10 ? [] : [1]))
        for face in line.faces {
          #expect(face.landmarks.map(\.name)[10] == "nose_tip" && (0...1).contains(face.confidence))
        }
      }
      // The window moves to the right, so her face moves to the left by a pixel per frame.
      let nose = lines.compactMap { $0.faces.first?.landmarks[10].x }
      #expect(nose[0] > nose[8] + 4 && nose[0] < nose[8] + 12)
      let rows = String(decoding: try Files.read(folder.file("out/faces.csv")), as: UTF8.self)
        .split(separator: "\n").map { $0.split(separator: ",", omittingEmptySubsequences: false) }
      #expect(rows.count == 41 && rows.allSatisfy { $0.count == 70 })
      #expect(rows[1][2].isEmpty && rows[11][2] == "1")
    }

    /// A head that is tilted by 33 degrees to either side, and one in an eighth of the light, from the first frame on.
    @Test(arguments: [(tilt: 33.0, light: 1.0), (-33, 1), (0, 0.125)])
    func aTiltedOrDarkFaceIsFound(tilt: Double, light: Double) throws {
      let folder = try TemporaryFolder()
      try SampleVideo.write(to: folder.file("clip.avi"), frames: 40) { photo in
        let (c, s) = (cos(tilt / 180 * .pi), sin(tilt / 180 * .pi))
        let (x, y) = (222.0, 110.0)
        let turn = Affine(a: c, b: s, c: -s, d: c, tx: x - c * x - s * y, ty: y + s * x - c * y)
        let turned = try photo.gray().warped(by: turn, width: photo.width, height: photo.height)
        let pixels = turned.pixels.map { UInt8(light * Double($0)) }
        return try Image(GrayImage(width: photo.width, height: photo.height, pixels: pixels)).colored()
      }
      let run = try run(["clip.avi", "--no-annotate", "--json", "-"], folder)
      #expect(run.status == 0)
      let faces = try FrameLine.all(run.output).map(\.faces)
      // Found within half a second, and her eyes fall to the side by as much.
      #expect(faces[12...].allSatisfy { $0.map(\.id) == [1] })
      for landmarks in faces[12...].compactMap({ $0.first?.landmarks }) {
        let (left, right) = (landmarks[0], landmarks[1])
        #expect(abs(atan2(left.y - right.y, left.x - right.x) * 180 / .pi - tilt) < 8)
      }
    }

    @Test func partsOfAVideo() throws {
      let folder = try TemporaryFolder()
      try SampleVideo.write(to: folder.file("clip.mp4"), frames: 50)
      // At 25 frames/s: the frames from 0.4 s on and before 1.2 s are 10 to 29.
      let part = try run(
        ["clip.mp4", "--start", "0.4", "--end", "00:00:01.2", "--every", "3", "--json", "-"], folder)
      #expect(try FrameLine.all(part.output).map(\.frame) == [10, 13, 16, 19, 22, 25, 28])
      #expect(part.errors == "clip.mp4: 7 frames, 7 with a face -> clip_marked.mp4\n" && part.status == 0)
      let marked = try VideoFile(folder.file("clip_marked.mp4"))
      #expect(abs((marked.info.frameRate ?? 0) - 25.0 / 3) < 0.01)
      #expect(try frames(of: folder.file("clip_marked.mp4")) == 7)
    }

    @Test func severalVideosAndAPhoto() throws {
      let folder = try TemporaryFolder()
      try SampleVideo.write(to: folder.file("in/a.mp4"), frames: 5)
      try SampleVideo.write(to: folder.file("in/b.avi"), frames: 6)
      try folder.add("in/broken.mp4", Array("no video".utf8))
      try folder.add("in/c.jpg", SamplePhoto.encoded("jpg"))
      let run = try run(["in", "-o", "out"], folder)
      #expect(
        run.output == """
          in/c.jpg: 1 face -> out/c_marked.jpg
          in/a.mp4: 5 frames, 5 with a face -> out/a_marked.mp4
          in/b.avi: 6 frames, 6 with a face -> out/b_marked.avi

          """)
      let errors = run.errors.split(separator: "\n")
      #expect(errors.count == 2 && errors[0].hasPrefix("in/broken.mp4: ") && errors[1] == "1 of 4 inputs failed")
      #expect(run.status == 1)
      let results = try self.run(
        ["in/a.mp4", "in/b.avi", "--no-annotate", "--json", "r", "--csv", "r/"], folder)
      #expect(results.status == 0)
      #expect(try folder.files().filter { $0.hasPrefix("r/") } == ["r/a.csv", "r/a.ndjson", "r/b.csv", "r/b.ndjson"])
      #expect(try FrameLine.all(String(decoding: Files.read(folder.file("r/b.ndjson")), as: UTF8.self)).count == 6)
      // Photos and videos together: the photos' document, and a file of each video's frames beside it.
      let mixed = try self.run(["in", "--no-annotate", "--json", "m/all.json"], folder)
      #expect(mixed.status == 1)
      #expect(try folder.files().filter { $0.hasPrefix("m/") } == ["m/all.json", "m/all_a.ndjson", "m/all_b.ndjson"])
      #expect(try FrameLine.all(String(decoding: Files.read(folder.file("m/all_b.ndjson")), as: UTF8.self)).count == 6)
      // What cannot be read is no photo: the videos' results are where they always are.
      let alone = try self.run(["none.jpg", "in/a.mp4", "--no-annotate", "--json", "n"], folder)
      #expect(try alone.status == 1 && folder.files().filter { $0.hasPrefix("n/") } == ["n/a.ndjson"])
      let stream = try self.run(["in", "--no-annotate", "--json", "-"], folder)
      #expect(stream.errors.hasPrefix("photos and videos cannot share standard output") && stream.status == 2)
    }

    /// What is written of r.csv before it has its name.
    private static func pendingResults(_ folder: TemporaryFolder) throws -> [UInt8] {
      let name = try folder.files().first { $0.hasPrefix(".r.csv.") }
      return name.map { (try? Files.read(folder.file($0))) ?? [] } ?? []
    }

    @Test func anInterruptedVideoIsWhole() throws {
      let folder = try TemporaryFolder()
      try SampleVideo.write(to: folder.file("clip.mp4"), frames: 1500)
      for signal in [SIGINT, SIGTERM] {
        let program = try RunningProgram(
          ProgramRun.facemarks, ["clip.mp4", "--csv", "r.csv", "--force"], in: folder.path)
        // The first results are written after some hundred frames.
        var polls = 0
        while try Self.pendingResults(folder).isEmpty, polls < 60_000 {
          usleep(500)
          polls += 1
        }
        program.send(signal)
        let run = try program.wait(timeout: 30)
        #expect(run.status == 128 + signal)
        #expect(run.output.hasPrefix("clip.mp4: ") && run.output.hasSuffix(", interrupted -> clip_marked.mp4\n"))
        let count = try #require(
          run.output.dropFirst("clip.mp4: ".count).split(separator: " ").first.flatMap { Int($0) })
        #expect(count > 0 && count < 1500)
        #expect(try frames(of: folder.file("clip_marked.mp4")) == count)
        let rows = String(decoding: try Files.read(folder.file("r.csv")), as: UTF8.self).split(separator: "\n").count
        #expect(rows == count + 1)
        #expect(try folder.files() == ["clip.mp4", "clip_marked.mp4", "r.csv"])
      }
    }

    @Test func aReaderThatStopsEndsTheRun() throws {
      let folder = try TemporaryFolder()
      try SampleVideo.write(to: folder.file("clip.mp4"), frames: 300)
      let script = "{ \"$0\" --no-annotate clip.mp4 --json - ; echo $? >&2; } | head -n 1"
      let run = try ProgramRun.run("/bin/sh", ["-c", script, ProgramRun.facemarks], in: folder.path)
      #expect(try FrameLine.all(run.output).map(\.frame) == [0])
      #expect(run.errors.hasSuffix("\n0\n"))
    }

    @Test func videoLibrariesAreOnlyLoadedForVideos() throws {
      let folder = try TemporaryFolder()
      try SampleVideo.write(to: folder.file("clip.mp4"), frames: 3)
      try folder.add("a.jpg", SamplePhoto.encoded("jpg"))
      func libraries(_ input: String) throws -> ProgramRun {
        try ProgramRun.run(
          "/usr/bin/env", ["LD_DEBUG=files", ProgramRun.facemarks, input, "--no-annotate"], in: folder.path)
      }
      let (photo, video) = (try libraries("a.jpg").errors, try libraries("clip.mp4").errors)
      #expect(!photo.contains("libopencv_videoio") && !photo.contains("libswscale"))
      #expect(!video.contains("libopencv_videoio") && video.contains("libswscale"))
    }
  }
}
