import Files
import Imaging
import TestSupport
import Testing

/// Frames in the decoder's own pixels: what the networks read, and what is drawn.
@Suite(.enabled(if: VideoSamples.hasFFmpeg)) struct VideoFrameTests {
  private let folder: TemporaryFolder

  init() throws {
    OpenCV.configure()
    folder = try TemporaryFolder()
  }

  /// Without loss, so that what comes is what was put in.
  private func makeSource(_ pixels: String, _ options: [String] = []) throws -> String {
    try folder.add("photo.png", Files.read(asset("astronaut.png")))
    try folder.ffmpeg(
      ["-loop", "1", "-framerate", "5", "-i", "photo.png", "-t", "0.6", "-vf", "crop=311:203:150:20", "-c:v", "ffv1"]
        + ["-pix_fmt", pixels] + options + ["source.mkv"])
    return folder.file("source.mkv")
  }

  private func frame(_ path: String) throws -> VideoFrame {
    let video = try VideoFile(path)
    let frame = VideoFrame(video.info)
    #expect(try frame.read(from: video))
    return frame
  }

  /// ffmpeg's own luma, brought to the full range.
  @Test(arguments: ["yuv420p", "yuv422p", "yuv444p", "yuvj420p", "yuv411p", "yuv420p10le", "yuv422p12le"])
  func luma(_ pixels: String) throws {
    let path = try makeSource(pixels)
    let gray = try frame(path).readable()
    #expect(gray.channels == 1)
    try folder.ffmpeg(["-i", "source.mkv", "-frames:v", "1", "-vf", "scale=out_range=full,format=gray", "gray.pgm"])
    let wanted = try Image(contentsOf: folder.file("gray.pgm")).gray()
    let got = try gray.gray()
    #expect(zip(got.pixels, wanted.pixels).allSatisfy { abs(Int($0) - Int($1)) <= 1 })
  }

  /// As the frame is converted without its own pixels, by libswscale, which smooths the chroma.
  @Test(
    arguments: ["yuv420p", "yuv422p", "yuv444p", "yuvj420p", "yuv420p10le", "yuv444p12le"], ["bt709", "smpte170m"])
  func colors(_ pixels: String, _ matrix: String) throws {
    let path = try makeSource(pixels, ["-colorspace", matrix])
    let got = try frame(path).colors()
    let video = try VideoFile(path)
    let wanted = try Image(frameOf: video.info)
    #expect(try video.read(into: wanted) != nil)
    #expect(difference(got, wanted) < 1.5)
  }

  /// A disc of 10 pixels: it shows, and nothing else changes by the last bit.
  @Test(arguments: ["yuv420p", "yuv422p", "yuv444p", "yuvj420p", "yuv420p10le", "yuv422p12le"])
  func drawing(_ pixels: String) throws {
    let path = try makeSource(pixels)
    let (plain, frame) = (try frame(path), try frame(path))
    let color = Color(red: 30, green: 220, blue: 60)
    let box = Box(x: 80.3, y: 60.7, width: 60, height: 50)
    try frame.draw(within: [box, Box(x: 100, y: 70, width: 500, height: 9)]) { canvas in
      try canvas.drawDisc(center: Point(x: 110, y: 85), radius: 10, color: color)
    }
    let (wanted, got) = (try plain.colors(), try frame.colors())
    for y in 0..<got.height {
      for x in 0..<got.width {
        let (dx, dy) = (Double(x) - 110, Double(y) - 85)
        let distance = (dx * dx + dy * dy).squareRoot()
        let (one, other) = (got.pixel(x: x, y: y), wanted.pixel(x: x, y: y))
        if distance > 14 { #expect(one == other, "(\(x), \(y))") }
        if distance < 7 {
          let values = [Double(color.red), Double(color.green), Double(color.blue)]
          #expect(zip(one, values).allSatisfy { abs($0 * 255 - $1) < 4 }, "(\(x), \(y)): \(one)")
        }
      }
    }
  }

  /// What ffmpeg shows of a copy is what it shows of the source, also where the codec's bits cannot say the range and matrix
  /// that the source has.
  @Test(
    arguments: [
      ("h264", "mp4"), ("h264", "ts"), ("mpeg4", "mp4"), ("mpeg4", "mkv"), ("xvid", "avi"), ("mjpeg", "avi"),
      ("vp8", "webm"), ("vp9", "webm"), ("hevc", "mkv"),
    ], ["tv", "pc"])
  func colorsOfCopies(_ codec: (name: String, container: String), _ range: String) throws {
    let filter = "crop=320:208:150:20,scale=out_range=\(range):out_color_matrix=bt709"
    try folder.add("photo.png", Files.read(asset("astronaut.png")))
    try folder.ffmpeg([
      "-loop", "1", "-framerate", "5", "-i", "photo.png", "-t", "0.6", "-vf", filter, "-c:v", "libx264", "-crf", "5",
      "-pix_fmt", "yuv420p", "-color_range", range, "-colorspace", "bt709", "source.mkv",
    ])
    let video = try VideoFile(folder.file("source.mkv"))
    let copy = "copy.\(codec.container)"
    let sink = try VideoFileSink(
      path: folder.file(copy), codec: VideoCodec.named(codec.name), quality: 95, width: 320, height: 208, frameRate: 5,
      source: video)
    let frame = VideoFrame(video.info)
    while try frame.read(from: video) { try sink.write(frame) }
    #expect(try sink.finish() == [])
    var pictures: [Image] = []
    for name in ["source.mkv", copy] {
      try folder.ffmpeg(["-i", name, "-frames:v", "1", "-update", "1", "\(name).png"])
      pictures.append(try Image(contentsOf: folder.file("\(name).png")))
    }
    // A range or matrix that is taken for another one makes 4 to 8.
    #expect(difference(pictures[0], pictures[1]) < 3)
  }

  /// The mean difference of the values, 0...255.
  private func difference(_ one: Image, _ other: Image) -> Double {
    var sum = 0.0
    for y in 0..<one.height {
      for x in 0..<one.width {
        sum += zip(one.pixel(x: x, y: y), other.pixel(x: x, y: y)).reduce(0) { $0 + abs($1.0 - $1.1) * 255 }
      }
    }
    return sum / Double(3 * one.width * one.height)
  }

  /// Of more than 12 bits, of red, green and blue, with alpha: converted at once, and drawn on all the same.
  @Test(arguments: ["yuv420p16le", "gbrp", "yuva420p", "gray"]) func otherPixels(_ pixels: String) throws {
    let frame = try frame(makeSource(pixels))
    #expect(try frame.readable().channels == 3)
    try frame.draw(within: [Box(x: 0, y: 0, width: 40, height: 40)]) { canvas in
      try canvas.drawDisc(center: Point(x: 20, y: 20), radius: 9, color: Color(red: 255, green: 0, blue: 0))
    }
    #expect(try frame.colors().pixel(x: 20, y: 20) == [1, 0, 0])
  }

  /// Frames that nothing is drawn on are encoded as they are, at the best quality.
  @Test func untouchedFramesStay() throws {
    let video = try VideoFile(try makeSource("yuv420p"))
    let codec = try #require(VideoCodec.named("mpeg4"))
    let sink = try VideoFileSink(
      path: folder.file("out.mp4"), codec: codec, quality: 100, width: video.info.width, height: video.info.height,
      frameRate: 5, source: video)
    let frame = VideoFrame(video.info)
    var count = 0
    while try frame.read(from: video) {
      count += 1
      try sink.write(frame)
    }
    #expect(try sink.finish() == [])
    #expect(count == 3)
    let (one, other) = (try self.frame(folder.file("source.mkv")), try self.frame(folder.file("out.mp4")))
    #expect(VideoSamples.difference(try one.readable().gray(), try other.readable().gray()) < 1.5)
  }
}
