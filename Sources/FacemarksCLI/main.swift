import ArgumentParser
import Facemarks
import Files
import Glibc
import Imaging

Console.fillClosedStreams()

// A reader that closes the pipe (`| head`) must not end the program in the middle of a file.
signal(SIGPIPE, SIG_IGN)
// A file beyond the size limit is a failed write, which is reported.
signal(SIGXFSZ, SIG_IGN)

// The arguments as bytes: file names need not be valid UTF-8.
let arguments = (1..<max(Int(CommandLine.argc), 1)).compactMap { index in
  CommandLine.unsafeArgv[index].map { PathText.text(UnsafeRawBufferPointer(start: $0, count: strlen($0))) }
}

DisplayTrial.runIfAsked(arguments)

do {
  var command = try FacemarksCommand.parseAsRoot(arguments)
  // Before OpenBLAS is asked for anything.
  try MemoryLimit.check()
  ProcessSettings.apply()
  try command.run()
} catch let failure as CommandFailure {
  failure.report()
  MemoryLimit.end(failure.status.rawValue)
} catch {
  let code = FacemarksCommand.exitCode(for: error)
  if code == .validationFailure {
    let words = PathText.unicode(FacemarksCommand.message(for: error))
    Console.write(
      "facemarks: \(words) (\(FacemarksCommand.helpCommand(for: arguments)) tells more)\n", to: STDERR_FILENO)
    MemoryLimit.end(ExitStatus.usage.rawValue)
  }
  var text = PathText.unicode(FacemarksCommand.fullMessage(for: error))
  if code.isSuccess, CompletionScript.isAsked(for: arguments) { text = CompletionScript.withDefaultCommand(text) }
  Console.write(text.isEmpty ? "" : text + "\n", to: code.isSuccess ? STDOUT_FILENO : STDERR_FILENO)
  MemoryLimit.end(code.rawValue)
}
