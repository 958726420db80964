import Glibc
import Imaging

/// Where a head is and where it looks, before the camera.
public struct HeadPose: Sendable, Hashable {
  /// Degrees, -180...180. Above 0 the nose points to the right of the picture, the subject's left.
  public var yaw: Double
  /// Degrees, -90...90. Above 0 the nose points up.
  public var pitch: Double
  /// Degrees, -180...180. Above 0 the head is tilted clockwise in the picture.
  public var roll: Double
  /// The matrix from head to camera coordinates by its rows, nine numbers. Head: x to the subject's left, y up, z out of the face.
  /// Camera: x to the right, y down, z away from it.
  public var rotation: [Double]
  /// Metres, in camera coordinates: the middle between the eyeballs of a head of an adult's size.
  public var translation: [Double]
  /// What it holds for; nil where that is not known.
  package var lens: Lens?

  /// A camera without distortion.
  package struct Lens: Sendable, Hashable {
    /// In pixels.
    package var focal: Double
    /// Where the camera's axis meets the picture, in pixels.
    package var center: Point

    package init(focal: Double, center: Point) { (self.focal, self.center) = (focal, center) }
  }

  package init(
    yaw: Double, pitch: Double, roll: Double, rotation: [Double], translation: [Double], lens: Lens? = nil
  ) {
    (self.yaw, self.pitch, self.roll) = (yaw, pitch, roll)
    (self.rotation, self.translation, self.lens) = (rotation, translation, lens)
  }

  init(_ rotation: Rotation, translation: Vector3, lens: Lens) {
    self.lens = lens
    let (first, second, third) = rotation.rows
    self.rotation = [first, second, third].flatMap { [$0.x, $0.y, $0.z] }
    self.translation = [translation.x / 1000, translation.y / 1000, translation.z / 1000]
    // In axes x right, y up, z to the camera the matrix is Rz(-roll) Ry(yaw) Rx(-pitch).
    let (r10, r20, r21, r22) = (-second.x, -third.x, -third.y, -third.z)
    let across = (first.x * first.x + r10 * r10).squareRoot()
    var angles = (yaw: atan2(-r20, across), pitch: -atan2(r21, r22), roll: -atan2(r10, first.x))
    if abs(angles.pitch) > .pi / 2 {
      // The same rotation, seen from beyond a full profile.
      func opposite(_ angle: Double) -> Double { remainder(angle + .pi, 2 * .pi) }
      angles = (remainder(.pi - angles.yaw, 2 * .pi), opposite(angles.pitch), opposite(angles.roll))
    }
    yaw = angles.yaw * 180 / .pi
    pitch = angles.pitch * 180 / .pi
    roll = angles.roll * 180 / .pi
  }
}
