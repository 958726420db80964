import Imaging

/// Takes a detector's boxes to the convention of the boxes the network was trained with: those of
/// `haarcascade_frontalface_default`.
package struct BoxCorrection: Sendable, Hashable {
  /// The shift of the centre, as a share of the box's width and height.
  package var shiftX: Double
  package var shiftY: Double
  /// The factor by which the box grows about its centre.
  package var scale: Double

  package init(shiftX: Double, shiftY: Double, scale: Double) {
    self.shiftX = shiftX
    self.shiftY = shiftY
    self.scale = scale
  }

  package static let identity = BoxCorrection(shiftX: 0, shiftY: 0, scale: 1)

  package func apply(_ box: Box) -> Box {
    let (width, height) = (box.width * scale, box.height * scale)
    return Box(
      x: box.x + shiftX * box.width + (box.width - width) / 2,
      y: box.y + shiftY * box.height + (box.height - height) / 2,
      width: width, height: height)
  }
}
