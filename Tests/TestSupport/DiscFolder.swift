import Files
import Glibc
import Imaging

/// A data set in the folder format, small and quickly made: the faces are bright discs on gray without points, the pictures
/// without a face are stripes. Two photos, one to train and one to validate, show three discs each, and a third one none.
package enum DiscFolder {
  /// Writes labels.csv, faces.tar and nonfaces.tar, of 24 pictures each, a quarter of them to validate, scenes.csv and scenes.tar.
  /// - Parameters:
  ///   - landmarks: the names of the scheme.
  ///   - offset: another number makes other pictures.
  package static func write(to folder: String, landmarks: [String], offset: Int = 0) throws {
    let manual = [0, 1, 10, 11, 12].map { "manual_\(landmarks[$0])" }
    let names = (landmarks + manual).flatMap { ["\($0)_x", "\($0)_y"] }
    var rows = [(["file", "set", "person", "split", "quality", "pose"] + names).joined(separator: ",")]
    var (faces, others): ([(name: String, bytes: [UInt8])], [(name: String, bytes: [UInt8])]) = ([], [])
    for index in 0..<24 {
      let face = try picture { x, y in
        let distance = hypot(Double(x) - 71.5, Double(y) - 71.5)
        return distance < 40 ? 200 + index : 90 + (x * y + index) % 20
      }
      faces.append(("s/\(index).png", face))
      let fields = ["s/\(index).png", "s", "p\(index)", index % 4 == 0 ? "val" : "train", "1", ""]
      rows.append((fields + [String](repeating: "", count: names.count)).joined(separator: ","))
      others.append(("n/random_p\(index)_0.png", try picture { x, y in 60 + (x + 2 * y + 5 * index + offset) % 60 }))
    }
    try Files.write(rows.joined(separator: "\n") + "\n", to: folder + "/labels.csv")
    try Files.write(TarText.archive(faces), to: folder + "/faces.tar")
    try Files.write(TarText.archive(others), to: folder + "/nonfaces.tar")
    try writeScenes(to: folder, offset: offset)
  }

  /// The middles and the sides of the squares of the discs, whose diameter is five sixths of them.
  package static let sceneFaces = [
    (x: 50.0, y: 60.0, side: 60.0), (x: 160, y: 70, side: 24), (x: 110, y: 150, side: 40),
  ]

  private static func writeScenes(to folder: String, offset: Int) throws {
    var rows = ["file,set,split,width,height,x,y,size,ignore,profile,masked"]
    var photos: [(name: String, bytes: [UInt8])] = []
    for (number, split) in ["train", "val", "train"].enumerated() {
      let (name, faces) = ("p/\(number).png", number < 2 ? sceneFaces : [])
      let pixels = (0..<220 * 200).map { index in
        let (x, y) = (Double(index % 220), Double(index / 220))
        let isDisc = faces.contains { hypot(x - $0.x, y - $0.y) < $0.side * 5 / 12 }
        return UInt8(isDisc ? 200 + number : 90 + (index * 7 + offset) % 20)
      }
      photos.append((name, try Image(GrayImage(width: 220, height: 200, pixels: pixels)).encoded(as: "png")))
      let start = "\(name),s,\(split),220,200"
      rows += faces.isEmpty ? ["\(start),,,,,,"] : faces.map { "\(start),\($0.x),\($0.y),\($0.side),0,0," }
    }
    try Files.write(rows.joined(separator: "\n") + "\n", to: folder + "/scenes.csv")
    try Files.write(TarText.archive(photos), to: folder + "/scenes.tar")
  }

  private static func picture(_ value: (Int, Int) -> Int) throws -> [UInt8] {
    let pixels = (0..<144 * 144).map { UInt8(value($0 % 144, $0 / 144)) }
    return try Image(GrayImage(width: 144, height: 144, pixels: pixels)).encoded(as: "png")
  }
}
