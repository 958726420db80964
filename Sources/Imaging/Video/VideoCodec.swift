/// A way to encode video that FFmpeg has through OpenCV.
package struct VideoCodec: Sendable, Hashable {
  /// What the user calls it.
  package let name: String
  /// The four letters by which containers know it.
  package let fourcc: String
  /// The file extensions of the containers that take it, the usual one first.
  package let containers: [String]
  /// Whether it keeps a width or height that is odd.
  package let takesOddSizes: Bool

  package static let all: [VideoCodec] = [
    VideoCodec(name: "mpeg4", fourcc: "mp4v", containers: ["mp4", "m4v", "mov", "mkv"], takesOddSizes: true),
    VideoCodec(name: "h264", fourcc: "avc1", containers: ["mp4", "m4v", "mov", "mkv"], takesOddSizes: false),
    VideoCodec(name: "xvid", fourcc: "XVID", containers: ["avi", "mkv"], takesOddSizes: true),
    VideoCodec(name: "mjpeg", fourcc: "MJPG", containers: ["avi", "mkv"], takesOddSizes: true),
    VideoCodec(name: "vp8", fourcc: "VP80", containers: ["webm", "mkv"], takesOddSizes: true),
  ]

  /// The codec used for a file extension (lower case, without its dot) when none is asked for; nil when no codec is for it.
  package static func standard(forExtension fileExtension: String) -> VideoCodec? {
    all.first { $0.containers.contains(fileExtension) }
  }

  /// A codec by its name or its four letters, in any case.
  package static func named(_ text: String) -> VideoCodec? {
    all.first { $0.name == text.lowercased() || $0.fourcc.lowercased() == text.lowercased() }
  }

  /// The four letters as OpenCV wants them, for a container.
  func code(inContainer fileExtension: String) -> Int32 {
    // Matroska knows its codecs by the letters of AVI.
    let letters = fileExtension == "mkv" ? ["avc1": "H264", "mp4v": "XVID"][fourcc] ?? fourcc : fourcc
    return letters.utf8.reversed().reduce(0) { $0 << 8 | Int32($1) }
  }
}
