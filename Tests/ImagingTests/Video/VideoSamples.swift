import Files
import Imaging
import TestSupport
import Testing

/// Videos made at test time from the sample picture.
enum VideoSamples {
  /// Whether there are the programs `ffmpeg` and `ffprobe`, which make sources and say what came.
  static let hasFFmpeg = ["ffmpeg", "ffprobe"].allSatisfy { FileStatus(of: "/usr/bin/\($0)") != nil }

  /// Only ever looked at, so that all threads may.
  nonisolated(unsafe) private static let picture = Result { try Image(contentsOf: asset("astronaut.png")) }

  /// A part of the picture that moves from frame to frame, and jumps back every 50 frames.
  static func frame(_ index: Int, width: Int = 96, height: Int = 64) throws -> Image {
    let step = Double(index % 50)
    let box = Box(x: 100 + 4 * step, y: 40 + 2 * step, width: Double(width), height: Double(height))
    return try picture.get().cropped(to: box)
  }

  /// Times of a constant rate.
  static func times(_ count: Int, frameRate: Double = 25) -> [Double] {
    (0..<count).map { Double($0) / frameRate }
  }

  /// Writes a video with a frame for each of `times`, in the codec or the usual one of its extension; gives the notes.
  @discardableResult
  static func write(
    _ path: String, codec: String? = nil, width: Int = 96, height: Int = 64, frameRate: Double = 25, times: [Double]
  ) throws -> [String] {
    let codec = try codec.map { try #require(VideoCodec.named($0)) }
    let sink = try VideoFileSink(path: path, codec: codec, width: width, height: height, frameRate: frameRate)
    for (index, time) in times.enumerated() {
      try sink.write(frame(index, width: width, height: height), at: time)
    }
    return try sink.finish()
  }

  /// All frames of a video up to its end, or up to where it breaks off.
  static func read(_ video: VideoFile) -> (frames: [(position: FramePosition, picture: GrayImage)], failure: String?) {
    var frames: [(position: FramePosition, picture: GrayImage)] = []
    do {
      let frame = try Image(frameOf: video.info)
      while let position = try video.read(into: frame) { frames.append((position, try frame.gray())) }
    } catch {
      return (frames, "\(error)")
    }
    return (frames, nil)
  }

  static func read(_ path: String, start: Double = 0, end: Double? = nil) throws
    -> [(position: FramePosition, picture: GrayImage)]
  {
    let (frames, failure) = read(try VideoFile(path, start: start, end: end))
    #expect(failure == nil)
    return frames
  }

  /// The error of a video that cannot be opened.
  static func refusal(_ path: String) -> String? {
    do {
      _ = try VideoFile(path)
      return nil
    } catch {
      return "\(error)"
    }
  }

  /// The mean difference of the pixels in some columns, 0...255.
  static func difference(_ one: GrayImage, _ other: GrayImage, columns: Range<Int>? = nil) -> Double {
    guard one.width == other.width, one.height == other.height else { return 255 }
    let columns = columns ?? 0..<one.width
    var sum = 0
    for y in 0..<one.height {
      for x in columns { sum += abs(Int(one.pixels[y * one.width + x]) - Int(other.pixels[y * one.width + x])) }
    }
    return Double(sum) / Double(one.height * columns.count)
  }
}

extension TemporaryFolder {
  /// Runs ffmpeg in the folder; what it printed.
  @discardableResult func ffmpeg(_ arguments: [String]) throws -> String {
    let run = try ProgramRun.run("/usr/bin/ffmpeg", ["-nostdin", "-hide_banner", "-y"] + arguments, in: path)
    #expect(run.status == 0, "\(run.errors)")
    return run.output + run.errors
  }
}
