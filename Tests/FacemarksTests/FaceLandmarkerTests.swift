import Dispatch
import Facemarks
import Files
import Imaging
import Synchronization
import TestSupport
import Testing

@Suite struct FaceLandmarkerTests {
  private static let photo = asset("astronaut.png")

  /// The places were read off the photo by hand, at eight times its size; a tenth of the distance of the eyes is 4 px.
  @Test func landmarksOfAPhotoByName() throws {
    let faces = try FaceLandmarker().faces(inPhoto: Self.photo)
    let face = try #require(faces.first)
    #expect(faces.count == 1)
    let byHand: [Landmark: Point] = [
      .leftEyeCenter: Point(x: 246.5, y: 103.5), .rightEyeCenter: Point(x: 203.5, y: 101),
      .noseTip: Point(x: 225, y: 126), .mouthLeftCorner: Point(x: 244, y: 141),
      .mouthRightCorner: Point(x: 203, y: 140),
    ]
    for (landmark, place) in byHand {
      #expect(face[landmark].distance(to: place) < 4, "\(landmark.name)")
      #expect((face.confidence(of: landmark) ?? 0) > 0.8, "\(landmark.name)")
    }
    #expect(Landmark.allCases.map(\.name) == LandmarkScheme.kaggle15.landmarks)
  }

  /// Every order of channels, with and without gaps between the rows, shows the same picture.
  @Test(arguments: PixelBuffer.Format.allCases, [nil, 5]) func pixelsInMemory(format: PixelBuffer.Format, gap: Int?)
    throws
  {
    let photo = try Image(contentsOf: Self.photo).resized(width: 256, height: 256)
    let landmarker = try FaceLandmarker()
    let expected = try landmarker.faces(in: photo)
    #expect(expected.count == 1)
    let gray = try photo.gray()
    let row = photo.width * format.channels + (gap ?? 0)
    var bytes = [UInt8](repeating: 77, count: row * photo.height)
    for y in 0..<photo.height {
      for x in 0..<photo.width {
        let rgb = photo.pixel(x: x, y: y).prefix(3).map { UInt8(($0 * 255).rounded()) }
        let pixel: [UInt8] =
          switch format {
          case .gray: [gray.pixels[y * photo.width + x]]
          case .rgb: Array(rgb)
          case .bgr: rgb.reversed()
          case .rgba: rgb + [9]
          case .bgra: rgb.reversed() + [9]
          }
        bytes.replaceSubrange(y * row + x * format.channels..<y * row + (x + 1) * format.channels, with: pixel)
      }
    }
    let found = try bytes.withUnsafeBytes { bytes in
      try landmarker.faces(
        in: PixelBuffer(
          bytes, format: format, width: photo.width, height: photo.height, stride: gap.map { _ in row }))
    }
    #expect(found == expected)
  }

  @Test func aBufferHoldsItsPixels() throws {
    let bytes = [UInt8](repeating: 0, count: 60)
    try bytes.withUnsafeBytes { bytes in
      _ = try PixelBuffer(bytes, format: .rgb, width: 4, height: 5)
      // The last row needs no gap behind it.
      _ = try PixelBuffer(bytes, format: .gray, width: 6, height: 4, stride: 18)
      for (width, height, stride) in [(4, 6, nil), (0, 5, nil), (4, -1, nil), (4, 5, 11), (6, 4, 19)]
        as [(Int, Int, Int?)]
      {
        #expect(throws: ImagingError.self) {
          try PixelBuffer(bytes, format: .rgb, width: width, height: height, stride: stride)
        }
      }
    }
  }

  @Test func severalTasksAtOnce() throws {
    let landmarker = try FaceLandmarker()
    let expected = try landmarker.faces(inPhoto: Self.photo)
    let results = Mutex<[[Face]?]>([])
    DispatchQueue.concurrentPerform(iterations: 6) { _ in
      let faces = try? landmarker.faces(inPhoto: Self.photo)
      results.withLock { $0.append(faces) }
    }
    #expect(results.withLock { $0 } == Array(repeating: expected, count: 6))
  }

  @Test func optionsAreHeeded() throws {
    #expect(try FaceLandmarker(.init(minSize: 300)).faces(inPhoto: Self.photo).isEmpty)
    #expect(try FaceLandmarker(.init(maxFaces: 0)).faces(inPhoto: Self.photo).isEmpty)
    let cascade = try #require(CascadeDetector.find(CascadeDetector.defaultCascade))
    for options in [FaceLandmarker.Options(model: .accurate), .init(detector: .cascade(cascade))] {
      let face = try #require(FaceLandmarker(options).faces(inPhoto: Self.photo).first)
      #expect(face[.noseTip].distance(to: Point(x: 225, y: 126)) < 4)
    }
  }

  @Test func whatCannotBeUsedIsNamed() throws {
    let missing = UnusableModelError(description: "/no/such.file: cannot read: No such file or directory")
    #expect(throws: missing) { try FaceLandmarker(.init(model: .file("/no/such.file"))) }
    #expect(throws: missing) { try FaceTracker(.init(model: .file("/no/such.file"))) }
    #expect(throws: missing) { try FaceLandmarker(.init(detector: .cascade("/no/such.file"))) }
    #expect(throws: ImagingError(file: "/no/such.jpg", message: "cannot read: No such file or directory")) {
      try FaceLandmarker().faces(inPhoto: "/no/such.jpg")
    }
  }

  /// The photo moves by a pixel a frame: the one face keeps its id and the nose moves along.
  @Test func aTrackerFollowsPixelsInMemory() throws {
    let photo = try Image(contentsOf: Self.photo).gray()
    let tracker = try FaceTracker(
      pipeline: FaceLandmarker.Options().makeVideoPipeline(), settings: .init(smoothing: .none))
    var noses: [Point] = []
    for frame in 0..<6 {
      let moved = try photo.warped(
        by: Affine(a: 1, b: 0, c: 0, d: 1, tx: Double(frame), ty: 0), width: photo.width, height: photo.height)
      let faces = try moved.pixels.withUnsafeBytes { bytes in
        try tracker.faces(
          in: PixelBuffer(bytes, format: .gray, width: photo.width, height: photo.height), at: Double(frame) / 25)
      }
      let face = try #require(faces.first)
      #expect(faces.count == 1)
      #expect(face.id == 1)
      noses.append(face.face[.noseTip])
    }
    #expect(abs(noses[0].x - noses[5].x - 5) < 1)
  }
}
