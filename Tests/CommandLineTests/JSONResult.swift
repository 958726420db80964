import Files
import TestSupport

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The JSON that the program writes, as another program reads it.
struct JSONResult: Decodable {
  struct Image: Decodable {
    var file: String
    var width: Int
    var height: Int
    var faces: [Face]
  }

  struct Face: Decodable {
    struct Box: Decodable {
      var x: Double
      var y: Double
      var width: Double
      var height: Double
    }

    struct Landmark: Decodable {
      var name: String
      var x: Double
      var y: Double
    }

    /// Where faces are hidden.
    var number: Int?
    var hidden: Bool?
    var doubtful: Bool?
    var box: Box
    var confidence: Double
    var landmarks: [Landmark]
  }

  var version: Int
  var images: [Image]

  init(_ text: String) throws { self = try JSONDecoder().decode(JSONResult.self, from: Data(text.utf8)) }

  init(contentsOf path: String) throws { try self.init(String(decoding: Files.read(path), as: UTF8.self)) }
}
