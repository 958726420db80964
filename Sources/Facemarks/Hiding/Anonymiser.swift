import Glibc
import Imaging

/// Hides faces under a rounded shape that is turned with the head. The face cannot be restored from the rest: the shape covers
/// more than the face, and fades out only beyond it.
package struct Anonymiser: FaceFilter {
  package enum Mode: String, CaseIterable, Sendable {
    case blur, pixelate, solid, emoji

    package var summary: String {
      switch self {
      case .blur: "a blur, half gray"
      case .pixelate: "a few large squares"
      case .solid: "plain gray"
      case .emoji: "a yellow face"
      }
    }
  }

  package let mode: Mode
  /// The size of the shape as a multiple of the face.
  package let scale: Double
  private let emoji: StickerImage?

  package static let standardScale = 1.3
  /// A smaller scale would leave parts of the face visible, a larger one has no use.
  package static let scales = 0.8...3.0

  /// The number of mean colours across a face that squares and blur keep.
  private static let blocks = 3.0

  /// - Throws: `ImagingError` when the program was built with a damaged picture.
  package init(_ mode: Mode, scale: Double = Anonymiser.standardScale) throws(ImagingError) {
    self.mode = mode
    self.scale = scale
    emoji = mode == .emoji ? try BundledStickers.artwork("emoji") : nil
  }

  package func apply(to canvas: Image, face: Face, scheme: LandmarkScheme) {
    hide([face], on: canvas, isDoubtful: false, scheme: scheme)
  }

  /// Hides a record's face, if it is to be hidden.
  package func hide(_ record: HidingRecord, on canvas: Image, scheme: LandmarkScheme) {
    hide([record.face] + record.elsewhere, on: canvas, isDoubtful: record.isDoubtful, scheme: scheme)
  }

  /// A box beyond which `hide` neither reads nor changes a pixel; nil where there is nothing to hide.
  package func place(of record: HidingRecord, scheme: LandmarkScheme) -> Box? {
    let (mask, block) = shape([record.face] + record.elsewhere, isDoubtful: record.isDoubtful, scheme: scheme)
    guard let bounds = mask.bounds else { return nil }
    // The means of up to two squares around it; the picture of a face is a little larger than its oval.
    let reach = 2 * block + (Self.aroundOval - 1) * max(bounds.width, bounds.height) + 2
    return Box(
      x: bounds.x - reach, y: bounds.y - reach, width: bounds.width + 2 * reach, height: bounds.height + 2 * reach)
  }

  /// What covers the places where one face is, or may be, and the side of the squares that stay of it.
  private func shape(_ places: [Face], isDoubtful: Bool, scheme: LandmarkScheme) -> (mask: Mask, block: Double) {
    let regions = places.map { FaceRegion($0, scheme, isDoubtful: isDoubtful) }
    let mask = Mask(regions.flatMap { $0.ovals(scale: scale) }, core: core)
    return (mask, max(2, (regions.map(\.side).max() ?? 0) / Self.blocks))
  }

  /// Hides the places where one face is, or may be.
  private func hide(_ places: [Face], on canvas: Image, isDoubtful: Bool, scheme: LandmarkScheme) {
    let (mask, block) = shape(places, isDoubtful: isDoubtful, scheme: scheme)
    switch mode {
    case .blur: canvas.blur(mask, block: block, gray: 0.5)
    case .pixelate: canvas.pixelate(mask, block: block)
    case .solid: canvas.fill(mask, color: Color(red: 128, green: 128, blue: 128))
    case .emoji:
      guard let emoji else { return }
      for oval in mask.ovals {
        // Its disc fills the square of its picture.
        canvas.draw(emoji, map: Self.map(disc: Double(emoji.width), around: oval))
      }
    }
  }

  /// The share of the shape that is covered fully: its rim fades out only beyond the face.
  private var core: Double { min(max(Self.softCore, 1 / scale), Self.hardCore) }

  private static let softCore = 0.92
  private static let hardCore = 0.98

  /// The map that stretches a disc, `pixels` across in a square picture, to the smallest ellipse around an oval.
  private static func map(disc pixels: Double, around oval: Oval) -> Affine {
    let (c, s) = (cos(oval.roll), sin(oval.roll))
    let (across, down) = (aroundOval * 2 * oval.halfWidth / pixels, aroundOval * 2 * oval.halfHeight / pixels)
    let middle = (pixels - 1) / 2
    return Affine(
      a: across * c, b: -down * s, c: across * s, d: down * c,
      tx: oval.center.x - (across * c - down * s) * middle, ty: oval.center.y - (across * s + down * c) * middle)
  }

  /// The smallest ellipse around an oval is this many times as large: the oval comes nearest to it where both terms of its
  /// equation are a half, at x/a = 0.5^0.4, and 2 * 0.5^0.8 = 1.072^2.
  private static let aroundOval = 1.072
}
