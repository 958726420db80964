import Facemarks
import Files

/// The number of faces and doubtful places of a photo or video, and of those hidden.
struct HidingCount {
  /// Whether they are hidden, by their numbers.
  private var faces: [Int: Bool] = [:]
  private var doubtful: [Int: Bool] = [:]

  init(_ records: [HidingRecord] = []) { add(records) }

  /// Adds the records of a photo or frame; a place that is no longer doubtful is a face from then on.
  mutating func add(_ records: [HidingRecord]) {
    for record in records {
      if record.isDoubtful, faces[record.number] == nil {
        doubtful[record.number] = record.isHidden
      } else {
        doubtful[record.number] = nil
        faces[record.number] = record.isHidden
      }
    }
  }

  var numbers: Set<Int> { Set(faces.keys).union(doubtful.keys) }

  /// "3 faces hidden", "2 doubtful places, 1 hidden".
  /// - Parameter noFace: stands for the faces where there are none.
  func words(noFace: String? = nil) -> String {
    let parts = [Self.words(faces, "face") ?? noFace, Self.words(doubtful, "doubtful place")].compactMap { $0 }
    return parts.isEmpty ? "nothing hidden" : parts.joined(separator: ", ")
  }

  private static func words(_ places: [Int: Bool], _ name: String) -> String? {
    guard !places.isEmpty else { return nil }
    let hidden = places.count { $0.value }
    return NumberText.counted(places.count, name) + (hidden == places.count ? " hidden" : ", \(hidden) hidden")
  }
}
