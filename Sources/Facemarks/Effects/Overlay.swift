import Imaging

/// The marks drawn on a picture. Everything has a rim, dark or light, by which it shows on any ground.
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
    /// The number of every landmark, and which names they stand for.
    case names
    /// Lines between the landmarks that belong together.
    case connections
    /// The lines of the 68 points of iBUG: jaw, brows, nose, eyes and lips.
    case contours
    /// Triangles between the 68 points.
    case mesh
    /// The axes of the head: red to the subject's left, green up, blue where the nose points.
    case pose

    /// Whether it needs a network that gives the 68 points.
    package var needsFullScheme: Bool { [.contours, .mesh, .pose].contains(self) }
  }

  package var items: Set<Item>
  /// Nil gives every part of the face its own.
  package var color: Color?
  /// The discs' radius in pixels; nil lets it grow with the face.
  package var radius: Double?
  /// Which landmarks are meant by points, labels, names and connections; see `LandmarkSelection`.
  package var landmarks: LandmarkScheme?

  package init(
    items: Set<Item> = [.points], color: Color? = nil, radius: Double? = nil, landmarks: LandmarkScheme? = nil
  ) {
    (self.items, self.color, self.radius, self.landmarks) = (items, color, radius, landmarks)
  }

  /// The radius for a face: what was asked for, or 1.1 % of the box and at least 1.2 pixels.
  package func radius(for box: Box) -> Double {
    radius ?? max(1.2, 0.011 * max(box.width, box.height))
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
    let selection = LandmarkSelection(landmarks, of: scheme)
    let chosen = selection?.scheme ?? scheme
    for (index, face) in faces.enumerated() {
      if scheme == .full { try drawWhole(face, on: canvas) }
      try draw(selection?(face) ?? face, number: numbers?[index] ?? index + 1, scheme: chosen, on: canvas)
    }
    if items.contains(.names), !faces.isEmpty { try drawLegend(faces, chosen, on: canvas) }
  }

  /// Boxes beyond which nothing is drawn on a picture of these faces; nil where text may be anywhere.
  package func places(of faces: [Face]) -> [Box]? {
    guard items.isDisjoint(with: [.numbers, .labels, .names]) || faces.isEmpty else { return nil }
    if items.isEmpty { return [] }
    return faces.map { face in
      // A disc with its rim is 1.4 radii large, a line with its rim less than 2 wide.
      // The axes of the head are half of the box long.
      let axes = items.contains(.pose) ? max(face.box.width, face.box.height) / 2 : 0
      let reach = 2 * radius(for: face.box) + 4 + axes
      let (x, y) = (face.landmarks.map(\.x), face.landmarks.map(\.y))
      let left = min(face.box.x, x.min() ?? .infinity)
      let top = min(face.box.y, y.min() ?? .infinity)
      let right = max(face.box.x + face.box.width, x.max() ?? -.infinity)
      let bottom = max(face.box.y + face.box.height, y.max() ?? -.infinity)
      return Box(
        x: left - reach, y: top - reach, width: right - left + 2 * reach, height: bottom - top + 2 * reach)
    }
  }

  /// What is drawn of all landmarks of the scheme `full`, whichever are chosen.
  private func drawWhole(_ face: Face, on canvas: Image) throws {
    let pen = Pen(radius: radius(for: face.box), canvas: canvas)
    let points = Array(face.landmarks.dropFirst(LandmarkScheme.kaggle15.count))
    if items.contains(.mesh) {
      for pair in FaceMesh.edges {
        try pen.hairline(from: points[pair.0], to: points[pair.1], color: color ?? Self.plain)
      }
    }
    if items.contains(.contours) {
      for pair in LandmarkScheme.ibug68.connections {
        try pen.line(from: points[pair[0]], to: points[pair[1]], color: color(of: pair[0], .ibug68))
      }
    }
    guard items.contains(.pose), let pose = face.pose else { return }
    // As long as half of the box, from the bridge of the nose; without perspective.
    let (origin, length) = (points[27], max(face.box.width, face.box.height) / 2)
    for (axis, color) in Self.axes.enumerated() {
      let tip = Point(x: origin.x + length * pose.rotation[axis], y: origin.y + length * pose.rotation[3 + axis])
      try pen.line(from: origin, to: tip, color: color)
    }
  }

  private static let axes = [
    Color(red: 255, green: 60, blue: 60), Color(red: 70, green: 230, blue: 70), Color(red: 70, green: 130, blue: 255),
  ]

  private func draw(_ face: Face, number: Int, scheme: LandmarkScheme, on canvas: Image) throws {
    let radius = radius(for: face.box)
    let pen = Pen(radius: radius, canvas: canvas)
    let plain = color ?? Self.plain
    if items.contains(.boxes) { try pen.box(face.box, color: plain) }
    if items.contains(.numbers) {
      let height = max(9, radius * 8)
      // Inside of the picture, also where the box begins above it.
      let corner = Point(x: max(face.box.x, 0), y: max(face.box.y - radius * 3, height + 1))
      try pen.text(String(number), at: corner, height: height, color: plain)
    }
    if items.contains(.connections) {
      for pair in scheme.connections where pair.allSatisfy(face.landmarks.indices.contains) {
        try pen.line(
          from: face.landmarks[pair[0]], to: face.landmarks[pair[1]], color: color(of: pair[0], scheme))
      }
    }
    if items.contains(.points) {
      for (index, point) in face.landmarks.enumerated() { try pen.disc(point, color: color(of: index, scheme)) }
    }
    if items.contains(.labels) || items.contains(.names) { try drawLabels(of: face, scheme, pen) }
  }

  /// For marks that belong to no part of the face.
  private static let plain = Color(red: 255, green: 255, blue: 255)

  private static let parts: [(word: String, color: Color)] = [
    ("eyebrow", Color(red: 255, green: 210, blue: 0)), ("eye", Color(red: 0, green: 210, blue: 255)),
    ("nose", Color(red: 90, green: 255, blue: 90)), ("mouth", Color(red: 255, green: 90, blue: 170)),
    ("pupil", Color(red: 0, green: 210, blue: 255)),
  ]

  private func color(of landmark: Int, _ scheme: LandmarkScheme) -> Color {
    if let color { return color }
    let name = landmark < scheme.count ? scheme.landmarks[landmark] : ""
    if name.hasPrefix("ibug_"), let number = Int(name.dropFirst(5)) {
      return number < 17 ? Self.plain : Self.parts[number < 27 ? 0 : number < 36 ? 2 : number < 48 ? 1 : 3].color
    }
    return Self.parts.first { name.contains($0.word) }?.color ?? Self.plain
  }

  /// Numbers and names of the points, one below the other, in the corner where they cover least of the faces.
  private func drawLegend(_ faces: [Face], _ scheme: LandmarkScheme, on canvas: Image) throws {
    let height = max(7, 0.016 * Double(min(canvas.width, canvas.height)))
    let lines = scheme.landmarks.enumerated().map { "\($0.offset + 1) \($0.element)" }
    let (margin, apart) = (height, 1.6 * height)
    let width = 2 * margin + (try lines.map { try Image.textWidth($0, height: height) }.max() ?? 0)
    let size = (width: width, height: 1.5 * margin + apart * Double(lines.count))
    let (right, bottom) = (Double(canvas.width) - size.width, Double(canvas.height) - size.height)
    let corners = [(0, 0), (right, 0), (0, bottom), (right, bottom)].map { x, y in
      Box(x: x, y: y, width: size.width, height: size.height)
    }
    func covered(_ corner: Box) -> Double { faces.reduce(0) { $0 + Self.common($1.box, corner) } }
    guard let corner = corners.min(by: { covered($0) < covered($1) }) else { return }
    try canvas.fillBox(corner, color: Pen.rimColor(of: color ?? Self.plain))
    for (index, line) in lines.enumerated() {
      let origin = Point(x: corner.x + margin, y: corner.y + margin / 2 + apart * Double(index + 1))
      try canvas.drawText(line, at: origin, height: height, color: color(of: index, scheme))
    }
  }

  /// The numbers, each at the first place beside its point where no other number and no point is.
  private func drawLabels(of face: Face, _ scheme: LandmarkScheme, _ pen: Pen) throws {
    let height = max(7, 0.035 * max(face.box.width, face.box.height))
    let gap = 1.5 * pen.radius + 1
    var taken = face.landmarks.map {
      Box(x: $0.x - pen.radius, y: $0.y - pen.radius, width: 2 * pen.radius, height: 2 * pen.radius)
    }
    for (index, point) in face.landmarks.enumerated() where index < scheme.count {
      let text = String(index + 1)
      let width = try Image.textWidth(text, height: height)
      let (left, right) = (point.x - gap - width, point.x + gap)
      let (above, below) = (point.y - gap, point.y + gap + height)
      let places = [
        Point(x: right, y: above), Point(x: left, y: above), Point(x: right, y: below), Point(x: left, y: below),
        Point(x: point.x - width / 2, y: above), Point(x: point.x - width / 2, y: below),
      ]
      // With a gap, so that two numbers are not read as one.
      func area(_ place: Point) -> Box {
        Box(x: place.x - height / 4, y: place.y - height, width: width + height / 2, height: height)
      }
      let place = places.first { place in !taken.contains { Self.common($0, area(place)) > 0 } } ?? places[0]
      taken.append(area(place))
      try pen.text(text, at: place, height: height, color: color(of: index, scheme))
    }
  }

  /// The area that two boxes share.
  private static func common(_ one: Box, _ other: Box) -> Double {
    let width = min(one.x + one.width, other.x + other.width) - max(one.x, other.x)
    let height = min(one.y + one.height, other.y + other.height) - max(one.y, other.y)
    return max(0, width) * max(0, height)
  }
}

/// Draws shapes with a rim.
private struct Pen {
  let radius: Double
  let canvas: Image

  private var thickness: Double { max(1, radius * 0.8) }
  private var rim: Double { max(0.8, radius * 0.4) }

  static func rimColor(of color: Color) -> Color {
    let level: UInt8 = color.luma < 80 ? 255 : 0
    return Color(red: level, green: level, blue: level)
  }

  func disc(_ center: Point, color: Color) throws {
    try canvas.drawDisc(center: center, radius: radius + rim, color: Self.rimColor(of: color))
    try canvas.drawDisc(center: center, radius: radius, color: color)
  }

  func line(from start: Point, to end: Point, color: Color) throws {
    try canvas.drawLine(
      from: start, to: end, thickness: thickness + rim, color: Self.rimColor(of: color))
    try canvas.drawLine(from: start, to: end, thickness: thickness, color: color)
  }

  /// A thin line without a rim.
  func hairline(from start: Point, to end: Point, color: Color) throws {
    try canvas.drawLine(from: start, to: end, thickness: max(0.8, radius * 0.35), color: color)
  }

  func box(_ box: Box, color: Color) throws {
    try canvas.drawBox(box, thickness: thickness + 2 * rim, color: Self.rimColor(of: color))
    try canvas.drawBox(box, thickness: thickness, color: color)
  }

  func text(_ text: String, at origin: Point, height: Double, color: Color) throws {
    let reach = max(1, height / 10)
    for (x, y) in [(-1, -1), (0, -1), (1, -1), (-1, 0), (1, 0), (-1, 1), (0, 1), (1, 1)] {
      let shifted = Point(x: origin.x + Double(x) * reach, y: origin.y + Double(y) * reach)
      try canvas.drawText(text, at: shifted, height: height, color: Self.rimColor(of: color))
    }
    try canvas.drawText(text, at: origin, height: height, color: color)
  }
}
