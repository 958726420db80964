import FacemarksTraining
import Glibc

/// A run's folder where a model is asked for.
enum RunFolder {
  /// The model of a run's folder; any other path as it is.
  static func model(_ path: String) -> String {
    access(Trainer.configurationPath(path), F_OK) == 0 ? Trainer.modelPath(path) : path
  }
}
