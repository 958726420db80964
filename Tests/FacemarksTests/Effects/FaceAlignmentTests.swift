import Facemarks
import Imaging
import Testing

@Suite struct FaceAlignmentTests {
  /// Eyes, nose tip and corners of the mouth; all else in one place.
  private var face: Face {
    var landmarks = [Point](repeating: Point(x: 0, y: 0), count: 15)
    landmarks[1] = Point(x: 110, y: 120)
    landmarks[0] = Point(x: 170, y: 128)
    landmarks[10] = Point(x: 142, y: 160)
    landmarks[12] = Point(x: 112, y: 190)
    landmarks[11] = Point(x: 160, y: 196)
    return Face(box: Box(x: 90, y: 90, width: 100, height: 100), confidence: 1, landmarks: landmarks)
  }

  private func expect(_ alignment: FaceAlignment, _ places: [(at: Point, is: Point)]) throws {
    let map = try #require(alignment.map(of: face, scheme: .kaggle15))
    for place in places {
      #expect(map.apply(place.at).distance(to: place.is) < 1e-3, "\(map.apply(place.at)), not \(place.is)")
    }
  }

  /// NumPy: Umeyama's similarity by the singular values, inverted.
  @Test func arcface() throws {
    try expect(
      .arcface(width: 112, height: 112),
      [
        (Point(x: 0, y: 0), Point(x: 55.02691967, y: 28.31522219)),
        (Point(x: 111, y: 111), Point(x: 225.87213115, y: 233.55360172)),
      ])
    // Twice as large, 56 pixels wider on both sides: pixel 56.5 of the wide crop is between the first two of the square one.
    try expect(
      .arcface(width: 336, height: 224), [(Point(x: 56.5, y: 0.5), Point(x: 55.02691967, y: 28.31522219))])
  }

  /// NumPy, after `recreate_aligned_images` of ffhq-dataset, of the eyes' centres.
  @Test func ffhq() throws {
    try expect(
      .ffhq(side: 1024),
      [
        (Point(x: 0, y: 0), Point(x: 27.35913841, y: -4.36462806)),
        (Point(x: 1023, y: 0), Point(x: 274.86462806, y: 18.65913841)),
        (Point(x: 511.5, y: 511.5), Point(x: 139.6, y: 130.9)),
      ])
  }

  /// What reaches beyond the picture is its mirror image, without the outermost pixels twice.
  @Test func reflectedBorder() throws {
    let picture = try Image(GrayImage(width: 4, height: 1, pixels: [10, 20, 30, 40])).colored()
    let wide = try picture.sampled(by: Affine(a: 1, b: 0, c: 0, d: 1, tx: -3, ty: 0), width: 10, height: 1)
    let values = (0..<10).map { Int((wide.pixel(x: $0, y: 0)[0] * 255).rounded()) }
    #expect(values == [40, 30, 20, 10, 20, 30, 40, 30, 20, 10])
  }

  @Test func noFace() {
    var flat = face
    flat.landmarks = [Point](repeating: Point(x: 3, y: 3), count: 15)
    for alignment in [FaceAlignment.arcface(width: 112, height: 112), .ffhq(side: 256)] {
      #expect(alignment.map(of: flat, scheme: .kaggle15) == nil)
    }
  }
}
