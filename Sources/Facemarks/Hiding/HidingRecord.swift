/// A face, or a place that may be one, in a picture whose faces are hidden.
package struct HidingRecord: Sendable, Hashable {
  /// Its number in `FaceSelection`. On photos faces count from 1, the largest first, and doubtful places follow them; in videos
  /// faces have their ids, and places that are not followed as a face have numbers from `PlaceNumbers.first` on.
  package var number: Int
  package var face: Face
  /// False for one that the user chose to leave visible.
  package var isHidden: Bool
  /// Whether it is less sure to be a face than those that are marked.
  package var isDoubtful: Bool
  /// False in a frame in which it was not found: its place is known from the frames around.
  package var isFound: Bool
  /// Other possible places of a face that was not found.
  package var elsewhere: [Face] = []

  package init(number: Int, face: Face, isHidden: Bool, isDoubtful: Bool = false, isFound: Bool = true) {
    self.number = number
    self.face = face
    self.isHidden = isHidden
    self.isDoubtful = isDoubtful
    self.isFound = isFound
  }
}
