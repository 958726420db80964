import Facemarks

/// Text in the format of Kaggle's files.
enum KaggleText {
  static let names = LandmarkScheme.kaggle15.landmarks.flatMap { ["\($0)_x", "\($0)_y"] }
  static let header = (names + ["Image"]).joined(separator: ",")

  /// Pixel i of row r is (7 r + i) mod 256.
  static func pixels(row: Int) -> [UInt8] { (0..<9216).map { UInt8((7 * row + $0) % 256) } }

  static func image(_ pixels: [UInt8]) -> String { pixels.map(String.init).joined(separator: " ") }

  /// A row whose coordinate k is k + 0.25, except for `coordinates`, by column.
  static func row(_ coordinates: [Int: String] = [:], image: String) -> String {
    ((0..<30).map { coordinates[$0] ?? "\($0).25" } + [image]).joined(separator: ",")
  }
}
