import CMediaShim

/// A way to encode video that FFmpeg's libraries have.
package struct VideoCodec: Sendable, Hashable {
  /// What the user calls it.
  package let name: String
  /// FFmpeg's name for the encoder.
  let encoder: String
  /// The file extensions of the containers that take it, the usual one first.
  package let containers: [String]
  /// Whether it takes a width or height that is odd.
  package var takesOddSizes = true
  /// Whether it keeps the 10 bits and the high dynamic range that a source has.
  package var keepsDepth = false

  package static let all: [VideoCodec] = [
    VideoCodec(name: "h264", encoder: "libx264", containers: ["mp4", "m4v", "mov", "mkv", "ts"], takesOddSizes: false),
    VideoCodec(name: "mpeg4", encoder: "mpeg4", containers: ["mp4", "m4v", "mov", "mkv"]),
    VideoCodec(
      name: "hevc", encoder: "libx265", containers: ["mp4", "m4v", "mov", "mkv", "ts"], takesOddSizes: false,
      keepsDepth: true),
    VideoCodec(name: "xvid", encoder: "mpeg4", containers: ["avi", "mkv"]),
    VideoCodec(name: "mjpeg", encoder: "mjpeg", containers: ["avi", "mov", "mkv"]),
    VideoCodec(name: "vp8", encoder: "libvpx", containers: ["webm", "mkv"]),
    VideoCodec(name: "vp9", encoder: "libvpx-vp9", containers: ["webm", "mp4", "mkv"], keepsDepth: true),
    VideoCodec(name: "gif", encoder: "gif", containers: ["gif"]),
    VideoCodec(name: "webp", encoder: "libwebp_anim", containers: ["webp"]),
  ]

  /// The codecs for a file extension (lower case, without its dot), the usual one first.
  package static func codecs(forExtension fileExtension: String) -> [VideoCodec] {
    all.filter { $0.containers.contains(fileExtension) }
  }

  /// The codec used for frames of a size when none is asked for, for those of high dynamic range one that keeps it; nil when no
  /// codec is for the extension. FFmpeg's libraries are loaded for it.
  package static func standard(
    forExtension fileExtension: String, width: Int, height: Int, isHighRange: Bool = false
  ) -> VideoCodec? {
    let codecs = codecs(forExtension: fileExtension)
    let isOdd = width % 2 == 1 || height % 2 == 1
    let able = codecs.filter { ($0.takesOddSizes || !isOdd) && media_has_encoder($0.encoder) }
    return able.first { $0.keepsDepth && isHighRange } ?? able.first ?? codecs.first
  }

  /// A codec by its name, in any case; also by the four letters by which containers know some.
  package static func named(_ text: String) -> VideoCodec? {
    let fourLetters = ["avc1": "h264", "mp4v": "mpeg4", "mjpg": "mjpeg", "vp80": "vp8", "vp90": "vp9", "hvc1": "hevc"]
    let name = text.lowercased()
    return all.first { $0.name == fourLetters[name] ?? name }
  }

  /// The letters for the codec where a container's usual ones will not do.
  func tag(inContainer fileExtension: String) -> String {
    switch name {
    case "xvid" where fileExtension == "avi": "XVID"
    case "hevc" where ["mp4", "m4v", "mov"].contains(fileExtension): "hvc1"
    default: ""
    }
  }

  /// The encoder's settings for a quality of 1 to 100. The constant rate factors and quantisers are about equally good in
  /// the eyes of the codecs' makers.
  func settings(quality: Int, width: Int, height: Int, frameRate: Double) -> String {
    /// From `worst` at a quality of 0 to `best` at 100.
    func scaled(_ worst: Double, _ best: Double) -> Int {
      Int((worst + (best - worst) * Double(quality) / 100).rounded())
    }
    let keyFrames = "g=\(max(1, Int((2 * frameRate).rounded())))"
    switch encoder {
    case "libx264": return "preset=veryfast:crf=\(scaled(51, 11)):\(keyFrames)"
    case "libx265": return "preset=superfast:crf=\(scaled(51, 13)):\(keyFrames):x265-params=log-level=none"
    case "libvpx", "libvpx-vp9":
      // The rate is a limit for the first; the second takes 0 for none.
      let bits = encoder == "libvpx" ? Int(0.3 * Double(width * height) * frameRate) + 50_000 : 0
      return "deadline=realtime:cpu-used=5:crf=\(scaled(63, 4)):b=\(bits):\(keyFrames)"
    case "mpeg4", "mjpeg":
      let lambda = 118
      return "flags=+qscale:global_quality=\(scaled(14, 1) * lambda)"
    case "libwebp_anim": return "quality=\(quality)"
    default: return ""
    }
  }

  /// FFmpeg's name for a container.
  static func container(_ fileExtension: String) -> String {
    ["m4v": "mp4", "mkv": "matroska", "ts": "mpegts"][fileExtension] ?? fileExtension
  }
}
