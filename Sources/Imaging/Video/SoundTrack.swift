import Files

/// The sound of a source, carried over unchanged into a video made from it by the program `ffmpeg`.
package struct SoundTrack: Sendable {
  let source: String
  let start: Double
  let end: Double?

  /// - Parameters:
  ///   - source: a video file or address, as `VideoFile` takes it.
  ///   - start: where the part begins that is carried over, in seconds of the source's pictures; 0 for all.
  ///   - end: where it ends; nil for the end of the source.
  package init(source: String, start: Double = 0, end: Double? = nil) {
    self.source = source
    self.start = start
    self.end = end
  }

  /// What became of the sound.
  enum Outcome {
    /// The source has none.
    case none
    /// It is in the file.
    case added
    /// A sentence for the user.
    case leftOut(String)
  }

  /// Puts the sound beside the pictures of `silent` into `target`.
  ///
  /// - Parameters:
  ///   - firstFrame: the time in the source of the first frame of `silent`.
  ///   - container: the extension of the final name, for the words of a note.
  func add(to silent: String, firstFrame: Double, into target: String, container: String) -> Outcome {
    if VideoFile.isSequence(source) { return .none }
    let isStream = VideoFile.isStream(source)
    if !isStream, FileStatus(of: source)?.kind == .other {
      return .leftOut("the sound, if there is any, was left out: that of a pipe cannot be had once more")
    }
    let reader = try? MediaReader(source)
    if isStream, reader?.info.frameCount == nil {
      return .leftOut("the sound was left out: that of a live stream cannot be had once more")
    }
    if reader?.hasSound == false { return .none }
    guard let ffmpeg = ExternalProgram("ffmpeg") else {
      return .leftOut("the sound was left out: install ffmpeg, or ask for silence with --no-audio")
    }
    // A server that falls silent must not keep us waiting.
    let input = isStream ? ["-rw_timeout", "10000000", "-i", source] : ["-i", PartialVideo.address(source)]
    do {
      let probe = try SoundProbe(input, ffmpeg)
      if probe.codecs.isEmpty {
        guard let failure = probe.failure else { return .none }
        return .leftOut("the sound was left out: \(reason(failure, codecs: [], container: container))")
      }
      let arguments = arguments(silent, input, target, probe.delay, firstFrame)
      let run = try ffmpeg.run(arguments)
      if run.status == 0 { return .added }
      return .leftOut("the sound was left out: \(reason(run.output, codecs: probe.codecs, container: container))")
    } catch {
      return .leftOut("the sound was left out: \(error)")
    }
  }

  /// - Parameters:
  ///   - delay: how long after the beginning of the source its pictures begin.
  ///   - firstFrame: where the first frame of `silent` stands among those.
  private func arguments(_ silent: String, _ input: [String], _ target: String, _ delay: Double, _ firstFrame: Double)
    -> [String]
  {
    var picture: [String] = []
    var sound: [String] = []
    var output = ["-map", "0:v", "-map", "1:a", "-map_metadata", "-1", "-c", "copy"]
    if start > 0 {
      sound = ["-ss", Self.text(delay + firstFrame)]
      // ffmpeg would take the sound from the key frame before along.
      output += ["-copypriorss", "0"]
    } else {
      // The sound may begin before the pictures: they are late then, rather than the sound cut.
      picture = ["-itsoffset", Self.text(delay + firstFrame)]
    }
    if let end { sound += ["-t", Self.text(max(end - firstFrame, 0.001) + (start > 0 ? 0 : delay + firstFrame))] }
    return ["-nostdin", "-hide_banner", "-v", "error", "-y"] + picture + ["-i", silent] + sound + input + output + [
      target
    ]
  }

  /// Why ffmpeg could not, in words for the user.
  private func reason(_ output: String, codecs: [String], container: String) -> String {
    if output.isEmpty || output.contains("received signal") { return "ffmpeg was stopped" }
    let words = output.split(separator: "\n").first.map(String.init) ?? output
    let isRefused = [
      "codec not currently supported in container", "Only VP8 or VP9", "Could not find tag", "incorrect codec",
    ]
    guard isRefused.contains(where: output.contains) else { return PathText.printable(words) }
    let names = codecs.isEmpty ? "it" : codecs.joined(separator: ", ")
    return ".\(container) does not take \(names)\(container == "mkv" ? "" : "; .mkv does")"
  }

  private static func text(_ seconds: Double) -> String {
    let microseconds = Int((min(max(seconds, -1e6), 1e9) * 1e6).rounded())
    let rest = String(microseconds.magnitude % 1_000_000)
    let zeros = String(repeating: "0", count: 6 - rest.count)
    return "\(microseconds < 0 ? "-" : "")\(microseconds.magnitude / 1_000_000).\(zeros)\(rest)"
  }
}

/// What ffmpeg says of the streams of a source.
struct SoundProbe {
  /// How long after the beginning of the source its pictures begin, in seconds; the sound may begin before.
  let delay: Double
  /// The codecs of its sound.
  let codecs: [String]
  /// What ffmpeg said, when it failed.
  let failure: String?

  init(_ input: [String], _ ffmpeg: ExternalProgram) throws {
    // A list of the first packets of every stream, with the units of their times in its head.
    let run = try ffmpeg.run(
      ["-nostdin", "-hide_banner", "-v", "error"] + input + ["-map", "0:V:0?", "-map", "0:a?", "-c", "copy"]
        + ["-frames:v", "16", "-frames:a", "1", "-f", "framecrc", "-"])
    var codecs: [String] = []
    var picture: String?
    var unit = 0.0
    var first = Double.infinity
    for line in run.output.split(separator: "\n") {
      let words = line.split(whereSeparator: { $0 == " " || $0 == "," || $0 == ":" }).map(String.init)
      guard words.count >= 3 else { continue }
      switch words[0] {
      case "#media_type" where words[2] == "video": picture = words[1]
      case "#codec_id" where words[1] != picture: codecs.append(words[2])
      case "#tb" where picture == nil:
        let parts = words[2].split(separator: "/").compactMap { Double($0) }
        unit = parts.count == 2 && parts[1] > 0 ? parts[0] / parts[1] : 0
      case picture:
        // Decoding and showing time; a number far below 0 stands for none.
        let times = words[1...2].compactMap { Double($0) }.filter { $0 > -1e15 }
        if let time = times.last { first = min(first, time * unit) }
      default: break
      }
    }
    self.codecs = codecs
    failure = run.status == 0 ? nil : run.output
    delay = first.isFinite ? first : 0
  }
}
