import Glibc
import Imaging

/// Keeps one of several detections or candidates for one face (non-maximum suppression).
enum Suppression {
  /// Keeps the best of each group of boxes whose intersection over union is more than `limit`.
  static func ofOverlaps(_ detections: [Detection], limit: Double) -> [Detection] {
    var kept: [Detection] = []
    for detection in detections.sorted(by: { $0.score > $1.score })
    where !kept.contains(where: { $0.box.overlap(detection.box) > limit }) {
      kept.append(detection)
    }
    return kept
  }

  /// Drops candidates whose points give the same place as those of a more confident one; the order stays.
  static func ofMeeting(_ candidates: [FaceCandidate]) -> [FaceCandidate] {
    var kept: [Int] = []
    for index in candidates.indices.sorted(by: { candidates[$0].confidence > candidates[$1].confidence }) {
      let meets =
        candidates[index].isRefined
        && kept.contains { candidates[$0].isRefined && candidates[$0].place.isNear(candidates[index].place) }
      if !meets { kept.append(index) }
    }
    return kept.sorted().map { candidates[$0] }
  }

  /// Of the candidates for one face the best; the order stays. Two are one face when their boxes overlap by more than
  /// `doubleLimit`, or the more confident one's covers more than `coverLimit` of the other's: a part of a face can look like a
  /// small one.
  /// - Parameter box: a candidate's box.
  static func ofDoubles(_ candidates: [FaceCandidate], box: (FaceCandidate) -> Box) -> [FaceCandidate] {
    var kept: [(offset: Int, element: FaceCandidate)] = []
    for candidate in candidates.enumerated().sorted(by: { $0.element.confidence > $1.element.confidence }) {
      let own = box(candidate.element)
      let doubles = kept.indices.filter { index in
        let other = box(kept[index].element)
        return other.overlap(own) > doubleLimit || other.share(of: own) > coverLimit
      }
      if doubles.isEmpty {
        kept.append(candidate)
      } else if doubles.count == 1, isWhole(candidate.element, of: kept[doubles[0]].element) {
        kept[doubles[0]] = candidate
      }
    }
    return kept.sorted { $0.offset < $1.offset }.map(\.element)
  }

  static let doubleLimit = 0.4
  static let coverLimit = 0.7

  /// Whether `candidate` covers the whole face and the more confident `surer` only a part of it, for example when it took the nose
  /// for the mouth above a mouth that is wide open.
  private static func isWhole(_ candidate: FaceCandidate, of surer: FaceCandidate) -> Bool {
    func logit(_ candidate: FaceCandidate) -> Double {
      let confidence = min(candidate.confidence, highestConfidence)
      return log(confidence / (1 - confidence))
    }
    let ratio = candidate.place.side / surer.place.side
    return logit(surer) - logit(candidate) < sizeWeight * log(ratio)
  }

  /// Keeps the logit finite.
  private static let highestConfidence = 0.9999
  /// A larger candidate is the better one unless the logits of their confidences differ by more than so many times the logarithm
  /// of the ratio of their sizes: tried on the validation faces, with 4 and 8 next to it.
  private static let sizeWeight = 6.0
}
