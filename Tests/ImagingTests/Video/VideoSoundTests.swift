import Files
import Imaging
import TestSupport
import Testing

/// Sound, subtitles, chapters and attachments, copied from sources that ffmpeg makes; ffprobe says what came.
@Suite(.enabled(if: VideoSamples.hasFFmpeg)) struct VideoSoundTests {
  private let folder: TemporaryFolder

  init() throws {
    OpenCV.configure()
    folder = try TemporaryFolder()
  }

  /// Two seconds of black and silence, then one of white and a tone, in the codecs asked for.
  private func makeSource(_ name: String, pictures: String = "mpeg4", sound: String, delay: String = "0") throws {
    try folder.ffmpeg([
      "-f", "lavfi", "-i", "color=black:size=64x48:rate=25:duration=2",
      "-f", "lavfi", "-i", "color=white:size=64x48:rate=25:duration=1",
      "-f", "lavfi", "-i", "aevalsrc=0:d=2:s=48000", "-f", "lavfi", "-i",
      "sine=frequency=1000:duration=1:sample_rate=48000",
      "-filter_complex", "[0][1]concat=n=2:v=1:a=0[v];[2][3]concat=n=2:v=0:a=1[a]", "-map", "[v]", "-map", "[a]",
      "-c:v", pictures, "-c:a", sound, "plain.mkv",
    ])
    try folder.ffmpeg([
      "-itsoffset", delay, "-i", "plain.mkv", "-i", "plain.mkv", "-map", "0:v", "-map", "1:a", "-c", "copy", name,
    ])
  }

  /// Copies the pictures through our own reader and writer.
  private func copy(_ source: String, to target: String, start: Double = 0, end: Double? = nil) throws -> [String] {
    let video = try VideoFile(folder.file(source), start: start, end: end, keepsOthers: true) { false }
    let sink = try VideoFileSink(
      path: folder.file(target), width: video.info.width, height: video.info.height,
      frameRate: video.info.frameRate ?? 25, source: video, start: start)
    let frame = try Image(frameOf: video.info)
    while let position = try video.read(into: frame) { try sink.write(frame, at: position.seconds) }
    return try sink.finish(end: end)
  }

  /// What ffprobe says of the streams and chapters.
  private func probe(_ name: String, _ entries: String) throws -> [String] {
    let run = try ProgramRun.run(
      "/usr/bin/ffprobe", ["-v", "error", "-show_entries", entries, "-of", "compact=p=0:nk=1", name], in: folder.path)
    #expect(run.status == 0, "\(run.errors)")
    return run.output.split(separator: "\n").map(String.init)
  }

  /// The sum over all packets of the sound.
  private func checksum(_ name: String) throws -> String {
    try folder.ffmpeg(["-v", "error", "-i", name, "-map", "0:a", "-c", "copy", "-f", "md5", "-"])
  }

  /// When the picture gets bright and the tone begins, in seconds of the file.
  private func onsets(_ name: String) throws -> (picture: Double, sound: Double) {
    func number(after label: String, in text: String) throws -> Double {
      let words = text.split(whereSeparator: { " \n".contains($0) })
      let place = try #require(words.firstIndex { $0.hasPrefix(label) })
      let value = words[place].dropFirst(label.count)
      return try #require(Double(value.isEmpty ? words[place + 1] : value))
    }
    let picture = try folder.ffmpeg(["-i", name, "-an", "-vf", "blackdetect=d=0.1:pix_th=0.3", "-f", "null", "-"])
    let sound = try folder.ffmpeg(["-i", name, "-vn", "-af", "silencedetect=n=-30dB:d=0.1", "-f", "null", "-"])
    return (try number(after: "black_end:", in: picture), try number(after: "silence_end:", in: sound))
  }

  @Test(
    arguments: [
      ("aac", "mp4"), ("aac", "mkv"), ("aac", "mov"), ("ac3", "ts"), ("libmp3lame", "avi"), ("libopus", "webm"),
    ])
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
    let text = try folder.ffmpeg(["-v", "error", "-i", "out.mp4", "-map", "0:a", "-c", "copy", "-f", "framecrc", "-"])
    // A second at 48 kHz is 46.9 blocks of 1024.
    #expect((45...48).contains(text.split(separator: "\n").filter { $0.hasPrefix("0,") }.count))
    #expect(try VideoSamples.read(folder.file("out.mp4")).count == 25)
  }

  @Test func codecThatTheContainerDoesNotTake() throws {
    try makeSource("source.mkv", sound: "pcm_s16le")
    #expect(
      try copy("source.mkv", to: "out.mp4") == [
        "left out, as .mp4 does not take it: sound (pcm_s16le); .mkv takes most"
      ])
    #expect(try VideoSamples.read(folder.file("out.mp4")).count == 75)
    #expect(try folder.files() == ["out.mp4", "plain.mkv", "source.mkv"])
  }

  @Test func sourceWithoutSound() throws {
    for name in ["silent.mkv", "silent.ts"] {
      try folder.ffmpeg(["-f", "lavfi", "-i", "color=red:size=64x48:rate=25:duration=1", "-c:v", "mpeg4", name])
      #expect(try copy(name, to: "out.mp4") == [])
    }
  }

  @Test func varyingTimesStay() throws {
    let filter = "setpts=(N+N*N/30)/25/TB"
    try makeSource("constant.mkv", sound: "aac")
    try folder.ffmpeg([
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

  /// Two sound tracks, subtitles, chapters and a font.
  private func makeRichSource() throws {
    try folder.add("words.srt", Array("1\n00:00:00,500 --> 00:00:01,500\nHello\n".utf8))
    try folder.add("font.ttf", [UInt8](repeating: 7, count: 300))
    let chapters = ";FFMETADATA1\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=1000\ntitle=One\n[CHAPTER]\n"
    try folder.add("chapters.txt", Array((chapters + "TIMEBASE=1/1000\nSTART=1000\nEND=3000\ntitle=Two\n").utf8))
    try makeSource("plain2.mkv", sound: "aac")
    try folder.ffmpeg([
      "-i", "plain2.mkv", "-i", "plain2.mkv", "-i", "words.srt", "-i", "chapters.txt", "-map", "0", "-map", "1:a",
      "-map", "2", "-map_metadata", "3", "-map_chapters", "3", "-c", "copy", "-c:s", "srt", "-attach", "font.ttf",
      "-metadata:s:t", "mimetype=font/ttf", "-metadata:s:a:0", "language=deu", "-metadata:s:a:1", "language=eng",
      "-metadata:s:a:1", "title=Second", "rich.mkv",
    ])
  }

  /// Beginning, to a tenth of a second, and title. The pictures of the source begin 21 ms late, as the encoder of the sound
  /// needs to get going.
  private func chapters(_ name: String) throws -> [String] {
    try probe(name, "chapter=start_time:chapter_tags=title").map { line in
      let parts = line.split(separator: "|")
      return "\(((Double(parts[0]) ?? -1) * 10).rounded() / 10) \(parts[1])"
    }
  }

  @Test func everyStream() throws {
    try makeRichSource()
    #expect(try copy("rich.mkv", to: "out.mkv") == [])
    let streams = "stream=codec_type,codec_name:stream_tags=language,title"
    #expect(
      try probe("out.mkv", streams).map { $0.replacing("mpeg4", with: "h264") }
        == probe("rich.mkv", streams).map { $0.replacing("mpeg4", with: "h264") })
    #expect(try chapters("out.mkv") == ["0.0 One", "1.0 Two"])
    let packets = "packet=pts_time"
    let before = try probe("rich.mkv", packets).count
    let after = try probe("out.mkv", packets).count
    #expect(before == after)
  }

  @Test func whatTheContainerDoesNotTakeIsTold() throws {
    try makeRichSource()
    let words = "left out, as .mp4 does not take it: subtitles (subrip), attachments; .mkv takes most"
    #expect(try copy("rich.mkv", to: "out.mp4") == [words])
    #expect(try chapters("out.mp4") == ["0.0 One", "1.0 Two"])
    // The last stream is how the container stores its chapters.
    #expect(
      try probe("out.mp4", "stream=codec_type:stream_tags=language")
        == ["video|und", "audio|deu", "audio|eng", "data|eng"])
    #expect(try checksum("out.mp4") == checksum("rich.mkv"))
    #expect(try copy("rich.mkv", to: "out.gif").first?.hasSuffix("chapters; .mkv takes most") == true)
  }

  /// A part has the part of every stream: the second chapter only, from its beginning.
  @Test func partsOfStreams() throws {
    try makeRichSource()
    #expect(try copy("rich.mkv", to: "out.mkv", start: 1, end: 2) == [])
    #expect(try chapters("out.mkv") == ["0.0 Two"])
    let sound = try probe("out.mkv", "packet=stream_index").filter { $0.hasPrefix("1") }.count
    #expect((45...48).contains(sound))
  }

  /// Pixels that are not square, and colours of high definition in a small picture.
  @Test func shapeAndColorsOfPixels() throws {
    try folder.ffmpeg([
      "-f", "lavfi", "-i", "testsrc=size=64x48:duration=1", "-vf", "setsar=16/11", "-c:v", "libx264", "-pix_fmt",
      "yuv420p",
      "-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709", "source.mp4",
    ])
    #expect(try copy("source.mp4", to: "out.mp4") == [])
    let entries = "stream=sample_aspect_ratio,color_space,color_primaries,color_transfer,color_range"
    #expect(try probe("out.mp4", entries) == ["16:11|tv|bt709|bt709|bt709"])
  }
}
