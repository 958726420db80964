import Files
import Imaging
import TestSupport
import Testing

/// Reading: orientation, parts, numbered pictures.
@Suite struct VideoFileTests {
  private let folder: TemporaryFolder

  init() throws {
    OpenCV.configure()
    folder = try TemporaryFolder()
  }

  /// ISO/IEC 14496-12, 8.3.2: a point (x, y) goes to (a x + c y, b x + d y) with the matrix a b u, c d v, x y w. The four
  /// quarter turns, and each of them mirrored; the pixels are taken where the matrix has them go.
  @Test(arguments: [
    [1, 0, 0, 1], [0, 1, -1, 0], [-1, 0, 0, -1], [0, -1, 1, 0], [-1, 0, 0, 1], [1, 0, 0, -1], [0, 1, 1, 0],
    [0, -1, -1, 0],
  ])
  func orientation(_ matrix: [Int]) throws {
    let path = folder.file("video.mp4")
    try VideoSamples.write(path, codec: "mpeg4", times: VideoSamples.times(2))
    let stored = try VideoSamples.read(path)[0].picture
    var bytes = try Files.read(path)
    let header = try #require(bytes.indices.first { bytes[$0...].starts(with: "tkhd".utf8) })
    for (place, value) in zip([0, 4, 12, 16], matrix) {
      let fixed = UInt32(bitPattern: Int32(value * 65536))
      for byte in 0..<4 { bytes[header + 44 + place + byte] = UInt8(truncatingIfNeeded: fixed >> (24 - 8 * byte)) }
    }
    try Files.write(bytes, to: path)

    let video = try VideoFile(path)
    let (width, height) = matrix[0] == 0 ? (64, 96) : (96, 64)
    #expect(video.info.width == width && video.info.height == height)
    let upright = VideoSamples.read(video).frames[0].picture
    var pixels = stored.pixels
    for y in 0..<64 {
      for x in 0..<96 {
        // Moved so that the picture begins at 0.
        let column = matrix[0] * x + matrix[2] * y + (matrix[0] + matrix[2] < 0 ? width - 1 : 0)
        let row = matrix[1] * x + matrix[3] * y + (matrix[1] + matrix[3] < 0 ? height - 1 : 0)
        pixels[row * width + column] = stored.pixels[y * 96 + x]
      }
    }
    // The file is decoded twice, by the same decoder.
    #expect(VideoSamples.difference(upright, GrayImage(width: width, height: height, pixels: pixels)) < 0.5)
  }

  /// 200 frames of 25 a second; the part must be what reading everything gives there.
  @Test(arguments: ["mp4", "mkv", "avi", "webm"], ["mpeg4", "h264", "xvid", "mjpeg", "vp8"])
  func parts(_ container: String, _ codec: String) throws {
    guard try #require(VideoCodec.named(codec)).containers.contains(container) else { return }
    let path = folder.file("video.\(container)")
    try VideoSamples.write(path, codec: codec, times: VideoSamples.times(200))
    let all = try VideoSamples.read(path)
    #expect(all.count == 200)
    for (start, end, first, count) in [(0.0, 0.1, 0, 3), (0.1, 0.2, 3, 2), (5.0, 5.2, 125, 5), (6.41, 7.0, 161, 14)] {
      let part = try VideoSamples.read(path, start: start, end: end)
      #expect(part.map(\.position.index) == Array(first..<first + count), "\(start) s")
      for frame in part {
        let wanted = all[frame.position.index]
        #expect(abs(frame.position.seconds - wanted.position.seconds) < 1e-6)
        #expect(VideoSamples.difference(frame.picture, wanted.picture) < 0.01)
      }
    }
    #expect(try VideoSamples.read(path, start: 7.9).map(\.position.index) == [198, 199])
  }

  @Test func partsOfVaryingTimes() throws {
    let path = folder.file("video.mp4")
    let times = (0..<150).map { Double($0 * $0) / 1000 }
    try VideoSamples.write(path, codec: "h264", times: times)
    // 0.001 n² = 12.3 for n = 110.9, and 12.9 for n = 113.6.
    let part = try VideoSamples.read(path, start: 12.3, end: 12.9)
    #expect(part.map(\.position.index) == [111, 112, 113])
    #expect(abs(part[0].position.seconds - 12.321) < 1e-5)
    #expect(VideoSamples.difference(part[0].picture, try VideoSamples.frame(111).gray()) < 6)
  }

  @Test func partWithoutFrames() throws {
    let path = folder.file("video.mp4")
    try VideoSamples.write(path, codec: "mpeg4", times: VideoSamples.times(50))
    #expect(throws: ImagingError(file: path, message: "nothing to read from 3.00 s on: its last frame is at 1.96 s")) {
      try VideoFile(path, start: 3)
    }
    #expect(throws: ImagingError(file: path, message: "nothing to read from 1.01 s to 1.02 s on: no frame is in it")) {
      try VideoFile(path, start: 1.01, end: 1.02)
    }
  }

  @Test func skippingIsLikeReading() throws {
    let path = folder.file("video.mp4")
    try VideoSamples.write(path, codec: "mpeg4", times: VideoSamples.times(20))
    let all = try VideoSamples.read(path)
    let video = try VideoFile(path)
    let frame = try Image(frameOf: video.info)
    for index in 0..<20 {
      if index % 3 == 0 {
        #expect(try video.read(into: frame) == all[index].position)
        #expect(VideoSamples.difference(try frame.gray(), all[index].picture) < 0.01)
      } else {
        #expect(try video.skip() == all[index].position)
      }
    }
    #expect(try video.skip() == nil)
    #expect(try video.read(into: frame) == nil)
  }

  /// Numbers may begin anywhere and have gaps; gray and another size are brought to the first picture's.
  @Test func numberedPictures() throws {
    try folder.add("frames/0007.png", try VideoSamples.frame(7).encoded(as: "png"))
    try folder.add("frames/0008.png", try VideoSamples.frame(8, width: 48, height: 32).encoded(as: "png"))
    try folder.add("frames/0010.png", try Image(try VideoSamples.frame(10).gray()).encoded(as: "png"))
    try folder.add("frames/12345.png", try VideoSamples.frame(12).encoded(as: "png"))
    for other in ["9.png", "00011.png", "0011.jpg", "x0011.png", "0011"] { try folder.add("frames/\(other)", [1]) }
    let pattern = folder.file("frames/%04d.png")
    #expect(VideoFile.isSequence(pattern))
    #expect(try VideoFile(pattern).info == VideoInfo(width: 96, height: 64, frameRate: 25, frameCount: 4))
    let frames = try VideoSamples.read(pattern)
    #expect(frames.map(\.position) == (0..<4).map { FramePosition(index: $0, seconds: Double($0) / 25) })
    for (frame, index) in zip(frames, [7, 8, 10, 12]) where index != 8 {
      #expect(VideoSamples.difference(frame.picture, try VideoSamples.frame(index).gray()) < 1)
    }
    #expect(throws: ImagingError.self) { try VideoFile(folder.file("frames/%03d.jpg")) }
    #expect(throws: ImagingError.self) { try VideoFile(folder.file("none/%d.png")) }
  }

  @Test func brokenPictureInTheMiddle() throws {
    for index in 1...3 { try folder.add("\(index).png", try VideoSamples.frame(index).encoded(as: "png")) }
    try folder.add("2.png", [1, 2, 3])
    let (frames, failure) = VideoSamples.read(try VideoFile(folder.file("%d.png")))
    #expect(frames.count == 1)
    #expect(failure == "\(folder.file("2.png")): not a picture OpenCV can read")
  }

  @Test func kindsOfNames() throws {
    for name in ["rtsp://host/a", "http://h/x.mp4", "RTMP://x", "tcp://1"] { #expect(VideoFile.isStream(name)) }
    for name in ["a.mp4", "://x", "a b://c", "/http://x", "C:\\x"] { #expect(!VideoFile.isStream(name)) }
    for name in ["%d.png", "a/b%04d.jpg", "%03dx"] { #expect(VideoFile.isSequence(name)) }
    for name in ["100%.png", "%d/x.png", "%s.png", "%d%d.png", "%-4d.png", "http://x/%d.png"] {
      #expect(!VideoFile.isSequence(name), "\(name)")
    }
    try folder.add("%d.mp4", [1])
    #expect(!VideoFile.isSequence(folder.file("%d.mp4")))
  }
}
