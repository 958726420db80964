import Files
import Imaging
import TestSupport
import Testing

private let ffmpegProgram = "/usr/bin/ffmpeg"

/// The sound track, carried over by the program ffmpeg, which also makes the sources here.
@Suite(.enabled(if: FileStatus(of: ffmpegProgram) != nil)) struct VideoSoundTests {
  private let folder: TemporaryFolder

  init() throws {
    OpenCV.configure()
    folder = try TemporaryFolder()
  }

  @discardableResult private func ffmpeg(_ arguments: [String]) throws -> String {
    let run = try ProgramRun.run(ffmpegProgram, ["-nostdin", "-hide_banner", "-y"] + arguments, in: folder.path)
    #expect(run.status == 0, "\(run.errors)")
    return run.output + run.errors
  }

  /// Two seconds of black and silence, then one of white and a tone, in the codecs asked for.
  private func makeSource(_ name: String, pictures: String = "mpeg4", sound: String, delay: String = "0") throws {
    try ffmpeg([
      "-f", "lavfi", "-i", "color=black:size=64x48:rate=25:duration=2",
      "-f", "lavfi", "-i", "color=white:size=64x48:rate=25:duration=1",
      "-f", "lavfi", "-i", "aevalsrc=0:d=2:s=48000", "-f", "lavfi", "-i",
      "sine=frequency=1000:duration=1:sample_rate=48000",
      "-filter_complex", "[0][1]concat=n=2:v=1:a=0[v];[2][3]concat=n=2:v=0:a=1[a]", "-map", "[v]", "-map", "[a]",
      "-c:v", pictures, "-c:a", sound, "plain.mkv",
    ])
    try ffmpeg([
      "-itsoffset", delay, "-i", "plain.mkv", "-i", "plain.mkv", "-map", "0:v", "-map", "1:a", "-c", "copy", name,
    ])
  }

  /// Copies the pictures through our own reader and writer.
  private func copy(_ source: String, to target: String, start: Double = 0, end: Double? = nil) throws -> [String] {
    let video = try VideoFile(folder.file(source), start: start, end: end)
    let codec = try #require(VideoCodec.standard(forExtension: PathText.splitExtension(target).fileExtension))
    let sink = try VideoFileSink(
      path: folder.file(target), codec: codec, width: video.info.width, height: video.info.height,
      frameRate: video.info.frameRate ?? 25)
    let frame = try Image(frameOf: video.info)
    while let position = try video.read(into: frame) { try sink.write(frame, at: position.seconds) }
    return try sink.finish(sound: SoundTrack(source: folder.file(source), start: start, end: end))
  }

  /// The sum over all packets of the sound.
  private func checksum(_ name: String) throws -> String {
    try ffmpeg(["-v", "error", "-i", name, "-map", "0:a", "-c", "copy", "-f", "md5", "-"])
  }

  /// When the picture gets bright and the tone begins, in seconds of the file.
  private func onsets(_ name: String) throws -> (picture: Double, sound: Double) {
    func number(after label: String, in text: String) throws -> Double {
      let words = text.split(whereSeparator: { " \n".contains($0) })
      let place = try #require(words.firstIndex { $0.hasPrefix(label) })
      let value = words[place].dropFirst(label.count)
      return try #require(Double(value.isEmpty ? words[place + 1] : value))
    }
    let picture = try ffmpeg(["-i", name, "-an", "-vf", "blackdetect=d=0.1:pix_th=0.3", "-f", "null", "-"])
    let sound = try ffmpeg(["-i", name, "-vn", "-af", "silencedetect=n=-30dB:d=0.1", "-f", "null", "-"])
    return (try number(after: "black_end:", in: picture), try number(after: "silence_end:", in: sound))
  }

  @Test(arguments: [("aac", "mp4"), ("aac", "mkv"), ("aac", "mov"), ("libmp3lame", "avi"), ("libopus", "webm")])
  func unchanged(_ codec: String, _ container: String) throws {
    try makeSource("source.mkv", sound: codec)
    #expect(try copy("source.mkv", to: "out.\(container)") == [])
    #expect(try checksum("out.\(container)") == checksum("source.mkv"))
    #expect(try VideoSamples.read(folder.file("out.\(container)")).count == 75)
    #expect(try folder.files() == ["out.\(container)", "plain.mkv", "source.mkv"])
  }

  /// The pictures of the source begin 0.7 s after its sound; a part begins in the middle of both.
  @Test(arguments: ["0", "0.7"], [(0.0, "mp4"), (0, "mkv"), (0.9, "mp4"), (0.9, "mkv")])
  func inStep(_ delay: String, _ part: (start: Double, container: String)) throws {
    let (start, container) = part
    try makeSource("source.mkv", sound: "aac", delay: delay)
    #expect(try copy("source.mkv", to: "out.\(container)", start: start) == [])
    let wanted = try onsets("source.mkv")
    let got = try onsets("out.\(container)")
    // A block of AAC at 48 kHz lasts 21 ms.
    #expect(abs((got.picture - got.sound) - (wanted.picture - wanted.sound)) < 0.022, "\(got), \(wanted)")
    // The first frame of the part is at 0.92 s.
    if start > 0 { #expect(abs(got.picture - 1.08) < 0.002) }
  }

  @Test func endsWithThePictures() throws {
    try makeSource("source.mkv", sound: "aac")
    #expect(try copy("source.mkv", to: "out.mp4", start: 0.5, end: 1.5) == [])
    let text = try ffmpeg(["-v", "error", "-i", "out.mp4", "-map", "0:a", "-c", "copy", "-f", "framecrc", "-"])
    // A second at 48 kHz is 46.9 blocks of 1024.
    #expect((45...48).contains(text.split(separator: "\n").filter { $0.hasPrefix("0,") }.count))
    #expect(try VideoSamples.read(folder.file("out.mp4")).count == 25)
  }

  @Test func codecThatTheContainerDoesNotTake() throws {
    try makeSource("source.mkv", sound: "pcm_s16le")
    #expect(
      try copy("source.mkv", to: "out.mp4") == ["the sound was left out: .mp4 does not take pcm_s16le; .mkv does"])
    #expect(try VideoSamples.read(folder.file("out.mp4")).count == 75)
    #expect(try folder.files() == ["out.mp4", "plain.mkv", "source.mkv"])
  }

  @Test func sourceWithoutSound() throws {
    for name in ["silent.mkv", "silent.ts"] {
      try ffmpeg(["-f", "lavfi", "-i", "color=red:size=64x48:rate=25:duration=1", "-c:v", "mpeg4", name])
      #expect(try copy(name, to: "out.mp4") == [])
    }
  }

  @Test func varyingTimesStay() throws {
    let filter = "setpts=(N+N*N/30)/25/TB"
    try makeSource("constant.mkv", sound: "aac")
    try ffmpeg([
      "-i", "constant.mkv", "-vf", filter, "-vsync", "vfr", "-c:v", "mpeg4", "-c:a", "copy", "-video_track_timescale",
      "90000", "source.mp4",
    ])
    #expect(try copy("source.mp4", to: "out.mp4") == [])
    let times = try VideoSamples.read(folder.file("out.mp4")).map(\.position.seconds)
    #expect(times.count == 75)
    for (index, time) in times.enumerated() {
      let n = Double(index)
      #expect(abs(time - (n + n * n / 30) / 25) < 0.021, "\(index): \(time)")
    }
    let source = try VideoSamples.read(folder.file("source.mp4")).map(\.position.seconds)
    #expect(zip(times, source).allSatisfy { abs($0 - $1) < 1e-4 })
  }
}
