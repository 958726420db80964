import Files

/// `--pts`: a file per face in the format of the 300-W annotations: `NAME.pts`, then `NAME_2.pts` and so on. Pixel
/// centres stand at integers, as everywhere in this program. Of landmarks with the 68 of iBUG just these are written, as iBUG does:
/// counted from 1, so that the middle of the picture's first pixel is (1, 1).
package struct PTSWriter: ResultWriter {
  package static let name = "pts"
  package static let target = ResultTarget.folder

  package init() {}

  package func documents(for photos: [PhotoResult], scheme: LandmarkScheme) -> [ResultDocument] {
    photos.flatMap { photo in
      photo.faces.enumerated().map { index, face in
        let first = scheme.firstOfIBUG
        let origin = first == nil ? 0.0 : 1
        let landmarks = first.map { Array(face.landmarks[$0..<$0 + 68]) } ?? face.landmarks
        let points = landmarks.map { "\(pixels($0.x + origin)) \(pixels($0.y + origin))\n" }.joined()
        return ResultDocument(
          path: photo.stem + FaceNumber.suffix(index) + ".pts",
          text: "version: 1\nn_points: \(landmarks.count)\n{\n\(points)}\n")
      }
    }
  }

  private func pixels(_ value: Double) -> String { NumberText.short(value, 3) ?? "nan" }
}

/// The suffixes of files with one face each.
package enum FaceNumber {
  /// The suffix of the photo's name: nothing for the first face (index 0), then `_2`, `_3`...
  package static func suffix(_ index: Int) -> String { index == 0 ? "" : "_\(index + 1)" }
}
