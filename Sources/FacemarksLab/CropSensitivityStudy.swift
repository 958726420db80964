import Facemarks
import FacemarksTraining
import Files
import Imaging
import NeuralNetwork

/// Measures on labelled crops what the tracker relies on: how well the crop sensitivity tells faces from other things, and how
/// much turning the crop with the head helps.
package struct CropSensitivityStudy {
  /// The sensitivity of faces, of crops without a face, and of those of them that a Haar cascade took for one.
  package struct Sensitivities: Sendable {
    package var faces: [Double] = []
    package var others: [Double] = []
    package var falseAlarms: [Double] = []

    /// The area under the ROC curve: the probability that a face has a lower sensitivity than something else.
    package static func area(_ faces: [Double], _ others: [Double]) -> Double {
      let sorted = others.sorted()
      let above = faces.reduce(0) { sum, face in sum + sorted.count - (sorted.firstIndex { $0 > face } ?? sorted.count)
      }
      return Double(above) / Double(max(faces.count * others.count, 1))
    }

    package static func share(_ values: [Double], upTo limit: Double) -> Double {
      Double(values.count { $0 <= limit }) / Double(max(values.count, 1))
    }
  }

  /// The mean error in shares of the eye distance on heads tilted by so many degrees, by upright crops and by crops turned with
  /// the head as first predicted.
  package struct Tilt: Sendable {
    package var degrees: Int
    package var upright: Double
    package var turned: Double
  }

  private let dataset: LandmarkDataset
  private let indices: [Int]
  private let data: String
  private let predictor: FacePredictor

  /// - Parameter data: a folder of labelled crops whose validation split is taken, with `nonfaces.tar` in it.
  package init(data: String, model: LandmarkModel, threads: Int) throws {
    self.data = data
    dataset = try LandmarkDataset.read(data, threads: threads)
    indices = dataset.samples.indices.filter { [dataset] in dataset.samples[$0].split == .validation }
    predictor = FacePredictor(model: model)
  }

  /// Measures the sensitivities with crops as far off as those of a detector.
  package func sensitivities() throws -> Sensitivities {
    var random = RandomGenerator(seed: 5)
    var result = Sensitivities()
    for index in indices {
      if let sensitivity = try sensitivity(picture(index), &random) { result.faces.append(sensitivity) }
    }
    let path = "\(data)/nonfaces.tar"
    let archive = try TarArchive(path: path, bytes: Files.read(path))
    for name in archive.files.keys.sorted() where name.hasSuffix(".jpg") {
      guard let range = archive.files[name] else { continue }
      let picture = try Image(decoding: Array(archive.bytes[range]), name: "\(path): \(name)")
      guard let sensitivity = try sensitivity(picture, &random) else { continue }
      result.others.append(sensitivity)
      if name.contains("haarfp") { result.falseAlarms.append(sensitivity) }
    }
    return result
  }

  package func tilts(_ degrees: [Int] = [0, 10, 20, 30, 40]) throws -> [Tilt] {
    try degrees.map { degrees in
      var (upright, turned) = ([Double](), [Double]())
      for index in indices {
        let truth = dataset.landmarks(of: index)
        var place = central
        // The picture stays as it is: turning the crop the other way tilts the face in it.
        place.roll = -Double(degrees) / 180 * .pi
        let picture = try picture(index)
        guard let first = try predictor.predict(picture, at: place),
          let second = try predictor.predict(picture, at: first.place),
          let one = error(first.landmarks, truth), let two = error(second.landmarks, truth)
        else { continue }
        upright.append(one)
        turned.append(two)
      }
      return Tilt(degrees: degrees, upright: TrackingStudy.mean(upright), turned: TrackingStudy.mean(turned))
    }
  }

  private var central: RotatedSquare {
    let margin = Double(dataset.margin)
    return RotatedSquare(Box(x: margin, y: margin, width: Double(FaceCrop.side), height: Double(FaceCrop.side)))
  }

  private func picture(_ index: Int) throws -> Image { try Image(dataset.grayPicture(index)) }

  private func sensitivity(_ picture: Image, _ random: inout RandomGenerator) throws -> Double? {
    var place = central
    place.center.x += 0.019 * place.side * Double(random.normal())
    place.center.y += 0.018 * place.side * Double(random.normal())
    place.side *= 1 + 0.083 * Double(random.normal())
    guard let first = try predictor.predict(picture, at: place),
      let second = try predictor.predict(picture, at: first.place)
    else {
      return nil
    }
    return try predictor.cropSensitivity(picture, from: second, to: ShiftDirection.allCases)
  }

  private func error(_ points: [Point], _ truth: [Point?]) -> Double? {
    guard let eyes = dataset.scheme.eyeCenters, let left = truth[eyes.left], let right = truth[eyes.right] else {
      return nil
    }
    let distances = zip(points, truth).compactMap { point, truth in truth.map { point.distance(to: $0) } }
    return distances.reduce(0, +) / Double(distances.count) / left.distance(to: right)
  }
}
