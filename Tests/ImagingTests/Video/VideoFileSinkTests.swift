import Files
import Glibc
import Imaging
import TestSupport
import Testing

/// Writing that fails: clear words, and nothing left behind.
@Suite struct VideoFileSinkTests {
  private let folder: TemporaryFolder

  init() throws {
    OpenCV.configure()
    folder = try TemporaryFolder()
  }

  private func sink(_ name: String, codec: String = "mpeg4") throws -> VideoFileSink {
    let codec = try #require(VideoCodec.named(codec))
    return try VideoFileSink(path: folder.file(name), codec: codec, width: 96, height: 64, frameRate: 25)
  }

  @Test func standardCodecs() {
    func standard(_ fileExtension: String, width: Int = 96) -> String? {
      VideoCodec.standard(forExtension: fileExtension, width: width, height: 64)?.name
    }
    #expect(
      ["mp4", "m4v", "mov", "mkv", "ts", "avi", "webm", "gif", "webp"].map { standard($0) }
        == ["h264", "h264", "h264", "h264", "h264", "xvid", "vp8", "gif", "webp"])
    #expect(standard("mp4", width: 97) == "mpeg4")
    #expect(standard("txt") == nil)
    #expect(VideoCodec.named("AVC1")?.name == "h264" && VideoCodec.named("H264")?.name == "h264")
    #expect(VideoCodec.named("h266") == nil)
  }

  @Test func refusals() throws {
    let message = "vp8 goes into .webm, .mkv, not .mp4"
    #expect(throws: ImagingError(file: folder.file("a.mp4"), message: message)) { try sink("a.mp4", codec: "vp8") }
    #expect(
      throws: FileError(path: folder.file("none/a.mp4"), reason: .unwritable, detail: "No such file or directory")
    ) {
      try sink("none/a.mp4")
    }
    try Files.makeFolder(folder.file("folder.mp4"))
    #expect(throws: FileError(path: folder.file("folder.mp4"), reason: .unwritable, detail: "it is a folder")) {
      try sink("folder.mp4")
    }
    #expect(try folder.files() == [])
  }

  @Test func nothingUnderTheFinalNameBeforeTheEnd() throws {
    try folder.add("a.mp4", [1, 2, 3])
    let sink = try sink("a.mp4")
    for index in 0..<10 { try sink.write(VideoSamples.frame(index), at: Double(index) / 25) }
    #expect(try Files.read(folder.file("a.mp4")) == [1, 2, 3])
    #expect(try folder.files().count == 2)
    sink.discard()
    #expect(try folder.files() == ["a.mp4"])
    #expect(throws: ImagingError.self) { try sink.write(VideoSamples.frame(0), at: 1) }
  }

  /// Somebody else may write a file of that name in the meantime.
  @Test func doesNotReplace() throws {
    let codec = try #require(VideoCodec.named("mpeg4"))
    let path = folder.file("a.mp4")
    let sink = try VideoFileSink(
      path: path, replaces: false, codec: codec, width: 96, height: 64, frameRate: 25)
    try sink.write(VideoSamples.frame(0), at: 0)
    try folder.add("a.mp4", [1, 2, 3])
    let detail = "it has come to exist meanwhile; --force replaces it"
    #expect(throws: FileError(path: path, reason: .unwritable, detail: detail)) { try sink.finish() }
    #expect(try Files.read(path) == [1, 2, 3])
    #expect(try folder.files() == ["a.mp4"])
  }

  @Test func lettingGoRemovesIt() throws {
    do {
      let sink = try sink("a.mkv")
      try sink.write(VideoSamples.frame(0), at: 0)
    }
    #expect(try folder.files() == [])
  }

  @Test func noFrames() throws {
    let sink = try sink("a.mp4")
    #expect(throws: ImagingError.self) { try sink.finish() }
    #expect(try folder.files() == [])
  }

  @Test func framesOfAnotherKind() throws {
    let sink = try sink("a.mp4")
    #expect(throws: ImagingError.self) { try sink.write(VideoSamples.frame(0, width: 94), at: 0) }
    #expect(throws: ImagingError.self) { try sink.write(Image(VideoSamples.frame(0).gray()), at: 0) }
  }

  /// A disk of 64 KiB, which the frames fill; needs the right to mount one.
  @Test(.enabled(if: geteuid() == 0), arguments: ["mp4", "mkv", "avi", "webm"])
  func fullDisk(_ container: String) throws {
    guard mount("tmpfs", folder.path, "tmpfs", 0, "size=64k") == 0 else { return }
    defer { umount2(folder.path, Int32(MNT_DETACH)) }
    let path = folder.file("video.\(container)")
    let sink = try VideoFileSink(path: path, width: 320, height: 240, frameRate: 25)
    let full = FileError(path: path, reason: .unwritable, detail: "No space left on device")
    #expect(throws: full) {
      for index in 0..<3000 {
        try sink.write(VideoSamples.frame(index, width: 320, height: 240), at: Double(index) / 25)
      }
    }
    #expect(throws: full) { try sink.finish() }
    #expect(try folder.files() == [])
  }

  /// A disk that takes the frames, but not the table behind them.
  @Test(.enabled(if: geteuid() == 0)) func diskFullAtTheEnd() throws {
    let ready = folder.file("ready.mp4")
    try VideoSamples.write(ready, codec: "mpeg4", times: VideoSamples.times(60))
    let size = try Files.read(ready).count / 4096 * 4096
    guard mount("tmpfs", folder.path, "tmpfs", 0, "size=\(size)") == 0 else { return }
    defer { umount2(folder.path, Int32(MNT_DETACH)) }
    #expect(throws: FileError(path: ready, reason: .unwritable, detail: "No space left on device")) {
      try VideoSamples.write(ready, codec: "mpeg4", times: VideoSamples.times(60))
    }
    #expect(try folder.files() == [])
  }
}
