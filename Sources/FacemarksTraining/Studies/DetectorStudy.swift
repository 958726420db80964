import Facemarks
import Files
import Imaging

/// Compares the settings of Haar cascades on labelled faces, on pictures without faces and on whole photos.
package enum DetectorStudy {
  package struct Result: Sendable {
    /// Of the labelled faces, how many have a box with an overlap of at least 0.4.
    package var found = 0
    package var faces: Int
    /// Boxes on pictures without faces.
    package var falseBoxes = 0
    /// Photos with one face each: how many have a box, and how many boxes there are beyond the first.
    package var photosFound = 0
    package var photosExtra = 0
    /// Milliseconds per photo scaled to 640 pixels, the median.
    package var milliseconds = Double.nan
    /// The boxes of the labelled faces against their detector boxes: means of the centre's shift and of the ratio of sizes,
    /// as a share of the box found.
    package var shiftX = 0.0
    package var shiftY = 0.0
    package var scale = 0.0
  }

  /// What to search, read once.
  package struct Material: Sendable {
    var faces: [GrayImage]
    var faceBox: Box
    var nonFaces: [GrayImage]
    var photos: [GrayImage]

    package var faceCount: Int { faces.count }
    package var nonFaceCount: Int { nonFaces.count }
    package var photoCount: Int { photos.count }

    /// - Parameters:
    ///   - data: a folder of labelled crops, of which every `step`-th is taken; `nonfaces.tar` in it when there is one.
    ///   - photos: folders of photos with one face each.
    package init(data: String, photos folders: [String], step: Int, threads: Int) throws {
      let dataset = try LandmarkDataset.read(data, threads: threads)
      faces = stride(from: 0, to: dataset.count, by: step).map(dataset.grayPicture)
      let side = Double(FaceCrop.side)
      faceBox = Box(x: Double(dataset.margin), y: Double(dataset.margin), width: side, height: side)
      let path = "\(data)/nonfaces.tar"
      let archive = try TarArchive(path: path, bytes: Files.read(path))
      nonFaces = try archive.files.keys.sorted().compactMap { name in
        guard let range = archive.files[name], name.hasSuffix(".jpg") else { return nil }
        return try Image(decoding: Array(archive.bytes[range]), name: "\(path): \(name)").gray()
      }
      photos = try folders.flatMap { folder in
        try Files.entries(of: folder).filter {
          Image.readableExtensions.contains(PathText.splitExtension($0.name).fileExtension)
        }
        .map { entry in
          let picture = try Image(contentsOf: "\(folder)/\(entry.name)").gray()
          let factor = 640 / Double(max(picture.width, picture.height))
          return try picture.resized(
            width: max(1, Int(Double(picture.width) * factor)), height: max(1, Int(Double(picture.height) * factor)))
        }
      }
    }
  }

  package static func measure(_ cascade: String, _ settings: DetectorSettings, on material: Material) throws -> Result {
    let detector = try CascadeDetector(cascade: cascade, settings: settings)
    var result = Result(faces: material.faces.count)
    for face in material.faces {
      let overlaps = try detector.detect(in: face).map { ($0.box, $0.box.overlap(material.faceBox)) }
      guard let (box, overlap) = overlaps.max(by: { $0.1 < $1.1 }), overlap >= 0.4 else { continue }
      result.found += 1
      result.shiftX += (material.faceBox.center.x - box.center.x) / box.width
      result.shiftY += (material.faceBox.center.y - box.center.y) / box.height
      result.scale += material.faceBox.width / box.width
    }
    let hits = Double(max(result.found, 1))
    (result.shiftX, result.shiftY, result.scale) = (result.shiftX / hits, result.shiftY / hits, result.scale / hits)
    for picture in material.nonFaces { result.falseBoxes += try detector.detect(in: picture).count }
    let clock = ContinuousClock()
    var times: [Double] = []
    for photo in material.photos {
      var count = 0
      times.append(try clock.measure { count = try detector.detect(in: photo).count } / .milliseconds(1))
      result.photosFound += min(count, 1)
      result.photosExtra += max(count - 1, 0)
    }
    if !times.isEmpty { result.milliseconds = times.sorted()[times.count / 2] }
    return result
  }
}
