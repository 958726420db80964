import Imaging

/// Hides faces: what stays cannot be turned back into a face, nor do face detectors find one there.
public struct Anonymiser: FaceFilter {
  public enum Mode: String, CaseIterable, Sendable {
    case blur, pixelate, solid, emoji

    public var summary: String {
      switch self {
      case .blur: "a smooth blur"
      case .pixelate: "a few large squares"
      case .solid: "a black oval"
      case .emoji: "a yellow face"
      }
    }
  }

  public let mode: Mode
  /// How much larger than the face the hidden oval is.
  public let scale: Double
  private let emoji: Artwork?

  public static let standardScale = 1.2
  /// A smaller oval leaves parts of the face, a larger one has no use.
  public static let scales = 0.8...3.0

  /// Squares and blur keep this much of a face: so many means across it.
  private static let blocks = 3.0

  /// - Throws: `FilterError` when the program was built with a damaged picture.
  public init(_ mode: Mode, scale: Double = Anonymiser.standardScale) throws(FilterError) {
    self.mode = mode
    self.scale = scale
    emoji = mode == .emoji ? try ShippedArt.artwork("emoji") : nil
  }

  public func apply(to canvas: Image, face: Face, scheme: LandmarkScheme) {
    let region = FaceRegion(face, scheme)
    let oval = region.oval(scale: scale)
    let block = max(2, region.side / Self.blocks)
    switch mode {
    case .blur: canvas.blur(oval, block: block)
    case .pixelate: canvas.pixelate(oval, block: block)
    case .solid: canvas.fill(oval, color: Color(red: 0, green: 0, blue: 0))
    case .emoji:
      guard let emoji else { return }
      // Its disc fills the square of its picture.
      let radius = max(oval.halfWidth, oval.halfHeight)
      let place = FacePlace(center: oval.center, side: 2 * radius, roll: oval.roll)
      canvas.draw(emoji, map: place.map(from: emoji.width))
    }
  }
}
