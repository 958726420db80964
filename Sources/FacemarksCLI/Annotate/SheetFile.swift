import Facemarks
import Files
import Glibc
import Imaging
import Synchronization

/// The contact sheet of a run: collects what was hidden, from any thread, and writes it in the order of the inputs. What does not
/// fit is left out, the last first, so that memory does not grow.
final class SheetFile: Sendable {
  private struct Place: Comparable {
    var input: Int
    var frame: Int
    var number: Int

    static func < (one: Place, other: Place) -> Bool {
      (one.input, one.frame, one.number) < (other.input, other.frame, other.number)
    }
  }

  private struct State {
    var tiles: [(place: Place, tile: ContactSheet.Tile)] = []
    var leftOut = 0
  }

  private let path: String
  private let state = Mutex(State())

  init(_ path: String) { self.path = path }

  /// - Parameters:
  ///   - input: the place of the photo or video in the run.
  ///   - frame: 0 for a photo.
  func add(_ tile: ContactSheet.Tile, input: Int, frame: Int, number: Int) {
    let place = Place(input: input, frame: frame, number: number)
    state.withLock { state in
      let index = state.tiles.lastIndex { $0.place < place }.map { $0 + 1 } ?? 0
      state.tiles.insert((place, tile), at: index)
      guard state.tiles.count > ContactSheet.limit else { return }
      state.tiles.removeLast()
      state.leftOut += 1
    }
  }

  /// - Returns: The line about it.
  /// - Throws: `CommandFailure` when it cannot be written.
  func write() throws -> String {
    let (tiles, leftOut) = state.withLock { ($0.tiles.map(\.tile), $0.leftOut) }
    try CommandFailure.wrap(.someFailed) {
      let fileExtension = PathText.fileExtension(path)
      try Files.write(ContactSheet.picture(of: tiles).encoded(as: fileExtension), to: path)
    }
    let count = NumberText.counted(tiles.count, "picture")
    return "\(PathText.printable(path)): \(count) of what was hidden"
      + (leftOut > 0 ? ", \(leftOut) more left out: run fewer inputs at a time" : "") + "\n"
  }
}
