import Imaging

/// Takes a detector's boxes to the convention of the boxes the network was trained with: those of
/// `haarcascade_frontalface_default`.
public struct BoxCorrection: Sendable, Hashable {
  /// How far the centre moves, as a share of the box's width and height.
  public var shiftX: Double
  public var shiftY: Double
  /// How much wider and higher the box becomes about its centre.
  public var scale: Double

  public init(shiftX: Double, shiftY: Double, scale: Double) {
    self.shiftX = shiftX
    self.shiftY = shiftY
    self.scale = scale
  }

  public static let identity = BoxCorrection(shiftX: 0, shiftY: 0, scale: 1)

  public func apply(_ box: Box) -> Box {
    let (width, height) = (box.width * scale, box.height * scale)
    return Box(
      x: box.x + shiftX * box.width + (box.width - width) / 2,
      y: box.y + shiftY * box.height + (box.height - height) / 2,
      width: width, height: height)
  }
}
