import ArgumentParser
import Facemarks
import Imaging

extension Smoothing: ExpressibleByArgument {}

/// Options of videos, streams and cameras.
struct VideoOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Codec of the marked video: \(VideoCodec.all.map(\.name).joined(separator: ", ")) (default: by its extension).",
      valueName: "name"), completion: .codec)
  var codec: String?

  @Option(help: ArgumentHelp("Quality of the marked video, 1 to 100.", valueName: "n"))
  var quality = VideoFileSink.standardQuality

  @Flag(help: "Leave out the sound, subtitles and chapters.")
  var noAudio = false

  @Option(help: ArgumentHelp("Begin there: seconds or hh:mm:ss.", valueName: "time"))
  var start: Timecode?

  @Option(help: ArgumentHelp("End there: seconds or hh:mm:ss.", valueName: "time"))
  var end: Timecode?

  @Option(help: ArgumentHelp("Take only every Nth frame.", valueName: "n"))
  var every = 1

  @Option(help: ArgumentHelp("Smooth the points over time.", valueName: "how"))
  var smooth = Smoothing.oneEuro

  @Flag(
    inversion: .prefixedNo,
    help: "Show the frames in a window: q ends it, s saves a still (default: only for a camera without --output).")
  var preview: Bool?

  func validate() throws {
    if !(1...100).contains(quality) { throw ValidationError("--quality must be 1 to 100, not \(quality).") }
    if every < 1 { throw ValidationError("--every must be at least 1, not \(every).") }
    if let end, end.seconds <= (start?.seconds ?? 0) { throw ValidationError("--end must be after --start.") }
    if let codec, VideoCodec.named(codec) == nil {
      let known = VideoCodec.all.map(\.name).joined(separator: ", ")
      throw ValidationError("'\(codec)' is no codec; known are \(known).")
    }
  }
}

/// The camera and its mode.
struct CameraOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Take the frames of a camera: its number or device; 'facemarks cameras' lists them.", valueName: "n|device"))
  var camera: String?

  @Option(help: ArgumentHelp("Width of its frames.", valueName: "px"))
  var width: Int?

  @Option(help: ArgumentHelp("Height of its frames.", valueName: "px"))
  var height: Int?

  @Option(help: ArgumentHelp("Its frames per second.", valueName: "rate"))
  var fps: Double?

  @Flag(help: "Mirror its frames, as people see themselves.")
  var mirror = false

  @Option(help: ArgumentHelp("Stop after that time (default: Ctrl-C): seconds or hh:mm:ss.", valueName: "time"))
  var duration: Timecode?

  func validate() throws {
    for (name, value) in [("width", width), ("height", height)] {
      if let value, !(1...16384).contains(value) {
        throw ValidationError("--\(name) must be 1 to 16384, not \(value).")
      }
    }
    if let fps, !(fps > 0 && fps <= 1000) {
      throw ValidationError("--fps must be more than 0 and at most 1000, not \(fps).")
    }
    if let duration, duration.seconds <= 0 { throw ValidationError("--duration must be more than 0.") }
    guard camera == nil else { return }
    let given: [(String, Bool)] = [
      ("width", width != nil), ("height", height != nil), ("fps", fps != nil), ("mirror", mirror),
      ("duration", duration != nil),
    ]
    if let option = given.first(where: \.1) {
      throw ValidationError("--\(option.0) is for a camera: name one with --camera.")
    }
  }
}
