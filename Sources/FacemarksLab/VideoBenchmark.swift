import Facemarks
import Files
import Glibc
import Imaging

/// Compares the speed of marking a video with that of decoding and encoding it alone, in the same run.
package struct VideoBenchmark {
  private let file: String
  private let codec: VideoCodec
  private let folder: String
  private let makePipeline: () throws -> FacePipeline

  /// - Parameters:
  ///   - codec: of the written videos.
  ///   - folder: gets these videos, which are removed again.
  ///   - makePipeline: makes one for a video.
  package init(file: String, codec: VideoCodec, folder: String, makePipeline: @escaping () throws -> FacePipeline) {
    self.file = file
    self.codec = codec
    self.folder = folder
    self.makePipeline = makePipeline
  }

  /// One pass over the video.
  package struct Pass {
    package var frames = 0
    /// Frames per second from the first frame to the finished file.
    package var rate = 0.0
    /// Milliseconds per frame of each thread.
    package var reading = 0.0
    package var finding = 0.0
    package var writing = 0.0
    package var framesWithFace = 0
  }

  package enum Kind: CaseIterable {
    case decoding
    /// A plain loop: decode a frame, encode it.
    case loop
    /// As fast as the codec lets us, with decoder and encoder on threads of their own.
    case recoding
    /// Faces alone: nothing is written.
    case finding
    case marking
  }

  /// All kinds in turn, several times over; of each kind the pass of median rate.
  package func measure(rounds: Int = 5) throws -> [Kind: Pass] {
    var passes: [Kind: [Pass]] = [:]
    for _ in 0..<rounds { for kind in Kind.allCases { passes[kind, default: []].append(try run(kind)) } }
    return passes.mapValues { $0.sorted { $0.rate < $1.rate }[rounds / 2] }
  }

  private func run(_ kind: Kind) throws -> Pass {
    let source = try VideoFile(file)
    let path = PathText.join(folder, "marked." + (codec.containers.first ?? "mp4"))
    let sink =
      kind == .decoding || kind == .finding
      ? nil
      : try VideoFileSink(
        path: path, codec: codec, width: source.info.width, height: source.info.height,
        frameRate: source.info.frameRate ?? 25)
    var pass = Pass()
    let clock = ContinuousClock()
    if kind == .loop {
      let start = clock.now
      let frame = try Image(frameOf: source.info)
      while let position = try source.read(into: frame) {
        try sink?.write(frame, at: position.seconds)
        pass.frames += 1
      }
      _ = try sink?.finish()
      pass.rate = Double(pass.frames) / (start.duration(to: clock.now) / .seconds(1))
      _ = PathText.withSystemPath(path) { unlink($0) }
      return pass
    }
    let deliver: (VideoFrame) throws -> Void = { frame in try sink?.write(frame) }
    let pipeline: VideoPipeline
    if kind == .marking || kind == .finding {
      let overlay = Overlay(color: Color(red: 0, green: 255, blue: 0))
      let annotator = VideoAnnotator(
        source, tracker: FaceTracker(pipeline: try makePipeline()),
        effects: FaceEffects(overlay: overlay))
      pipeline = try annotator.pipeline(
        to: VideoAnnotator.Output(
          report: { frame in if !frame.faces.isEmpty { pass.framesWithFace += 1 } },
          deliver: kind == .marking ? deliver : nil))
    } else {
      pipeline = try VideoPipeline(source, stages: [VideoStage(.deliver) { frame in try deliver(frame.pixels) }])
    }
    let start = clock.now
    let ending = pipeline.run { usleep(1000) }
    if let error = ending.failure ?? ending.brokenOff { throw error }
    _ = try sink?.finish()
    let seconds = start.duration(to: clock.now) / .seconds(1)
    _ = PathText.withSystemPath(path) { unlink($0) }
    pass.frames = ending.frames
    pass.rate = Double(ending.frames) / seconds
    let scale = 1000 / Double(max(ending.frames, 1))
    pass.reading = ending.reading * scale
    pass.finding = (ending.seconds[.find] ?? 0) * scale
    pass.writing = (ending.seconds[.deliver] ?? 0) * scale
    return pass
  }
}
