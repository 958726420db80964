import FacemarksTraining
import Foundation
import TestSupport
import Testing

/// The real data, where it is at hand: beside the package in ../shared/data, or where FACEMARKS_DATA says.
private enum SharedData {
  static let folder = ProcessInfo.processInfo.environment["FACEMARKS_DATA"] ?? repositoryFile("../shared/data")

  static func has(_ file: String) -> Bool { FileManager.default.fileExists(atPath: "\(folder)/\(file)") }
}

@Suite struct SharedDataTests {
  /// Numbers from Python: len, sum and count of the fields of csv.reader.
  @Test(.enabled(if: SharedData.has("kaggle_like/training_sample.csv")))
  func sampleOfTheKaggleFormat() throws {
    let dataset = try LandmarkDataset.read("\(SharedData.folder)/kaggle_like/training_sample.csv", threads: 1)
    #expect(dataset.count == 20)
    #expect(dataset.pixels[0..<9216].reduce(0) { $0 + Int($1) } == 939_668)
    #expect(dataset.pixels.reduce(0) { $0 + Int($1) } == 23_692_139)
    #expect(dataset.weights.allSatisfy { $0 == 1 })
    #expect(dataset.landmarks(of: 19)[10].map { abs($0.x - 43.251821118) + abs($0.y - 57.678456444) < 1e-5 } == true)
    #expect(try LandmarkDataset.read("\(SharedData.folder)/kaggle_like/test_sample.csv", threads: 1).count == 20)
  }

  /// Numbers from the data's README, and for the points from Python's csv.DictReader: 269,868 labelled points and 11,510
  /// manual ones in the rows of quality 3.
  @Test(.enabled(if: SharedData.has("faces.tar")))
  func wholeFolder() throws {
    let dataset = try LandmarkDataset.read(SharedData.folder, threads: 2)
    #expect(dataset.count == 20_816)
    #expect((1...3).map { quality in dataset.samples.count { $0.quality == quality } } == [13_719, 4_795, 2_302])
    #expect(dataset.weights.count { $0 == 1 } == 269_868 + 11_510)
    #expect((0..<dataset.count).count { dataset.manual[30 * $0].isFinite } == 9_711)
    let split = Split.make(dataset, seed: 1)
    #expect(split.training.count == 19_140 && split.validation.count == 1_676)
    #expect(split.copies(in: dataset) == 0)
  }
}
