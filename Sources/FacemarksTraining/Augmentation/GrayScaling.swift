extension UnsafeMutableBufferPointer<Float> {
  /// Replaces every gray value p by p * factor + offset, kept in 0...255.
  func scaleGray(by factor: Float, offset: Float) {
    for index in indices {
      let value = self[index] * factor + offset
      self[index] = value < 0 ? 0 : (value > 255 ? 255 : value)
    }
  }
}
