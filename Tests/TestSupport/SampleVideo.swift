import Files
import Imaging

/// Videos made of the sample photo.
package enum SampleVideo {
  /// Writes frames of `size`x`size` pixels at 25 frames/s: a window on the sample photo with her face, which moves a pixel
  /// to the right and back with every frame, so that the face moves the other way.
  /// - Parameters:
  ///   - blank: frames that are one gray instead.
  ///   - changed: what is made of the photo of 512x512 pixels before.
  package static func write(
    to path: String, frames: Int, size: Int = 256, blank: Range<Int> = 0..<0,
    changed: (Image) throws -> Image = { $0 }
  ) throws {
    try Files.makeFolder(PathText.split(path).folder)
    let photo = try changed(Image(decoding: Files.read(asset("astronaut.png")), name: "astronaut.png")).resized(
      width: 2 * size, height: 2 * size)
    let gray = try Image(width: size, height: size, color: Color(red: 90, green: 90, blue: 90))
    let sink = try VideoFileSink(path: path, width: size, height: size, frameRate: 25)
    for frame in 0..<frames {
      let shift = frame % 40 < 20 ? frame % 20 : 20 - frame % 20
      let box = Box(x: Double(size * 2 / 5 + shift), y: 0, width: Double(size), height: Double(size))
      let picture = blank.contains(frame) ? gray : try photo.cropped(to: box)
      try sink.write(picture, at: Double(frame) / 25)
    }
    _ = try sink.finish()
  }
}
