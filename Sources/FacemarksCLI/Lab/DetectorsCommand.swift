import ArgumentParser
import Facemarks
import FacemarksTraining
import Glibc
import Imaging

/// Compares face detectors, to choose the default one.
struct DetectorsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "detectors",
    abstract: "Compare OpenCV's frontal Haar cascades and their settings.",
    discussion: """
      Prints for every cascade, scale factor and number of neighbours: the share of labelled faces found (overlap at \
      least 0.4), boxes on pictures without a face, on photos with one face each how many have a box and how many boxes \
      there are beyond that one, the median time per photo scaled to 640 pixels, and how the boxes lie to the labelled \
      ones (shift of the centre and ratio of the sizes).
      """)

  @Argument(help: "A folder of labelled crops (labels.csv) with pictures without faces in nonfaces.tar.")
  var data: String

  @Option(help: "A folder of photos with one face each; may be given several times.")
  var photos: [String] = []

  @Option(help: "Take every n-th of the labelled crops.")
  var step = 10

  func run() throws {
    let material: DetectorStudy.Material
    do {
      material = try DetectorStudy.Material(data: data, photos: photos, step: max(1, step), threads: 2)
    } catch {
      throw CommandFailure(.inputUnreadable, "\(error)")
    }
    let header = ["cascade", "scale", "neighbours", "found %", "false", "photos", "extra", "ms", "x", "y", "size"]
    print(header)
    for name in ["default", "alt", "alt2"] {
      guard let path = CascadeDetector.find("haarcascade_frontalface_\(name).xml") else {
        throw CommandFailure(
          .setupUnusable, "haarcascade_frontalface_\(name).xml: not found; install the package opencv-data")
      }
      for scale in [1.1, 1.2] {
        for neighbors in [2, 3, 5] {
          let settings = DetectorSettings(scaleFactor: scale, minNeighbors: neighbors)
          let result = try DetectorStudy.measure(path, settings, on: material)
          print([
            name, "\(scale)", "\(neighbors)", Figure.text(100 * Double(result.found) / Double(max(result.faces, 1)), 1),
            "\(result.falseBoxes)", "\(result.photosFound)", "\(result.photosExtra)",
            Figure.text(result.milliseconds, 1),
            Figure.text(result.shiftX, 3), Figure.text(result.shiftY, 3), Figure.text(result.scale, 3),
          ])
        }
      }
    }
    Console.write(
      "\(material.faceCount) labelled faces, \(material.nonFaceCount) pictures without faces, "
        + "\(material.photoCount) photos\n", to: STDOUT_FILENO)
  }

  private func print(_ cells: [String]) {
    let padded = cells.map { String(repeating: " ", count: max(1, 11 - $0.count)) + $0 }
    Console.write(padded.joined() + "\n", to: STDOUT_FILENO)
  }
}
