import COpenCVShim
import Files

/// Sees where the size of a file's pictures changes. OpenCV 4.6 does not, and fills the frames behind it with parts of
/// both: so a second reader of the same file goes along that decodes nothing.
final class SizeWatch {
  private let packets: Capture
  private let fourcc: Int
  private var first: CodedSize?
  private var count = 0
  /// The number of packets before the first of another size.
  private var limit: Int?

  /// Nil when it cannot be opened once more, as a pipe.
  init?(_ path: String) {
    guard FileStatus(of: path)?.kind == .file,
      let packets = try? Capture(path, structure: VideoStructure(), patience: nil, packetsOnly: true)
    else {
      return nil
    }
    self.packets = packets
    fourcc = Int(packets[OCV_CAPTURE_FOURCC])
  }

  /// Whether the size changes before a frame, or with it.
  func hasChanged(at index: Int) -> Bool {
    while limit == nil, count <= index, packets.skip() {
      if let size = CodedSize(packet: packets.packet(), fourcc: fourcc) {
        if let first, first != size { limit = count }
        if first == nil { first = size }
      }
      count += 1
    }
    return limit.map { index >= $0 } ?? false
  }
}
