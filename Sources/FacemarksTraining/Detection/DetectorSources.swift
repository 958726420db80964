import Facemarks
import Glibc
import Imaging
import NeuralNetwork

/// The pictures that tiles are made of: crops of faces, crops without a face, and whole photos. One side of a split.
package struct DetectorSources: Sendable {
  /// A picture with its faces.
  package struct Picture {
    package var width: Int
    package var height: Int
    package var faces: [SceneDataset.Face]
    /// The face that it was drawn for; nil where there is none.
    package var focus: RotatedSquare?
    fileprivate let source: Source

    /// Gives `body` the picture, valid during the call only.
    package func withPicture(_ body: (GrayView) -> Void) {
      switch source {
      case .crop(let dataset, let index): dataset.withPicture(index, body)
      case .scene(let picture):
        picture.pixels.withUnsafeBufferPointer { pixels in
          guard let base = pixels.baseAddress else { return }
          body(GrayView(pixels: base, width: picture.width, height: picture.height))
        }
      }
    }
  }

  fileprivate enum Source {
    case crop(LandmarkDataset, Int)
    case scene(GrayImage)
  }

  private let dataset: LandmarkDataset
  private let faces: WeightedChoice<Int>
  private let others: [Int]
  /// The faces of each collection of photos, by scene and number.
  private let sceneFaces: [WeightedChoice<(scene: Int, face: Int)>]
  private let scenes: [SceneDataset]
  /// Photos without a face.
  private let plain: [(dataset: Int, scene: Int)]

  /// - Parameters:
  ///   - dataset: with pictures without a face.
  ///   - indices: of its samples, the ones to draw from; faces and others.
  ///   - scenes: a collection that is named twice is drawn from twice as often.
  ///   - side: of their photos' split.
  /// - Throws: `TrainingError` when there are no faces, or nothing else.
  package init(_ dataset: LandmarkDataset, indices: [Int], scenes: [SceneDataset], side: Sample.Side) throws {
    self.dataset = dataset
    others = indices.filter { !dataset.samples[$0].isFace }
    faces = WeightedChoice(
      indices.filter { dataset.samples[$0].isFace }.map { ($0, Self.frequency($0, of: dataset)) })
    guard !faces.isEmpty, !others.isEmpty else {
      throw TrainingError("\(dataset.path): a detector needs faces and pictures without a face")
    }
    self.scenes = scenes
    var (sceneFaces, plain): ([WeightedChoice<(scene: Int, face: Int)>], [(Int, Int)]) = ([], [])
    for (number, collection) in scenes.enumerated() {
      var found: [(value: (scene: Int, face: Int), weight: Float)] = []
      for (index, scene) in collection.scenes.enumerated() where (scene.split ?? .training) == side {
        if scene.faces.isEmpty { plain.append((number, index)) }
        let known = scene.faces.indices.filter { !scene.faces[$0].isIgnored }
        // A photo with many faces is drawn more often than one with a single one, but not so many times.
        for face in known {
          let rare: Float = scene.faces[face].isProfile == true ? 4 : 1
          found.append(((index, face), rare / Float(known.count).squareRoot()))
        }
      }
      if found.isEmpty { continue }
      sceneFaces.append(WeightedChoice(found, collection: number))
    }
    (self.sceneFaces, self.plain) = (sceneFaces, plain)
  }

  /// Profiles, turned heads and wide open mouths are rare in the data, and hard.
  private static func frequency(_ sample: Int, of dataset: LandmarkDataset) -> Float {
    let isLong = (dataset.eyesToMouth(of: sample) ?? 0) > longFace * Double(FaceCrop.side)
    return switch dataset.samples[sample].pose {
    case .leftProfile, .rightProfile: 8
    case .left, .right: 3
    case .frontal, nil: isLong ? 3 : 1
    }
  }

  /// From the eyes to the mouth, in sides of a detector's box: one face in twenty is longer, mostly one whose mouth is open.
  private static let longFace = 0.427

  /// A picture for a tile's background.
  package func ground(_ random: inout RandomGenerator) -> Picture {
    let choice = random.uniform()
    if choice < 0.74, let piece = scene(&random) { return piece }
    return choice < 0.81 ? face(&random) : other(&random)
  }

  /// A picture to lay on a tile.
  package func piece(_ random: inout RandomGenerator) -> Picture {
    let choice = random.uniform()
    if choice < 0.25, let piece = scene(&random) { return piece }
    return choice < 0.78 ? face(&random) : other(&random)
  }

  private func scene(_ random: inout RandomGenerator) -> Picture? {
    guard !sceneFaces.isEmpty else { return nil }
    let chances = sceneFaces[Int(random.next() % UInt64(sceneFaces.count))]
    let (index, face) = chances.draw(&random)
    let scene = scenes[chances.collection].scenes[index]
    return Picture(
      width: scene.picture.width, height: scene.picture.height, faces: scene.faces, focus: scene.faces[face].place,
      source: .scene(scene.picture))
  }

  private func face(_ random: inout RandomGenerator) -> Picture {
    let index = faces.draw(&random)
    let middle = Double(dataset.side - 1) / 2
    let known = dataset.headPlace(of: index)
    let place = known ?? RotatedSquare(center: Point(x: middle, y: middle), side: Double(FaceCrop.side))
    return Picture(
      width: dataset.side, height: dataset.side, faces: [SceneDataset.Face(place: place, knowsRoll: known != nil)],
      focus: place, source: .crop(dataset, index))
  }

  private func other(_ random: inout RandomGenerator) -> Picture {
    let number = Int(random.next() % UInt64(others.count + Self.plainFactor * plain.count))
    guard number >= others.count else {
      return Picture(
        width: dataset.side, height: dataset.side, faces: [], focus: nil, source: .crop(dataset, others[number]))
    }
    let (collection, index) = plain[(number - others.count) / Self.plainFactor]
    let picture = scenes[collection].scenes[index].picture
    return Picture(width: picture.width, height: picture.height, faces: [], focus: nil, source: .scene(picture))
  }

  /// A whole photo without a face counts as this many crops.
  private static let plainFactor = 8
}

/// Values to draw at random by their weights.
private struct WeightedChoice<Value: Sendable>: Sendable {
  private let values: [Value]
  /// Running sums of the weights.
  private let sums: [Float]
  /// The collection that the values are of.
  let collection: Int

  init(_ weighted: [(value: Value, weight: Float)], collection: Int = 0) {
    values = weighted.map(\.value)
    var sum: Float = 0
    sums = weighted.map {
      sum += $0.weight
      return sum
    }
    self.collection = collection
  }

  var isEmpty: Bool { values.isEmpty }

  func draw(_ random: inout RandomGenerator) -> Value {
    let at = random.uniform() * (sums.last ?? 0)
    var (low, high) = (0, sums.count - 1)
    while low < high {
      let middle = (low + high) / 2
      if sums[middle] > at { high = middle } else { low = middle + 1 }
    }
    return values[low]
  }
}
