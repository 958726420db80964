/// The completion scripts of swift-argument-parser offer files and options only behind a command; these offer those of
/// `annotate`, too, where no command was typed.
enum CompletionScript {
  static func isAsked(for arguments: [String]) -> Bool {
    arguments.first?.hasPrefix("--generate-completion-script") ?? false
  }

  /// The script of swift-argument-parser for any of its shells, changed so that `annotate` may be left out.
  static func withDefaultCommand(_ script: String) -> String {
    if script.hasPrefix("#compdef") { return zsh(script) }
    return script.hasPrefix("#!/bin/bash") ? script + bash : fish(script)
  }

  private static let names = (FacemarksCommand.names + ["help"]).joined(separator: " ")

  private static let bash = """


    # The command annotate may be left out.
    _facemarks_or_annotate() {
        local -ar typed=("${COMP_WORDS[@]}")
        if [[ "${COMP_CWORD}" -eq 1 || ' \(names) ' = *" ${typed[1]} "* ]]; then
            _facemarks "${@}"
            [[ "${COMP_CWORD}" -eq 1 ]] || return
        fi
        local -a COMP_WORDS=("${typed[0]}" annotate "${typed[@]:1}")
        local -i COMP_CWORD=$((COMP_CWORD + 1))
        _facemarks "${@}"
    }

    complete -o filenames -F _facemarks_or_annotate facemarks
    """

  private static func zsh(_ script: String) -> String {
    guard let end = script.ranges(of: "\nif [[ \"${funcstack[1]}\" = _facemarks ]]").last else {
      return script
    }
    let definitions = script[..<end.lowerBound].replacing("\n_facemarks() {", with: "\n_facemarks_with_command() {")
    return definitions + """

      # The command annotate may be left out.
      _facemarks() {
          local -i ret=1
          if [[ "${CURRENT}" -eq 2 || ' \(names) ' = *" ${words[2]} "* ]]; then
              _facemarks_with_command "${@}" && ret=0
              [[ "${CURRENT}" -eq 2 ]] || return "${ret}"
          fi
          words=("${words[1]}" annotate "${words[@]:1}")
          (( CURRENT += 1 ))
          _facemarks_with_command "${@}" && ret=0
          return "${ret}"
      }

      """ + script[end.lowerBound...]
  }

  private static func fish(_ script: String) -> String {
    script.replacing(
      "    set -l unparsed_tokens (__facemarks_tokens -pc)\n",
      with: """
            set -l unparsed_tokens (__facemarks_tokens -pc)
            # The command annotate may be left out.
            set -l first $unparsed_tokens[2..] (__facemarks_tokens -t)
            if test (count $unparsed_tokens) -gt 1 -o "$(string sub -l 1 -- "$first[1]")" = -
                contains -- "$first[1]" \(names); or set unparsed_tokens $unparsed_tokens[1] annotate $unparsed_tokens[2..]
            end

        """)
        + """

        complete -c 'facemarks' -n 'test (count (__facemarks_tokens -pc)) -eq 1' -F
        """
  }
}
