import COpenCVShim
import Glibc

/// Without a display that can be used Qt ends the process, so a process of its own tries it before the first `PreviewWindow`.
package enum DisplayTrial {
  /// Called at the start of a program: it ends here where it was started for the trial, and names itself for it elsewhere.
  /// - Parameter arguments: the program's.
  package static func runIfAsked(_ arguments: [String]) {
    if arguments == [OCV_WINDOW_TRIAL] { exit(ocv_window_try_display() ? 0 : 1) }
    use("/proc/self/exe")
  }

  /// - Parameter program: one that calls `runIfAsked`.
  package static func use(_ program: String) {
    var error = ocv_error()
    _ = ocv_window_set_trial(program, &error)
  }
}
