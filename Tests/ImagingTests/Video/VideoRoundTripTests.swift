import Files
import Imaging
import TestSupport
import Testing

/// What is written comes back: every frame, at its time, in its size.
@Suite struct VideoRoundTripTests {
  private let folder: TemporaryFolder

  init() throws {
    OpenCV.configure()
    folder = try TemporaryFolder()
  }

  /// FFmpeg 5.1 writes animated WebP and does not read it: see `animatedWebP`.
  static let combinations = VideoCodec.all.filter { $0.name != "webp" }.flatMap { codec in
    codec.containers.map { (codec.name, $0) }
  }

  @Test(arguments: combinations) func everyCodecInEveryContainer(_ codec: String, _ container: String) throws {
    let path = folder.file("video.\(container)")
    #expect(try VideoSamples.write(path, codec: codec, times: VideoSamples.times(30)) == [])
    #expect(try folder.files() == ["video.\(container)"])
    let video = try VideoFile(path)
    #expect(video.info == VideoInfo(width: 96, height: 64, frameRate: 25, frameCount: 30))
    let frames = try VideoSamples.read(path)
    #expect(frames.map(\.position.index) == Array(0..<30))
    for (index, frame) in frames.enumerated() {
      #expect(abs(frame.position.seconds - Double(index) / 25) < 1e-3)
      // Neighbours in time are farther apart than what the codec loses.
      let own = VideoSamples.difference(frame.picture, try VideoSamples.frame(index).gray())
      let next = VideoSamples.difference(frame.picture, try VideoSamples.frame(index + 1).gray())
      // GIF has 256 colours.
      #expect(own < (codec == "gif" ? 15 : 6) && own < next / 2, "frame \(index): \(own), next \(next)")
    }
  }

  @Test(arguments: combinations) func oddSizes(_ codec: String, _ container: String) throws {
    let path = folder.file("video.\(container)")
    guard try #require(VideoCodec.named(codec)).takesOddSizes else {
      #expect(throws: ImagingError.self) {
        try VideoSamples.write(path, codec: codec, width: 319, height: 239, times: [0])
      }
      #expect(try folder.files() == [])
      return
    }
    for (width, height) in [(319, 239), (320, 239), (319, 240), (17, 33)] {
      try VideoSamples.write(path, codec: codec, width: width, height: height, times: VideoSamples.times(14))
      let frames = try VideoSamples.read(path)
      #expect(frames.count == 14)
      // The 13th frame begins a new group of pictures, which has a size of its own in some codecs.
      for index in [0, 13] {
        let (wanted, got) = (try VideoSamples.frame(index, width: width, height: height).gray(), frames[index].picture)
        #expect(got.width == width && got.height == height)
        #expect(VideoSamples.difference(wanted, got) < 8)
        #expect(VideoSamples.difference(wanted, got, columns: width - 2..<width) < 12)
      }
    }
  }

  @Test(arguments: [(16, 16), (2, 2), (1, 1), (4096, 2160)]) func smallAndLarge(_ width: Int, _ height: Int) throws {
    let path = folder.file("video.mp4")
    try VideoSamples.write(path, codec: "mpeg4", width: width, height: height, times: VideoSamples.times(3))
    let frames = try VideoSamples.read(path)
    #expect(frames.count == 3 && frames[0].picture.width == width && frames[0].picture.height == height)
  }

  /// 24000/1001 and 30000/1001 as the film and television standards have them.
  @Test(arguments: [24000.0 / 1001, 30000.0 / 1001, 1000.0 / 33, 0.5, 240, 143.856, 999])
  func frameRates(_ frameRate: Double) throws {
    let path = folder.file("video.mp4")
    let times = VideoSamples.times(20, frameRate: frameRate)
    #expect(try VideoSamples.write(path, codec: "mpeg4", frameRate: frameRate, times: times) == [])
    let frames = try VideoSamples.read(path)
    #expect(frames.count == 20)
    for (frame, time) in zip(frames, times) { #expect(abs(frame.position.seconds - time) < 2e-3) }
  }

  /// Units of 1/90000 s, so that every time is within half of one. H.264 stores its frames in another order.
  @Test(arguments: ["mpeg4", "h264", "hevc"], ["mp4", "mov", "m4v"])
  func varyingTimes(_ codec: String, _ container: String) throws {
    let path = folder.file("video.\(container)")
    var times = [0.0]
    for index in 1..<40 { times.append((times.last ?? 0) + [0.04, 0.01, 0.3, 0.0333, 1.7][index % 5]) }
    #expect(try VideoSamples.write(path, codec: codec, times: times) == [])
    let frames = try VideoSamples.read(path)
    #expect(frames.count == 40)
    for (index, frame) in frames.enumerated() {
      #expect(abs(frame.position.seconds - times[index]) < 6e-6)
      let wanted = try VideoSamples.frame(index).gray()
      #expect(VideoSamples.difference(frame.picture, wanted) < 6)
    }
  }

  @Test func varyingTimesInAVIAreTold() throws {
    let times = [0, 0.04, 0.5, 0.54, 1.2]
    let notes = try VideoSamples.write(folder.file("video.avi"), frameRate: 4, times: times)
    #expect(
      notes == ["the frames of the source come at varying times; .avi got a constant rate, .mp4 keeps the times"])
    #expect(try VideoSamples.read(folder.file("video.avi")).count == 5)
  }

  /// Units of milliseconds.
  @Test(arguments: ["mkv", "webm"]) func varyingTimesInMatroska(_ container: String) throws {
    let path = folder.file("video.\(container)")
    let times = [0, 0.0404, 0.5, 0.54, 1.2]
    #expect(try VideoSamples.write(path, times: times) == [])
    let frames = try VideoSamples.read(path)
    #expect(frames.count == 5)
    for (frame, time) in zip(frames, times) { #expect(abs(frame.position.seconds - time) <= 0.0005001) }
  }

  /// The container's specification: a chunk `ANMF` for each frame.
  @Test func animatedWebP() throws {
    let path = folder.file("video.webp")
    #expect(try VideoSamples.write(path, times: VideoSamples.times(9)) == [])
    let bytes = try Files.read(path)
    #expect(bytes.prefix(4).elementsEqual("RIFF".utf8) && bytes[8..<12].elementsEqual("WEBP".utf8))
    #expect(bytes.indices.filter { bytes[$0...].starts(with: "ANMF".utf8) }.count == 9)
  }

  /// A browser can begin to play before it has all: the table of frames stands before them.
  @Test(arguments: ["mp4", "mov"]) func tableInFront(_ container: String) throws {
    let path = folder.file("video.\(container)")
    try VideoSamples.write(path, times: VideoSamples.times(10))
    let bytes = try Files.read(path)
    func place(_ name: String) throws -> Int {
      try #require(bytes.indices.first { bytes[$0...].starts(with: name.utf8) })
    }
    #expect(try place("moov") < place("mdat"))
  }

  @Test func quality() throws {
    var sizes: [Int] = []
    for quality in [20, 75, 95] {
      let path = folder.file("video.mp4")
      let sink = try VideoFileSink(path: path, quality: quality, width: 96, height: 64, frameRate: 25)
      for index in 0..<20 { try sink.write(VideoSamples.frame(index), at: Double(index) / 25) }
      _ = try sink.finish()
      sizes.append(try Files.read(path).count)
    }
    #expect(sizes[0] < sizes[1] && sizes[1] < sizes[2])
  }

  /// FFmpeg takes what stands before a colon for a protocol, and a percent sign for a series.
  @Test(arguments: ["with blanks", "größer", "a:b", "file:c", "100%", "%04d", "-o", "a,b;c|d", "q?x=1#y"])
  func names(_ stem: String) throws {
    for container in ["mp4", "mkv", "avi"] {
      let path = folder.file("\(stem).\(container)")
      try VideoSamples.write(path, times: VideoSamples.times(3))
      #expect(try VideoSamples.read(path).count == 3)
    }
    #expect(try folder.files().count == 3)
  }

  @Test func nameThatIsNotUTF8() throws {
    let path = PathText.join(folder.path, PathText.text([0x6C, 0xE4, 0xFF, 0x2E, 0x6D, 0x70, 0x34]))
    try VideoSamples.write(path, codec: "mpeg4", times: VideoSamples.times(3))
    #expect(try VideoSamples.read(path).count == 3)
    #expect(try folder.files() == [PathText.split(path).name])
  }
}
