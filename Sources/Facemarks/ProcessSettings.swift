import Imaging
import NeuralNetwork

/// Settings of the whole process that make the library quicker and its errors clearer.
///
/// The library changes nothing of the process by itself. A program may apply these once at its start, before it has other threads;
/// `facemarks` does.
public enum ProcessSettings {
  /// - OpenBLAS uses one thread for each product of matrices and the kernels that fit the processor, so that several calls at once
  ///   do not get in each other's way.
  /// - OpenCV logs nothing, and what libjpeg and libpng write about damaged pictures to the standard error stream becomes part of
  ///   the error that is thrown (the C stream `stderr` is replaced by one that passes everything else on).
  /// - OpenCV waits for a camera's next frame for one second instead of ten (an environment variable).
  public static func apply() {
    BLAS.configure()
    OpenCV.configure()
    Camera.limitWaits()
  }
}
