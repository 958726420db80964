import Imaging

/// What is drawn on a photo, and how.
package struct Overlay: Sendable, Hashable {
  package enum Item: String, CaseIterable, Sendable {
    /// A disc on every landmark.
    case points
    /// The face's box.
    case boxes
    /// The face's number, above its box.
    case numbers
    /// The number of every landmark, from 1.
    case labels
    /// The name of every landmark.
    case names
    /// Lines between the landmarks that belong together.
    case connections
  }

  package var items: Set<Item>
  package var color: Color
  /// The discs' radius in pixels; nil lets it grow with the face.
  package var radius: Double?

  package init(items: Set<Item> = [.points], color: Color, radius: Double? = nil) {
    self.items = items
    self.color = color
    self.radius = radius
  }

  /// The radius for a face: what was asked for, or 1.5 % of the box and at least 1.5 pixels.
  package func radius(for box: Box) -> Double {
    radius ?? max(1.5, 0.015 * max(box.width, box.height))
  }

  /// A copy of `picture` in colour, of the same depth and with its alpha, with the faces drawn on it.
  package func draw(_ faces: [Face], scheme: LandmarkScheme, on picture: Image) throws -> Image {
    let canvas = try picture.colored()
    try draw(faces, scheme: scheme, onto: canvas)
    return canvas
  }

  /// Draws the faces on `canvas` itself.
  /// - Parameter faces: in pixels of the canvas.
  /// - Parameter scheme: what their landmarks are.
  /// - Parameter canvas: a picture in colour, see `Image.colored()`.
  /// - Parameter numbers: the faces' numbers; nil counts them from 1.
  package func draw(
    _ faces: [Face], numbers: [Int]? = nil, scheme: LandmarkScheme, onto canvas: Image
  ) throws {
    for (index, face) in faces.enumerated() {
      try draw(face, number: numbers?[index] ?? index + 1, scheme: scheme, on: canvas)
    }
  }

  private func draw(_ face: Face, number: Int, scheme: LandmarkScheme, on canvas: Image) throws {
    let radius = radius(for: face.box)
    let thickness = max(1, radius * 0.6)
    if items.contains(.boxes) { try canvas.drawBox(face.box, thickness: thickness, color: color) }
    if items.contains(.numbers) {
      let height = max(9, radius * 6)
      // Inside of the picture, also where the box begins above it.
      let corner = Point(x: max(face.box.x, 0), y: max(face.box.y - radius * 2, height + 1))
      try canvas.drawText(String(number), at: corner, height: height, color: color)
    }
    if items.contains(.connections) {
      for pair in scheme.connections where pair.allSatisfy(face.landmarks.indices.contains) {
        try canvas.drawLine(
          from: face.landmarks[pair[0]], to: face.landmarks[pair[1]], thickness: thickness, color: color)
      }
    }
    if items.contains(.points) {
      for point in face.landmarks { try canvas.drawDisc(center: point, radius: radius, color: color) }
    }
    guard items.contains(.labels) || items.contains(.names) else { return }
    let height = max(7, radius * 3)
    for (index, point) in face.landmarks.enumerated() where index < scheme.count {
      var text = items.contains(.labels) ? String(index + 1) : ""
      if items.contains(.names) { text += (text.isEmpty ? "" : " ") + scheme.landmarks[index] }
      let corner = Point(x: point.x + radius * 1.3, y: point.y - radius * 1.3)
      try canvas.drawText(text, at: corner, height: height, color: color)
    }
  }
}
