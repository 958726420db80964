import Facemarks
import Files
import Imaging

/// The work on one photo.
struct PhotoWork: Sendable {
  /// The file's bytes.
  var bytes: [UInt8]
  /// For the results.
  var name: String
  var query: FaceQuery
  var pixelLimit: Int

  /// What came of it.
  struct Answer: Sendable {
    var contentType: String
    var bytes: [UInt8]
    var faces: Int
  }

  /// - Throws: `ImagingError` for what is no whole picture; what the pipeline throws.
  func perform(_ tools: WorkerTools) throws -> Answer {
    let pipeline = try tools.pipeline(query.model)
    pipeline.settings.minConfidence = query.minConfidence
    let picture = try Image(decoding: bytes, name: PathText.printable(name), pixelLimit: pixelLimit)
    let gray = try picture.gray()
    let effects = query.effects
    var found =
      effects.anonymiser == nil
      ? FacePipeline.SearchResult(faces: try pipeline.faces(in: gray))
      : try HidingSearch(pipeline).candidates(in: gray, care: .standard)
    let focal = picture.metadata?.focalLength.map { .film35($0) } ?? FocalLength.assumed
    if let reader = FaceReader(scheme: pipeline.scheme, width: picture.width, height: picture.height, focal: focal) {
      for index in found.faces.indices { reader.read(&found.faces[index]) }
      for index in found.doubtful.indices { reader.read(&found.doubtful[index]) }
    }
    let hiding = effects.anonymiser.map { _ in
      effects.hiding(found, sure: pipeline.leastConfidence, scheme: pipeline.scheme)
    }
    let result = PhotoResult(
      file: name, stem: "", width: picture.width, height: picture.height, faces: found.faces, hiding: hiding)
    switch query.format ?? .json {
    case .json: return text(result, JSONWriter(), "application/json", pipeline.scheme)
    case .csv: return text(result, CSVWriter(), "text/csv; charset=utf-8", pipeline.scheme)
    case .picture:
      let drawn = try effects.drawn(found.faces, hiding: hiding ?? [], scheme: pipeline.scheme, on: picture)
      return try encoded(drawn, like: picture, faces: found.faces.count)
    }
  }

  private func text(
    _ result: PhotoResult, _ writer: some ResultWriter, _ contentType: String, _ whole: LandmarkScheme
  ) -> Answer {
    let written = LandmarkSelection(query.landmarks, of: whole)?(result) ?? result
    let text = writer.documents(for: [written], scheme: query.landmarks).map(\.text).joined()
    return Answer(contentType: contentType, bytes: Array(text.utf8), faces: result.faces.count)
  }

  /// A JPEG of a JPEG, of all others PNG; the colour profile stays, all other metadata does not.
  private func encoded(_ drawn: Image, like picture: Image, faces: Int) throws -> Answer {
    let isJPEG = bytes.starts(with: [0xFF, 0xD8]) && !picture.isTooMuchForJPEG
    let fileExtension = isJPEG ? "jpg" : "png"
    let file = try drawn.encoded(as: fileExtension)
    return Answer(
      contentType: isJPEG ? "image/jpeg" : "image/png",
      bytes: picture.profile?.embedded(in: file, as: fileExtension) ?? file, faces: faces)
  }
}
