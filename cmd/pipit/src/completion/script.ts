/**
 * A script that asks `pipit __complete` for candidates. It prints one a line; `:files` alone stands for the names of
 * files, which shells know better.
 */
export function completionScript(shell: 'bash' | 'zsh' | 'fish'): string {
  return scripts[shell];
}

const scripts = {
  bash: String.raw`# pipit completion for bash: eval "$(pipit completion bash)"
_pipit() {
  local words cword cur
  # Without this a word ends at ':' and '='.
  if declare -F _get_comp_words_by_ref >/dev/null; then
    _get_comp_words_by_ref -n ':=' words cword cur
  else
    words=("${'$'}{COMP_WORDS[@]}") cword=$COMP_CWORD cur=${'$'}{COMP_WORDS[COMP_CWORD]}
  fi
  local found
  found=$(pipit __complete -- "${'$'}{words[@]:1:cword}" 2>/dev/null)
  if [ "$found" = ':files' ]; then
    compopt -o default 2>/dev/null
    COMPREPLY=()
    return
  fi
  local IFS=$'\n'
  COMPREPLY=($found)
}
complete -F _pipit pipit
`,
  zsh: String.raw`#compdef pipit
# pipit completion for zsh: eval "$(pipit completion zsh)", after compinit
_pipit() {
  local -a found
  found=("${'$'}{(@f)$(pipit __complete -- "${'$'}{(@)words[2,CURRENT]}" 2>/dev/null)}")
  if [[ "$found" == ':files' ]]; then
    _files
  else
    compadd -- "${'$'}{(@)found:#}"
  fi
}
if [ "$funcstack[1]" = "_pipit" ]; then
  _pipit "$@"
else
  compdef _pipit pipit
fi
`,
  fish: String.raw`# pipit completion for fish: pipit completion fish > ~/.config/fish/completions/pipit.fish
function __pipit_complete
    set -l words (commandline -opc) (commandline -ct)
    set -l found (pipit __complete -- $words[2..-1] 2>/dev/null)
    if test "$found" = ':files'
        __fish_complete_path (commandline -ct)
    else
        printf '%s\n' $found
    end
end
complete -c pipit -f -a '(__pipit_complete)'
`,
};
