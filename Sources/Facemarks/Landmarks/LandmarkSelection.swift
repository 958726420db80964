/// Which of a network's landmarks are given out.
package struct LandmarkSelection: Sendable, Hashable {
  /// What they are.
  package let scheme: LandmarkScheme
  /// Nil where they are all.
  private let indices: [Int]?

  /// - Parameter wanted: nil takes those of `kaggle15` where the network has them, else all.
  /// - Parameter whole: the network's.
  /// - Returns: nil where the network lacks some of those that are wanted.
  package init?(_ wanted: LandmarkScheme?, of whole: LandmarkScheme) {
    let wanted = wanted ?? (whole == .full ? .kaggle15 : whole)
    scheme = wanted
    guard wanted != whole else {
      indices = nil
      return
    }
    var places: [String: Int] = [:]
    for (index, name) in whole.landmarks.enumerated() { places[name] = index }
    let found = wanted.landmarks.compactMap { places[$0] }
    guard found.count == wanted.count else { return nil }
    indices = found
  }

  /// The face with these landmarks alone.
  package func callAsFunction(_ face: Face) -> Face {
    guard let indices else { return face }
    var result = face
    result.landmarks = indices.map { face.landmarks[$0] }
    result.landmarkConfidences = face.landmarkConfidences.map { all in indices.map { all[$0] } }
    return result
  }

  package func callAsFunction(_ photo: PhotoResult) -> PhotoResult {
    var result = photo
    result.faces = photo.faces.map(callAsFunction)
    result.hiding = photo.hiding?.map(callAsFunction)
    return result
  }

  package func callAsFunction(_ frame: FrameResult) -> FrameResult {
    var result = frame
    result.faces = frame.faces.map { TrackedFace(id: $0.id, face: self($0.face)) }
    result.hiding = frame.hiding?.map(callAsFunction)
    return result
  }

  private func callAsFunction(_ record: HidingRecord) -> HidingRecord {
    var result = record
    result.face = self(record.face)
    return result
  }
}
