import Files
import Imaging
import TestSupport
import Testing

/// Videos that are no videos, or not whole ones: a clear line, and every frame before the damage.
@Suite struct VideoDamageTests {
  private let folder: TemporaryFolder

  init() throws {
    OpenCV.configure()
    folder = try TemporaryFolder()
  }

  @Test func notAVideo() throws {
    try folder.add("empty.mp4", [])
    try folder.add("text.mp4", Array("hello world, no video\n".utf8))
    try folder.add("noise.avi", (0..<5000).map { UInt8(truncatingIfNeeded: $0 &* $0 >> 3) })
    #expect(VideoSamples.refusal(folder.file("empty.mp4")) == "\(folder.file("empty.mp4")): the file is empty")
    for name in ["text.mp4", "noise.avi"] {
      let words = try #require(VideoSamples.refusal(folder.file(name)))
      #expect(words.hasPrefix("\(folder.file(name)): not a video that can be read") && !words.contains("\n"))
    }
    #expect(VideoSamples.refusal(folder.path) == "\(folder.path): cannot read: it is a folder")
    #expect(
      VideoSamples.refusal(folder.file("none.mp4"))
        == "\(folder.file("none.mp4")): cannot read: No such file or directory"
    )
    #expect(VideoSamples.refusal("/dev/null") == "/dev/null: it is a device, not a video file")
  }

  /// An MP4 file whose only track is of sound.
  @Test func soundOnly() throws {
    func box(_ type: String, _ content: [UInt8]) -> [UInt8] {
      let size = content.count + 8
      return [0, 0, UInt8(size >> 8), UInt8(size & 0xFF)] + Array(type.utf8) + content
    }
    let handler = box("hdlr", [UInt8](repeating: 0, count: 8) + Array("soun".utf8) + [UInt8](repeating: 0, count: 13))
    let header = box("mvhd", [UInt8](repeating: 0, count: 100))
    let movie = box("moov", header + box("trak", box("mdia", handler)))
    try folder.add("sound.mp4", box("ftyp", Array("isom".utf8) + [0, 0, 0, 0]) + movie)
    #expect(
      VideoSamples.refusal(folder.file("sound.mp4")) == "\(folder.file("sound.mp4")): it has sound but no pictures")
  }

  /// A whole AVI file of ours from which all frames are taken.
  @Test func noFrames() throws {
    let path = folder.file("zero.avi")
    try VideoSamples.write(path, codec: "mjpeg", times: VideoSamples.times(2))
    var bytes = try Files.read(path)
    func place(_ name: String) throws -> Int {
      try #require(bytes.indices.first { bytes[$0...].starts(with: name.utf8) })
    }
    func put(_ value: Int, at offset: Int) {
      for byte in 0..<4 { bytes[offset + byte] = UInt8(truncatingIfNeeded: value >> (8 * byte)) }
    }
    let frames = try place("movi")
    bytes.removeSubrange((frames + 4)...)
    put(4, at: frames - 4)
    put(bytes.count - 8, at: 4)
    put(0, at: try place("avih") + 8 + 16)
    put(0, at: try place("strh") + 8 + 32)
    try Files.write(bytes, to: path)
    #expect(VideoSamples.refusal(path) == "\(path): the video has no frames")
  }

  /// A file of ours that ends in its table of frames.
  @Test func mp4WithoutItsTable() throws {
    let path = folder.file("video.mp4")
    try VideoSamples.write(path, codec: "mpeg4", times: VideoSamples.times(30))
    let bytes = try Files.read(path)
    let table = try #require(bytes.indices.first { bytes[$0...].starts(with: "moov".utf8) })
    try Files.write(Array(bytes.prefix(table + 100)), to: path)
    let words = try #require(VideoSamples.refusal(path))
    #expect(words.hasPrefix("\(path): it begins as QuickTime / MOV, but is cut off or damaged"))
    #expect(words.hasSuffix("; get a complete copy"))
  }

  @Test(arguments: ["mkv", "webm", "avi"], [0.6, 0.8]) func cutOff(_ container: String, at part: Double) throws {
    let path = folder.file("video.\(container)")
    try VideoSamples.write(path, width: 320, height: 240, times: VideoSamples.times(60))
    let whole = try VideoSamples.read(path)
    let bytes = try Files.read(path)
    try Files.write(Array(bytes.prefix(Int(Double(bytes.count) * part))), to: path)
    let (frames, failure) = VideoSamples.read(try VideoFile(path))
    #expect((5..<58).contains(frames.count))
    #expect(failure == "\(path): the file is cut off or damaged: \(frames.count) of 60 frames could be read")
    for (frame, wanted) in zip(frames, whole).dropLast(2) {
      #expect(frame.position.index == wanted.position.index)
      #expect(abs(frame.position.seconds - wanted.position.seconds) < 1e-6)
      #expect(VideoSamples.difference(frame.picture, wanted.picture) < 0.01)
    }
  }

  /// 60 bytes in the middle, inside a frame of more than a thousand: those up to the next key frame suffer.
  @Test(arguments: [("mp4", "mpeg4"), ("mkv", "mpeg4"), ("avi", "xvid")])
  func damageInTheMiddle(_ container: String, _ codec: String) throws {
    let path = folder.file("video.\(container)")
    try VideoSamples.write(path, codec: codec, width: 320, height: 240, times: VideoSamples.times(100))
    var bytes = try Files.read(path)
    for index in bytes.count / 2..<bytes.count / 2 + 60 { bytes[index] = UInt8(truncatingIfNeeded: index &* 37) }
    try Files.write(bytes, to: path)
    let frames = try VideoSamples.read(path)
    #expect((90...100).contains(frames.count))
    for frame in frames.prefix(30) {
      let wanted = try VideoSamples.frame(frame.position.index, width: 320, height: 240).gray()
      #expect(VideoSamples.difference(frame.picture, wanted) < 6)
    }
    let last = try #require(frames.last)
    #expect(abs(last.position.seconds - 3.96) < 0.1)
    let wanted = try VideoSamples.frame(99, width: 320, height: 240).gray()
    #expect(VideoSamples.difference(last.picture, wanted) < 6)
  }

  /// The table of frames is whole, four fifths of the frames are zeros.
  @Test(arguments: ["mpeg4", "h264"]) func aHole(_ codec: String) throws {
    let path = folder.file("video.mp4")
    try VideoSamples.write(path, codec: codec, times: VideoSamples.times(200))
    var bytes = try Files.read(path)
    let data = try #require(bytes.indices.first { bytes[$0...].starts(with: "mdat".utf8) })
    for index in data + (bytes.count - data) / 5..<bytes.count { bytes[index] = 0 }
    try Files.write(bytes, to: path)
    let (frames, failure) = VideoSamples.read(try VideoFile(path))
    #expect((20..<80).contains(frames.count))
    #expect(failure == "\(path): the file is cut off or damaged: \(frames.count) of 200 frames could be read")
  }

  /// The writer puts a key frame of VP8 in front of every 2 seconds; the second one here names another size, in the two
  /// numbers behind its mark.
  @Test func anotherSizeMidway() throws {
    let path = folder.file("video.webm")
    try VideoSamples.write(path, codec: "vp8", frameRate: 5, times: VideoSamples.times(30, frameRate: 5))
    var bytes = try Files.read(path)
    let marks = bytes.indices.filter { bytes[$0...].starts(with: [0x9D, 0x01, 0x2A, 96, 0, 64, 0]) }
    try #require(marks.count == 3)
    bytes[marks[1] + 3] = 48
    try Files.write(bytes, to: path)
    // Scaled to the size of the first; what is decoded of them is another thing.
    let frames = try VideoSamples.read(path)
    #expect(frames.count == 30 && frames.allSatisfy { $0.picture.width == 96 && $0.picture.height == 64 })
  }

  /// Frames or an error, never a crash: beginnings of files, and files with a few bytes changed.
  @Test(arguments: ["mp4", "mkv", "avi"]) func hostileBytes(_ container: String) throws {
    let path = folder.file("video.\(container)")
    try VideoSamples.write(path, width: 32, height: 32, times: VideoSamples.times(4))
    let whole = try Files.read(path)
    var state: UInt64 = 11
    func random(_ limit: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % limit
    }
    var opened = 0
    for round in 0..<150 {
      var bytes = whole
      if round % 3 == 0 {
        bytes.removeLast(random(whole.count))
      } else {
        // The structure is at both ends.
        for _ in 0..<1 + random(4) {
          let place = random(2) == 0 ? random(min(700, whole.count)) : whole.count - 1 - random(min(700, whole.count))
          bytes[place] = UInt8(random(256))
        }
      }
      try Files.write(bytes, to: path)
      if let video = try? VideoFile(path, start: round % 2 == 0 ? 0 : 0.1) {
        opened += 1
        if video.info.width * video.info.height < 1 << 20 { _ = VideoSamples.read(video) }
      }
    }
    #expect(opened > 10)
  }
}
