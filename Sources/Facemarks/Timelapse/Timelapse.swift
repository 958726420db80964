import Imaging

/// A film of one person's photos: the eyes stay where they are, the light is evened, and each photo fades into the next.
package struct Timelapse: Sendable {
  /// Of the film, in pixels.
  package let width: Int
  package let height: Int
  package let frameRate: Double
  /// Of each photo, in seconds, the fading in included.
  package let secondsPerPhoto: Double

  /// A photo whose face was found.
  package struct Photo: Sendable, Hashable {
    package var file: String
    /// When it was taken, as EXIF writes it: such dates are in the order of their letters.
    package var date: String
    /// From pixels of the film to those of the photo.
    package var map: Affine
    /// The mean gray value of the face, 0...255.
    package var light: Double

    package init(file: String, date: String, map: Affine, light: Double) {
      (self.file, self.date, self.map, self.light) = (file, date, map, light)
    }
  }

  /// Where the eyes are, as shares of the film's height, and their distance as a share of its shorter side.
  private static let eyeLine = 0.42
  private static let eyeDistance = 0.17
  /// Of the seconds of a photo, the share in which it fades in.
  private static let fading = 0.5
  /// The least and the greatest factor by which a photo is made darker or lighter.
  private static let gains = 0.6...1.7

  package init(width: Int, height: Int, frameRate: Double, secondsPerPhoto: Double) {
    (self.width, self.height) = (width, height)
    (self.frameRate, self.secondsPerPhoto) = (frameRate, secondsPerPhoto)
  }

  /// A photo and where its face goes; nil where its eyes are in one place.
  package func photo(_ file: String, date: String, face: Face, scheme: LandmarkScheme, in gray: GrayImage) -> Photo? {
    guard let eyes = scheme.eyeCenters else { return nil }
    let half = Self.eyeDistance * Double(min(width, height)) / 2
    let (x, y) = (Double(width - 1) / 2, Self.eyeLine * Double(height))
    // The subject's right eye is at the left.
    let places = [Point(x: x + half, y: y), Point(x: x - half, y: y)]
    guard
      let similarity = Similarity(from: places, to: [face.landmarks[eyes.left], face.landmarks[eyes.right]]),
      similarity.scale > 0
    else { return nil }
    return Photo(file: file, date: date, map: similarity.affine, light: Self.light(of: face, in: gray))
  }

  /// The mean over the middle of the face's box.
  private static func light(of face: Face, in gray: GrayImage) -> Double {
    let box = face.box.enlarged(by: 0.7)
    func range(_ start: Double, _ length: Double, _ limit: Int) -> Range<Int> {
      let first = Int(min(max(start, 0), Double(limit - 1)))
      return first..<max(first + 1, Int(min(max(start + length, 0), Double(limit))))
    }
    let (columns, rows) = (range(box.x, box.width, gray.width), range(box.y, box.height, gray.height))
    var sum = 0
    for row in rows { for column in columns { sum += Int(gray.pixels[row * gray.width + column]) } }
    return Double(sum) / Double(rows.count * columns.count)
  }

  /// Makes the film's frames one after the other.
  /// - Parameters:
  ///   - photos: in the order of the film.
  ///   - isWanted: asked before each photo; false ends the film.
  ///   - read: a photo's picture.
  ///   - write: a frame in 8-bit colour and its time in seconds.
  /// - Returns: the number of frames.
  package func make(
    _ photos: [Photo], while isWanted: () -> Bool, read: (Photo) throws -> Image, write: (Image, Double) throws -> Void
  ) throws -> Int {
    let lights = photos.map(\.light).sorted()
    guard !lights.isEmpty else { return 0 }
    let usual = lights[lights.count / 2]
    let frames = max(1, Int((secondsPerPhoto * frameRate).rounded()))
    let fade = Int((Self.fading * Double(frames)).rounded(.down))
    var (previous, count): (Image?, Int) = (nil, 0)
    for photo in photos where isWanted() {
      let gain = min(max(usual / max(photo.light, 1), Self.gains.lowerBound), Self.gains.upperBound)
      let plain = try read(photo).plain().sampled(by: photo.map, width: width, height: height)
      let picture = try plain.mixed(gain, with: plain, 0)
      for frame in 0..<frames {
        let share = Double(frame + 1) / Double(fade + 1)
        let shown =
          try previous.flatMap { frame < fade ? try picture.mixed(share, with: $0, 1 - share) : nil } ?? picture
        try write(shown, Double(count) / frameRate)
        count += 1
      }
      previous = picture
    }
    return count
  }
}
