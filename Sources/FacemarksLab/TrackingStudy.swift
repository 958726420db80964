import Facemarks
import FacemarksTraining
import Imaging
import NeuralNetwork

/// Follows the face of a still through videos made from it by known motion, and compares with that.
package struct TrackingStudy {
  package struct Score: Sendable {
    package var video: String
    package var method: TrackingMethod
    /// Of the frames in which a face can be seen, the share in which it was followed.
    package var found = 0.0
    /// Faces shown where there is none.
    package var falsePositives = 0
    /// Ids given, and how often a face's id changed.
    package var ids = 0
    package var switches = 0
    /// The mean movement of the points from frame to frame beyond the known one, in shares of the eye distance.
    package var jitter = Double.nan
    /// The mean distance of the points from where they should be, in shares of the eye distance.
    package var error = Double.nan
    /// By how many frames the points lag behind: the shift in time that makes the error least; nan where nothing moves.
    package var lag = Double.nan
  }

  private let frames: SyntheticFrames
  private let reference: [Point]
  private let scheme: LandmarkScheme
  private let eyes: (left: Int, right: Int)
  private let makePipeline: (DetectorSettings) throws -> FacePipeline

  /// - Parameter still: a picture with one face.
  /// - Throws: `DataError` when there is no face in it.
  package init(
    still: GrayImage, name: String, model: LandmarkModel,
    makePipeline: @escaping (DetectorSettings) throws -> FacePipeline
  )
    throws
  {
    self.makePipeline = makePipeline
    guard let eyes = model.scheme.eyeCenters, let face = try makePipeline(DetectorSettings()).faces(in: still).first
    else {
      throw DataError(file: name, message: "there is no face to follow")
    }
    self.eyes = eyes
    scheme = model.scheme
    frames = SyntheticFrames(still: still, face: face.box)
    reference = try Self.reference(still, face.box, model)
  }

  package var videos: [String] { SyntheticVideo.all.map(\.name) }

  /// The network's landmarks of the still: the mean over many crops a little off, which is what the followed points are
  /// compared with.
  private static func reference(_ still: GrayImage, _ box: Box, _ model: LandmarkModel) throws -> [Point] {
    var random = RandomGenerator(seed: 7)
    let maps = (0..<64).map { _ in
      var place = RotatedSquare(box)
      place.center.x += 0.02 * place.side * Double(random.normal())
      place.center.y += 0.02 * place.side * Double(random.normal())
      place.side *= 1 + 0.05 * Double(random.normal())
      place.roll += 0.05 * Double(random.normal())
      return place.map
    }
    let all = try model.predict(still, maps: maps).map(\.points)
    return (0..<model.scheme.count).map { index in
      let points = all.map { $0[index] }
      let count = Double(points.count)
      return Point(x: points.reduce(0) { $0 + $1.x } / count, y: points.reduce(0) { $0 + $1.y } / count)
    }
  }

  /// Runs every method on a video; the frames are made once.
  package func scores(on name: String, methods: [TrackingMethod]) throws -> [Score] {
    guard let video = SyntheticVideo.all.first(where: { $0.name == name }) else { return [] }
    let followers = try methods.map { $0.start(try makePipeline($0.detectorSettings)) }
    var found: [[[TrackedFace]]] = Array(repeating: [], count: methods.count)
    for number in 0..<video.frameCount {
      let frame = try frames.frame(video, number)
      for (index, follow) in followers.enumerated() {
        found[index].append(try follow(frame, Double(number) / SyntheticVideo.rate))
      }
    }
    return zip(methods, found).map { score(video, $0, $1) }
  }

  private func truth(_ video: SyntheticVideo, _ face: Int, _ time: Double) -> [Point] {
    frames.truth(reference, scheme: scheme, video, face: face, at: time)
  }

  private func unit(_ points: [Point]) -> Double { points[eyes.left].distance(to: points[eyes.right]) }

  /// The mean distance of points from where they should be, in eye distances.
  private func error(_ points: [Point], _ truth: [Point]) -> Double {
    zip(points, truth).reduce(0) { $0 + $1.0.distance(to: $1.1) } / Double(points.count) / unit(truth)
  }

  private func score(_ video: SyntheticVideo, _ method: TrackingMethod, _ found: [[TrackedFace]]) -> Score {
    var score = Score(video: video.name, method: method)
    var runs: [[(time: Double, face: TrackedFace?)]] = Array(repeating: [], count: video.poses(0).count)
    var shown = 0
    for (number, faces) in found.enumerated() {
      let time = Double(number) / SyntheticVideo.rate
      shown += faces.count
      for (index, pose) in video.poses(time).enumerated() {
        let truth = truth(video, index, time)
        let nearest = faces.min { error($0.face.landmarks, truth) < error($1.face.landmarks, truth) }
        let match = nearest.flatMap { error($0.face.landmarks, truth) < 0.3 ? $0 : nil }
        if match != nil { shown -= 1 }
        if pose.isVisible { runs[index].append((time, match)) }
      }
    }
    score.falsePositives = max(0, shown)
    score.ids = Set(found.joined().map(\.id)).count
    var (errors, jitters): ([Double], [Double]) = ([], [])
    for (index, run) in runs.enumerated() {
      let ids = run.compactMap { $0.face?.id }
      score.switches += zip(ids, ids.dropFirst()).count { $0 != $1 }
      for (time, face) in run {
        if let face { errors.append(error(face.face.landmarks, truth(video, index, time))) }
      }
      for (one, next) in zip(run, run.dropFirst()) {
        guard let a = one.face, let b = next.face, next.time - one.time < 1.5 / SyntheticVideo.rate else { continue }
        let (from, to) = (truth(video, index, one.time), truth(video, index, next.time))
        let moved = a.face.landmarks.indices.map { k in
          Point(
            x: from[k].x + b.face.landmarks[k].x - to[k].x, y: from[k].y + b.face.landmarks[k].y - to[k].y)
        }
        jitters.append(error(a.face.landmarks, moved))
      }
    }
    let visible = runs.joined().count
    score.found = Double(runs.joined().count { $0.face != nil }) / Double(max(visible, 1))
    score.error = Self.mean(errors)
    score.jitter = Self.mean(jitters)
    score.lag = lag(video, runs)
    return score
  }

  /// Over the frames in which the face moves by more than 3 % of the eye distance.
  private func lag(_ video: SyntheticVideo, _ runs: [[(time: Double, face: TrackedFace?)]]) -> Double {
    let step = 1 / SyntheticVideo.rate
    var moving: [(index: Int, time: Double, points: [Point])] = []
    for (index, run) in runs.enumerated() {
      for (time, face) in run {
        let (before, now) = (truth(video, index, time - step), truth(video, index, time))
        if let face, error(before, now) > 0.03 { moving.append((index, time, face.face.landmarks)) }
      }
    }
    guard moving.count > 5 else { return .nan }
    let shifts = (0...140).map { -1 + 0.05 * Double($0) }
    let errors = shifts.map { shift in
      Self.mean(moving.map { error($0.points, truth(video, $0.index, $0.time - shift * step)) })
    }
    guard let least = errors.min(), let index = errors.firstIndex(of: least) else { return .nan }
    return shifts[index]
  }

  static func mean(_ values: [Double]) -> Double {
    values.isEmpty ? .nan : values.reduce(0, +) / Double(values.count)
  }
}
