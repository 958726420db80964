import Files
import Glibc
import Imaging
import TestSupport
import Testing

/// Files as other programs make them, each made by ffmpeg; what is expected is what ffprobe says of them.
@Suite(.enabled(if: VideoSamples.hasFFmpeg)) struct VideoReadingTests {
  private let folder: TemporaryFolder

  init() throws {
    OpenCV.configure()
    folder = try TemporaryFolder()
  }

  /// The times of the frames of the first video stream, from the first one on.
  private func times(_ name: String) throws -> [Double] {
    let run = try ProgramRun.run(
      "/usr/bin/ffprobe",
      [
        "-v", "error", "-select_streams", "v:0", "-show_entries", "frame=best_effort_timestamp_time", "-of", "csv=p=0",
        name,
      ],
      in: folder.path)
    let stamps = run.output.split(whereSeparator: { "\n,".contains($0) }).compactMap { Double($0) }
    return stamps.map { $0 - (stamps.first ?? 0) }
  }

  private func startTime(_ name: String) throws -> Double {
    let run = try ProgramRun.run(
      "/usr/bin/ffprobe",
      ["-v", "error", "-select_streams", "v:0", "-show_entries", "stream=start_time", "-of", "csv=p=0", name],
      in: folder.path)
    return try #require(run.output.split(whereSeparator: { "\n,".contains($0) }).first.flatMap { Double($0) })
  }

  /// Four seconds of a test picture that moves.
  private func makeSource(_ name: String, size: String = "96x64", _ options: [String] = []) throws {
    try folder.ffmpeg(
      ["-f", "lavfi", "-i", "testsrc=size=\(size):rate=25:duration=4", "-c:v", "mpeg4", "-g", "25"] + options + [name])
  }

  private func expectTimes(_ name: String) throws {
    let (wanted, frames) = (try times(name), try VideoSamples.read(folder.file(name)))
    #expect(frames.map(\.position.index) == Array(wanted.indices) && wanted.count > 20)
    for (frame, time) in zip(frames, wanted) { #expect(abs(frame.position.seconds - time) < 1e-5) }
  }

  /// Cut without coding anew: the file begins at a key frame, and its edit list hides what is before the cut.
  @Test(arguments: ["mpeg4", "libx264"]) func editList(_ codec: String) throws {
    try makeSource("whole.mp4", ["-c:v", codec])
    try folder.ffmpeg(["-ss", "1.5", "-i", "whole.mp4", "-c", "copy", "cut.mp4"])
    let whole = try VideoSamples.read(folder.file("whole.mp4"))
    let cut = try VideoSamples.read(folder.file("cut.mp4"))
    try expectTimes("cut.mp4")
    // Of 100 frames the first 37 are before 1.5 s; the picture at 1.5 s need not have a frame of its own.
    #expect((62...63).contains(cut.count))
    #expect(try VideoFile(folder.file("cut.mp4")).info.frameCount == cut.count)
    for (frame, wanted) in zip(cut.reversed(), whole.reversed()) {
      #expect(VideoSamples.difference(frame.picture, wanted.picture) < 0.01)
    }
    // The part that begins late has the numbers of the whole.
    let part = try VideoSamples.read(folder.file("cut.mp4"), start: 2.2)
    #expect(part.map(\.position) == cut.map(\.position).filter { $0.seconds >= 2.2 })
  }

  /// Frames that are stored in another order than they are shown, in containers that have all of their times, times of
  /// decoding only, or none: every part is what reading everything gives there.
  @Test(arguments: ["b.mp4", "b.mkv", "b.ts", "b.avi", "b.h264"]) func partsOfReorderedFrames(_ name: String) throws {
    try makeSource(name, ["-c:v", "libx264", "-bf", "3", "-x264-params", "open-gop=1"])
    let all = try VideoSamples.read(folder.file(name))
    #expect(all.map(\.position.index) == Array(0..<100))
    let part = try VideoSamples.read(folder.file(name), start: 2.79)
    #expect(part.map(\.position) == all.map(\.position).filter { $0.seconds >= 2.79 })
    for frame in part { #expect(VideoSamples.difference(frame.picture, all[frame.position.index].picture) < 0.01) }
  }

  @Test func negativeStartTime() throws {
    try makeSource("plain.mkv")
    try folder.ffmpeg([
      "-itsoffset", "-1.5", "-i", "plain.mkv", "-c", "copy", "-copyts", "-avoid_negative_ts", "disabled", "early.mkv",
    ])
    #expect(try startTime("early.mkv") == -1.5)
    try expectTimes("early.mkv")
  }

  @Test(arguments: ["mkv", "mp4", "ts"]) func varyingRate(_ container: String) throws {
    try makeSource("vary.\(container)", ["-vf", "select='not(mod(n\\,3))+lt(mod(n\\,10)\\,3)'", "-vsync", "vfr"])
    try expectTimes("vary.\(container)")
  }

  @Test(arguments: ["clip.avi", "clip.jpg", "clip"]) func wrongExtension(_ name: String) throws {
    try makeSource("clip.mp4")
    try Files.write(try Files.read(folder.file("clip.mp4")), to: folder.file(name))
    #expect(try VideoSamples.read(folder.file(name)).count == 100)
  }

  /// A stream of H.264 without any container, hence without times.
  @Test func bareStream() throws {
    try makeSource("camera.h264", ["-c:v", "libx264"])
    let frames = try VideoSamples.read(folder.file("camera.h264"))
    #expect(frames.count == 100)
    #expect(zip(frames, frames.dropFirst()).allSatisfy { abs($1.position.seconds - $0.position.seconds - 0.04) < 1e-6 })
  }

  /// The one that is marked as the default; without a mark the largest.
  @Test(arguments: [(["default", "0"], 96), (["0", "default"], 128), (["0", "0"], 128)])
  func twoVideoStreams(_ dispositions: [String], _ width: Int) throws {
    try makeSource("small.mkv")
    try makeSource("large.mkv", size: "128x96")
    try folder.ffmpeg([
      "-i", "small.mkv", "-i", "large.mkv", "-map", "0:v", "-map", "1:v", "-c", "copy", "-disposition:v:0",
      dispositions[0],
      "-disposition:v:1", dispositions[1], "two.mkv",
    ])
    #expect(try VideoFile(folder.file("two.mkv")).info.width == width)
    #expect(try VideoSamples.read(folder.file("two.mkv")).count == 100)
  }

  @Test func aCoverIsNoVideo() throws {
    try makeSource("clip.mp4")
    try folder.ffmpeg(["-f", "lavfi", "-i", "color=red:size=400x400", "-frames:v", "1", "cover.png"])
    try folder.ffmpeg([
      "-i", "clip.mp4", "-i", "cover.png", "-map", "1", "-map", "0", "-c", "copy", "-disposition:v:0", "attached_pic",
      "covered.mp4",
    ])
    #expect(try VideoFile(folder.file("covered.mp4")).info.width == 96)
    #expect(try VideoSamples.read(folder.file("covered.mp4")).count == 100)
    try folder.ffmpeg([
      "-f", "lavfi", "-i", "sine=duration=1", "-i", "cover.png", "-map", "0", "-map", "1", "-c:v", "copy",
      "-disposition:v:0",
      "attached_pic", "song.mp4",
    ])
    #expect(VideoSamples.refusal(folder.file("song.mp4")) == "\(folder.file("song.mp4")): it has sound but no pictures")
  }

  @Test func sizeChange() throws {
    try makeSource("one.ts", ["-c:v", "mpeg2video"])
    try makeSource("two.ts", size: "160x128", ["-c:v", "mpeg2video"])
    try Files.write(
      try Files.read(folder.file("one.ts")) + Files.read(folder.file("two.ts")), to: folder.file("both.ts"))
    let video = try VideoFile(folder.file("both.ts"))
    let frames = VideoSamples.read(video).frames
    #expect(video.notes == ["the size of its frames changes; all were scaled to the first one's, 96x64"])
    let one = try VideoSamples.read(folder.file("one.ts"))
    #expect((195...200).contains(frames.count))
    #expect(frames.allSatisfy { $0.picture.width == 96 && $0.picture.height == 64 })
    // The same picture in another size, made as large as the first.
    for index in [0, 50, 99] {
      #expect(VideoSamples.difference(frames[frames.count - 100 + index].picture, one[index].picture) < 20)
    }
  }

  /// The colour 200, 100, 50 comes back in every range and matrix that the file names.
  @Test(arguments: ["tv", "pc"], ["bt709", "smpte170m", "bt2020nc"]) func colors(_ range: String, _ matrix: String)
    throws
  {
    let scaler = ["smpte170m": "bt601", "bt2020nc": "bt2020"][matrix] ?? matrix
    try folder.ffmpeg([
      "-f", "lavfi", "-i", "color=0xC86432:size=64x48:rate=25:duration=0.2", "-vf",
      "scale=out_color_matrix=\(scaler):out_range=\(range),format=yuv444p", "-c:v", "ffv1", "-color_range", range,
      "-colorspace",
      matrix, "color.mkv",
    ])
    let video = try VideoFile(folder.file("color.mkv"))
    let frame = try Image(frameOf: video.info)
    #expect(try video.read(into: frame) != nil)
    let pixel = frame.pixel(x: 30, y: 20)
    for (value, wanted) in zip(pixel, [200.0, 100, 50]) { #expect(abs(value * 255 - wanted) < 3, "\(pixel)") }
  }

  /// Gray of a signal in 10 bits: ITU-R BT.2100 makes it light (203 cd/m² for 721 in HLG and 573 in PQ), the curve of BT.2390 from
  /// 1000 to 203 cd/m² compresses it, a gamma of 2.4 codes it. Calculated with NumPy.
  @Test(arguments: [
    ("arib-std-b67", 300, 77.1), ("arib-std-b67", 502, 143.1), ("arib-std-b67", 721, 230.4), ("arib-std-b67", 940, 255),
    ("smpte2084", 300, 61.7), ("smpte2084", 509, 189.3), ("smpte2084", 573, 230.5), ("smpte2084", 723, 255),
  ])
  func highDynamicRange(_ transfer: String, _ signal: Int, _ wanted: Double) throws {
    try folder.ffmpeg([
      "-f", "lavfi", "-i", "color=gray:size=64x48:rate=25:duration=0.2", "-vf",
      "format=yuv420p10le,geq=lum=\(signal):cb=512:cr=512", "-c:v", "ffv1", "-color_range", "tv", "-colorspace",
      "bt2020nc",
      "-color_primaries", "bt2020", "-color_trc", transfer, "hdr.mkv",
    ])
    let video = try VideoFile(folder.file("hdr.mkv"))
    let frame = try Image(frameOf: video.info)
    #expect(try video.read(into: frame) != nil)
    for value in frame.pixel(x: 30, y: 20) { #expect(abs(value * 255 - wanted) < 1.5, "\(value * 255)") }
  }

  /// Read once, from its beginning to its end, with the numbers and times of the file.
  @Test func aPipe() throws {
    try makeSource("clip.ts")
    let wanted = try VideoSamples.read(folder.file("clip.ts"))
    let pipe = folder.file("pipe")
    #expect(PathText.withSystemPath(pipe) { mkfifo($0, 0o600) } == 0)
    let writer = try RunningProgram("/bin/sh", ["-c", "cat clip.ts > pipe"], in: folder.path)
    let frames = try VideoSamples.read(pipe)
    #expect(frames.map(\.position) == wanted.map(\.position))
    #expect(try writer.wait(timeout: 20).status == 0)
  }
}

/// Reading that waits.
@Suite struct VideoWaitingTests {
  @Test func aPipeThatNobodyWritesTo() throws {
    OpenCV.configure()
    let folder = try TemporaryFolder()
    let pipe = folder.file("pipe.mp4")
    #expect(PathText.withSystemPath(pipe) { mkfifo($0, 0o600) } == 0)
    let start = ContinuousClock.now
    #expect(throws: ImagingError(file: pipe, message: "stopped before its first frame")) {
      try VideoFile(pipe) { ContinuousClock.now - start > .milliseconds(300) }
    }
    #expect(ContinuousClock.now - start < .seconds(5))
  }

  /// Whoever is sent a playlist must not ask other machines for its parts: nobody connects to the port that it names.
  @Test func aPlaylistAsksNoOtherMachine() throws {
    OpenCV.configure()
    let folder = try TemporaryFolder()
    let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(listener) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(INADDR_LOOPBACK).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isListening = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        bind(listener, address, length) == 0 && listen(listener, 1) == 0 && getsockname(listener, address, &length) == 0
      }
    }
    #expect(isListening)
    let port = UInt16(bigEndian: address.sin_port)
    try folder.add(
      "list.m3u8",
      """
      #EXTM3U
      #EXT-X-TARGETDURATION:4
      #EXTINF:4,
      http://127.0.0.1:\(port)/part.ts
      #EXT-X-ENDLIST

      """)
    let pipe = folder.file("pipe.m3u8")
    #expect(PathText.withSystemPath(pipe) { mkfifo($0, 0o600) } == 0)
    let writer = try RunningProgram("/bin/sh", ["-c", "cat list.m3u8 > pipe.m3u8"], in: folder.path)
    let start = ContinuousClock.now
    #expect(throws: ImagingError.self) { try VideoFile(pipe) { ContinuousClock.now - start > .seconds(10) } }
    #expect(throws: ImagingError.self) { try VideoFile(folder.file("list.m3u8")) }
    #expect(try writer.wait(timeout: 20).status == 0)
    var state = pollfd(fd: listener, events: Int16(POLLIN), revents: 0)
    #expect(poll(&state, 1, 0) == 0)
  }
}
