import Imaging

/// Hides faces: what stays cannot be turned back into a face, nor do face detectors find one there. Some go by hair and shoulders
/// and by a smooth patch between them that is round, in the colours of skin or darker than the rest: so boxes are hidden, and blur
/// and box are gray.
public struct Anonymiser: FaceFilter {
  public enum Mode: String, CaseIterable, Sendable {
    case blur, pixelate, solid, emoji

    public var summary: String {
      switch self {
      case .blur: "a blur, half gray"
      case .pixelate: "a few large squares"
      case .solid: "a gray box"
      case .emoji: "a yellow face"
      }
    }
  }

  public let mode: Mode
  /// How much larger than the face the hidden box is.
  public let scale: Double
  private let emoji: Artwork?

  public static let standardScale = 1.3
  /// A smaller box leaves parts of the face, a larger one has no use.
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
    let cover = region.cover(scale: scale)
    let block = max(2, region.side / Self.blocks)
    switch mode {
    case .blur: canvas.blur(cover, block: block, gray: 0.5)
    case .pixelate: canvas.pixelate(cover, block: block)
    case .solid: canvas.fill(cover, color: Color(red: 128, green: 128, blue: 128))
    case .emoji:
      guard let emoji else { return }
      // Its disc fills the square of its picture.
      let radius = max(cover.halfWidth, cover.halfHeight)
      let place = FacePlace(center: cover.center, side: 2 * radius, roll: cover.roll)
      canvas.draw(emoji, map: place.map(from: emoji.width))
    }
  }
}
