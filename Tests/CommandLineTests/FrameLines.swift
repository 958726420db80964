#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A line of the JSON that the program writes for a video, as another program reads it.
struct FrameLine: Decodable {
  struct Face: Decodable {
    var id: Int
    /// Where faces are hidden.
    var hidden: Bool?
    var doubtful: Bool?
    var found: Bool?
    var box: JSONResult.Face.Box
    var confidence: Double
    var landmarks: [JSONResult.Face.Landmark]
  }

  var frame: Int
  var time: Double
  var faces: [Face]

  static func all(_ text: String) throws -> [FrameLine] {
    try text.split(separator: "\n").map { try JSONDecoder().decode(FrameLine.self, from: Data($0.utf8)) }
  }
}
