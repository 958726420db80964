import Files
import Imaging
import TestSupport
import Testing

/// Videos of 10 bits, of high dynamic range, turned and interlaced ones: copies are what their sources are. ffmpeg and ffprobe
/// make and judge them.
@Suite(.enabled(if: VideoSamples.hasFFmpeg)) struct DeepVideoTests {
  private let folder: TemporaryFolder

  init() throws {
    OpenCV.configure()
    folder = try TemporaryFolder()
    try folder.add("photo.png", Files.read(asset("astronaut.png")))
  }

  private static let size = (width: 320, height: 208)

  /// The sample picture, three frames, in 10 bits with a curve's signals. `curve` is ffmpeg's name.
  private func makeDeep(_ curve: String, _ name: String = "source.mkv", codec: [String] = ["-c:v", "ffv1"]) throws {
    try folder.ffmpeg(
      [
        "-loop", "1", "-framerate", "5", "-i", "photo.png", "-t", "0.6", "-vf",
        "crop=\(Self.size.width):\(Self.size.height):150:20,scale=out_range=tv:out_color_matrix=bt2020nc",
        "-pix_fmt", "yuv420p10le", "-color_range", "tv", "-colorspace", "bt2020nc", "-color_primaries", "bt2020",
        "-color_trc", curve,
      ] + codec + [name])
  }

  /// Copies a video, with a white disc of 24 pixels in the middle if asked for.
  private func copy(_ name: String, to copy: String, codec: String? = nil, isMarked: Bool = false) throws -> [String] {
    let video = try VideoFile(folder.file(name))
    let (width, height) = (video.info.width, video.info.height)
    let sink = try VideoFileSink(
      path: folder.file(copy), codec: codec.flatMap(VideoCodec.named), quality: 90, width: width, height: height,
      frameRate: 5, source: video)
    let frame = VideoFrame(video.info)
    while try frame.read(from: video) {
      if isMarked {
        let middle = Point(x: Double(width) / 2, y: Double(height) / 2)
        try frame.draw(within: [Box(x: middle.x - 30, y: middle.y - 30, width: 60, height: 60)]) { canvas in
          try canvas.drawDisc(center: middle, radius: 24, color: Color(red: 255, green: 255, blue: 255))
        }
      }
      try sink.write(frame)
    }
    return try sink.finish()
  }

  private func probe(_ name: String, _ entries: String) throws -> String {
    try ProgramRun.run(
      "/usr/bin/ffprobe",
      ["-v", "error", "-select_streams", "v:0", "-show_entries", entries, "-of", "compact=p=0:nk=1", name],
      in: folder.path
    ).output.split(separator: "\n").joined(separator: " ")
  }

  /// The luma of the first frame in 10 bits.
  private func luma(_ name: String) throws -> [UInt16] {
    try folder.ffmpeg(["-i", name, "-frames:v", "1", "-pix_fmt", "yuv420p10le", "-f", "rawvideo", "\(name).raw"])
    let bytes = try Files.read(folder.file("\(name).raw"))
    return (0..<Self.size.width * Self.size.height).map { UInt16(bytes[2 * $0]) | UInt16(bytes[2 * $0 + 1]) << 8 }
  }

  /// The mean distance of two pictures' luma in 10 bits, beside the middle.
  private func distance(_ one: [UInt16], _ other: [UInt16]) -> Double {
    let rest = one.indices.filter { abs($0 % Self.size.width - Self.size.width / 2) > 40 }
    return Double(rest.reduce(0) { $0 + abs(Int(one[$1]) - Int(other[$1])) }) / Double(rest.count)
  }

  /// White is 203 cd/m²: 75 % of the signal in HLG and 58 % in PQ (ITU-R BT.2408, table 1), which is 721 and 572 in 10 bits.
  @Test(
    arguments: [("arib-std-b67", 721.0), ("smpte2084", 572.0)], [("mp4", "hevc"), ("webm", "vp9"), ("mkv", "hevc")])
  func highRangeIsKept(_ curve: (name: String, white: Double), _ kind: (container: String, codec: String)) throws {
    try makeDeep(curve.name)
    let name = "copy.\(kind.container)"
    #expect(try copy("source.mkv", to: name, isMarked: true) == [])
    #expect(
      try probe(name, "stream=codec_name,pix_fmt,color_space,color_transfer,color_primaries")
        == "\(kind.codec)|yuv420p10le|bt2020nc|\(curve.name)|bt2020")
    let (before, after) = (try luma("source.mkv"), try luma(name))
    #expect(distance(before, after) < 6)
    let middle = Double(after[Self.size.height / 2 * Self.size.width + Self.size.width / 2])
    #expect(abs(middle - curve.white) < 8, "\(middle)")
  }

  /// What is drawn with the colours that are shown is what was there.
  @Test(arguments: ["arib-std-b67", "smpte2084"]) func backIntoHighRange(_ curve: String) throws {
    try makeDeep(curve)
    let video = try VideoFile(folder.file("source.mkv"))
    let frame = VideoFrame(video.info)
    #expect(try frame.read(from: video))
    let wanted = try frame.colors().copy()
    try wanted.mirror()
    let whole = [Box(x: 0, y: 0, width: Double(video.info.width), height: Double(video.info.height))]
    try frame.draw(within: whole) { try $0.mirror() }
    // Four pixels share a value of chroma. What is brighter than white, which is shown at about 230, gets as bright as that.
    let pairs = zip(try wanted.gray().pixels, try frame.colors().gray().pixels).filter { $0.0 < 220 }
    #expect(pairs.count > 20_000)
    let mean = Double(pairs.reduce(0) { $0 + abs(Int($1.0) - Int($1.1)) }) / Double(pairs.count)
    #expect(mean < 3, "\(mean)")
  }

  @Test(arguments: [("h264", "mp4"), ("mpeg4", "mp4"), ("mjpeg", "avi"), ("gif", "gif")])
  func highRangeIsMapped(_ codec: String, _ container: String) throws {
    try makeDeep("smpte2084")
    let notes = try copy("source.mkv", to: "copy.\(container)", codec: codec)
    #expect(notes == ["its high dynamic range was brought to the standard one; --codec hevc and vp9 keep it"])
    // As the source is shown.
    let wanted = try VideoSamples.read(folder.file("source.mkv"))[0].picture
    let got = try VideoSamples.read(folder.file("copy.\(container)"))[0].picture
    #expect(VideoSamples.difference(wanted, got) < (codec == "gif" ? 15 : 4))
  }

  /// The display that a film was made for, which the source says in its first frame only.
  @Test func masteringDisplay() throws {
    let parameters =
      "log-level=none:colorprim=bt2020:transfer=smpte2084:colormatrix=bt2020nc:max-cll=900,400:"
      + "master-display=G(13250,34500)B(7500,3000)R(34000,16000)WP(15635,16450)L(6000000,50)"
    try makeDeep("smpte2084", codec: ["-c:v", "libx265", "-x265-params", parameters])
    #expect(try copy("source.mkv", to: "copy.mp4") == [])
    let said = try probe("copy.mp4", "stream_side_data=max_luminance,min_luminance,max_content,max_average")
    #expect(said.contains("6000000/10000") && said.contains("900"), "\(said)")
  }

  @Test(arguments: [("h264", "yuv420p"), ("hevc", "yuv420p10le"), ("vp9", "yuv420p10le"), ("mpeg4", "yuv420p")])
  func tenBitsOfStandardRange(_ codec: String, _ wanted: String) throws {
    try makeDeep("bt709")
    #expect(try copy("source.mkv", to: "copy.mp4", codec: codec) == [])
    #expect(try probe("copy.mp4", "stream=pix_fmt") == wanted)
    #expect(distance(try luma("source.mkv"), try luma("copy.mp4")) < 12)
  }

  /// Upright as ffmpeg turns it, in the decoder's pixels.
  @Test(arguments: [90, 180, 270], ["yuv420p", "yuv420p10le", "yuv444p"])
  func turned(_ degrees: Int, _ pixels: String) throws {
    try folder.ffmpeg([
      "-loop", "1", "-framerate", "5", "-i", "photo.png", "-t", "0.6", "-vf", "crop=302:204:150:20", "-c:v", "libx264",
      "-qp", "0", "-pix_fmt", pixels, "stored.mp4",
    ])
    try folder.ffmpeg(["-i", "stored.mp4", "-c", "copy", "-metadata:s:v", "rotate=\(degrees)", "turned.mp4"])
    try folder.ffmpeg(["-i", "turned.mp4", "-frames:v", "1", "-vf", "scale=out_range=full,format=gray", "gray.pgm"])
    let video = try VideoFile(folder.file("turned.mp4"))
    let frame = VideoFrame(video.info)
    #expect(try frame.read(from: video))
    let gray = try frame.readable()
    #expect(gray.channels == 1)
    let wanted = try Image(contentsOf: folder.file("gray.pgm")).gray()
    #expect(gray.width == wanted.width && gray.height == wanted.height)
    #expect(VideoSamples.difference(try gray.gray(), wanted) < 0.6)
    // The chroma goes with it.
    let other = try Image(frameOf: video.info)
    let again = try VideoFile(folder.file("turned.mp4"))
    #expect(try again.read(into: other) != nil)
    let colors = try frame.colors()
    for (x, y) in [(20, 30), (100, 150), (video.info.width - 9, video.info.height - 20)] {
      for (one, two) in zip(colors.pixel(x: x, y: y), other.pixel(x: x, y: y)) { #expect(abs(one - two) < 0.06) }
    }
  }

  /// One frame for each coded one, marked as interlaced, the same field first.
  @Test(arguments: ["tff", "bff"], ["h264", "mpeg4"]) func interlaced(_ order: String, _ codec: String) throws {
    let isTopFirst = order == "tff"
    try folder.ffmpeg([
      "-f", "lavfi", "-i", "testsrc2=size=320x208:rate=10:duration=1", "-vf",
      "tinterlace=\(isTopFirst ? "interleave_top" : "interleave_bottom"),setfield=\(order)", "-flags", "+ilme+ildct",
      "-c:v", "libx264", "source.mkv",
    ])
    #expect(try copy("source.mkv", to: "copy.mkv", codec: codec, isMarked: true) == [])
    let frames = try probe("copy.mkv", "frame=interlaced_frame,top_field_first").split(separator: " ")
    #expect(frames.count == 5 && frames.allSatisfy { $0.hasPrefix("1|\(isTopFirst ? 1 : 0)") }, "\(frames)")
  }
}
