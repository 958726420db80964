import COpenCVShim
import Files
import Glibc

/// OpenCV's `CascadeClassifier`, the detector of Viola and Jones ("Rapid object detection using a boosted cascade of simple
/// features", 2001), with cascades of Haar features or local binary patterns. The score of a face is the weight of the last stage
/// it passed (OpenCV's levelWeight).
///
/// Not thread-safe: OpenCV's classifier stores the current picture.
package final class CascadeDetector: FaceDetector {
  /// The cascade used unless another is asked for, as `find` takes it.
  package static let defaultCascade = "haarcascade_frontalface_alt2.xml"

  /// The folders in which Linux distributions and OpenCV's own installation put the cascades.
  package static let folders = [
    "/usr/share/opencv4/haarcascades", "/usr/local/share/opencv4/haarcascades", "/usr/share/opencv/haarcascades",
  ]

  package let settings: DetectorSettings
  private let cascade: OpaquePointer

  /// The path of an installed cascade such as `defaultCascade`; nil when it is in none of `folders`.
  package static func find(_ name: String) -> String? {
    folders.map { "\($0)/\(name)" }.first { PathText.withSystemPath($0) { access($0, R_OK) } == 0 }
  }

  /// Loads a cascade file of OpenCV.
  /// - Throws: `FileError` when it cannot be read, `ImagingError` when it is not a cascade or a setting is out of range.
  package init(cascade path: String, settings: DetectorSettings = DetectorSettings()) throws {
    guard settings.scaleFactor > 1, settings.scaleFactor.isFinite, settings.minNeighbors >= 0, settings.minSize >= 0,
      settings.maxSize.map({ $0 >= settings.minSize && $0 > 0 }) ?? true
    else {
      throw ImagingError(
        file: PathText.printable(path),
        message: "the detector needs a scale factor over 1, at least 0 neighbours and sizes in order")
    }
    try CascadeDetector.checkReadable(path)
    self.settings = settings
    do {
      cascade = try OpenCV.call(for: path) { error in PathText.withSystemPath(path) { ocv_cascade_load($0, error) } }
    } catch {
      let reason = error.message.isEmpty ? "" : " (\(error.message))"
      throw ImagingError(file: PathText.printable(path), message: "not a usable Haar cascade\(reason)")
    }
  }

  deinit { ocv_cascade_destroy(cascade) }

  package func detect(in picture: GrayImage) throws -> [Detection] {
    let settings = ocv_cascade_settings(
      scale_factor: settings.scaleFactor, min_neighbors: Int32(clamping: settings.minNeighbors),
      min_size: Int32(clamping: settings.minSize), max_size: Int32(clamping: settings.maxSize ?? 0))
    let detections = try picture.withMat { mat, error in ocv_cascade_detect(cascade, mat, settings, error) }
    defer { ocv_detections_destroy(detections) }
    return UnsafeBufferPointer(start: ocv_detections_data(detections), count: ocv_detections_count(detections)).map {
      Detection(
        box: Box(x: Double($0.x), y: Double($0.y), width: Double($0.width), height: Double($0.height)),
        score: $0.score)
    }
  }

  /// The largest cascade of OpenCV has 3 MB; more is some other file.
  private static let sizeLimit = 64 << 20

  private static func checkReadable(_ path: String) throws {
    var status = stat()
    guard PathText.withSystemPath(path, { stat($0, &status) == 0 && access($0, R_OK) == 0 }) else {
      throw FileError(
        path: path, reason: errno == ENOENT || errno == ENOTDIR ? .missing : .unreadable,
        detail: String(cString: strerror(errno)))
    }
    guard status.st_mode & S_IFMT == S_IFREG, status.st_size <= sizeLimit else {
      throw ImagingError(
        file: PathText.printable(path), message: "not a usable Haar cascade (it is not an XML file of a few MB)")
    }
  }
}
