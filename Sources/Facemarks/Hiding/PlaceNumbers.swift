import Imaging

/// Numbers for the places of a video that may be faces and are not followed as such: a place keeps its number from frame to
/// frame, also over a pause of a second. Frames are given in order.
package struct PlaceNumbers: Sendable {
  /// The first number that such a place gets: more than any face has.
  package static let first = 100_001

  private struct NumberedPlace {
    var number: Int
    var place: RotatedSquare
    var seconds: Double
  }

  private var known: [NumberedPlace] = []
  private var last = Self.first - 1

  /// Seconds after which a place is forgotten.
  private static let memory = 1.0
  /// Seconds for which a face that is followed is expected where it was lost.
  private static let lostMemory = 0.2
  /// The farthest that a place moves between two frames and in a second more, in sides, and the largest ratio of its sizes.
  private static let step = 0.5
  private static let speed = 1.0
  private static let greatestRatio = 1.8

  package init() {}

  /// One number for each suspect, all different: that of the nearest place known that may have moved there, or a new one.
  /// - Parameters:
  ///   - suspects: places that may be faces.
  ///   - faces: that are followed, and seen in this frame; one that was lost a moment ago lends its number.
  ///   - seconds: the frame's time in the video.
  package mutating func numbers(for suspects: [Face], faces: [(id: Int, face: Face)], at seconds: Double) -> [Int] {
    known.removeAll { seconds - $0.seconds > ($0.number < Self.first ? Self.lostMemory : Self.memory) }
    known.removeAll { place in faces.contains { $0.id == place.number } }
    var taken: Set<Int> = []
    let numbers = suspects.map { suspect in
      let place = RotatedSquare(suspect.box)
      func distance(_ other: NumberedPlace) -> Double { other.place.shift(to: place) }
      let nearest = known.filter { other in
        let reach = Self.step + Self.speed * max(seconds - other.seconds, 0)
        return !taken.contains(other.number) && distance(other) < reach
          && other.place.ratio(to: place) < Self.greatestRatio
      }.min { distance($0) < distance($1) }
      if nearest == nil { last += 1 }
      let number = nearest?.number ?? last
      taken.insert(number)
      return number
    }
    known.removeAll { taken.contains($0.number) }
    for (number, suspect) in zip(numbers, suspects) {
      known.append(NumberedPlace(number: number, place: RotatedSquare(suspect.box), seconds: seconds))
    }
    for (id, face) in faces {
      known.append(NumberedPlace(number: id, place: RotatedSquare(face.box), seconds: seconds))
    }
    return numbers
  }
}
