import Files
import Glibc
import Imaging
import Synchronization

/// A window that shows the latest frame while others are worked on. Frames come from any thread; the window itself belongs
/// to the first.
final class Preview: @unchecked Sendable {
  private let window: PreviewWindow
  private let waiting = Mutex<Picture?>(nil)
  private var shown: Picture?

  /// A copy of a frame; whoever has it is the only one.
  private struct Picture: @unchecked Sendable {
    var image: Image
    var index: Int
  }

  /// - Throws: `ImagingError` when there is no display.
  init() throws { window = try PreviewWindow(title: "facemarks") }

  /// Takes a copy of the frame, unless the window has not even shown the one before.
  func offer(_ frame: VideoFrame) throws {
    guard waiting.withLock({ $0 == nil }) else { return }
    let picture = Picture(image: try frame.colors().copy(), index: frame.position.index)
    waiting.withLock { $0 = picture }
  }

  /// Shows what has come and looks at the keys, for about 10 ms; false when the user has seen enough.
  /// - Parameter stem: what the names of stills begin with.
  func update(stem: String) -> Bool {
    if let picture = waiting.withLock({ slot in
      defer { slot = nil }
      return slot
    }) {
      do {
        try window.show(picture.image)
        shown = picture
      } catch {
        Console.write("\(error)\n", to: STDERR_FILENO)
        return false
      }
    }
    switch window.key(waiting: 10) {
    case .quit: return false
    case .still:
      if let shown { save(shown, stem: stem) }
    case nil: break
    }
    return !(shown != nil && window.isClosed)
  }

  /// A still that cannot be saved is told, and the frames go on.
  private func save(_ picture: Picture, stem: String) {
    let digits = String(picture.index)
    let name = "\(stem)_\(String(repeating: "0", count: max(0, 6 - digits.count)))\(digits).png"
    do {
      try Files.write(picture.image.encoded(as: "png"), to: name)
      Console.write("saved \(PathText.printable(name))\n", to: STDERR_FILENO)
    } catch {
      Console.write("\(error)\n", to: STDERR_FILENO)
    }
  }
}
