"""Completions for bash, zsh and fish from the program's help tree: verbs, options, values of a closed set, files.

`scripts(ROOT)` returns {file name: text}. They start nothing: what is offered is fixed when the package is made.
"""
FILES = {"FILE", "CSV", "PATH", "PATH:FILE", "DIR"}
# Options whose help has TEXT for a file or folder.
FILE_OPTIONS = {"--candles", "--dir", "--model", "--out", "--config", "--mnemonic-file", "--ledger", "--socket",
                "--svg", "--tape"}


def takes_file(option):
    return option.type in FILES or (option.type == "TEXT" and any(n in FILE_OPTIONS for n in option.names))


def quoted(text):
    return "'" + text.replace("'", "'\\''") + "'"


def first_line(text):
    return text.splitlines()[0] if text else ""


def bash(root):
    out = ["# bash completion of inferd, generated from its help.", "_inferd() {",
           "  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]} path=inferd word i",
           "  COMPREPLY=()",
           "  for ((i = 1; i < COMP_CWORD; i++)); do",
           "    word=${COMP_WORDS[i]}",
           "    case \"$path $word\" in"]
    parents = [v for v in root.walk() if v.verbs]
    known = "|".join(quoted(" ".join(v.words)) for p in parents for v in p.verbs)
    out += [f"      {known}) path=\"$path $word\" ;;", "    esac", "  done", "  case \"$path $prev\" in"]
    for verb in root.walk():
        for option in verb.options:
            if not option.type:
                continue
            pattern = "|".join(quoted(" ".join([*verb.words, name])) for name in option.names)
            if option.choices:
                out.append(f"    {pattern}) mapfile -t COMPREPLY < <(compgen -W {quoted(' '.join(option.choices))} -- \"$cur\"); return ;;")
            elif takes_file(option):
                out.append(f"    {pattern}) mapfile -t COMPREPLY < <(compgen -f -- \"$cur\"); return ;;")
            else:
                out.append(f"    {pattern}) return ;;")
    out += ["  esac", "  local words="]
    out += ["  case $path in"]
    for verb in root.walk():
        words = [v.name for v in verb.verbs] + [name for o in verb.options for name in o.names if name.startswith("--")]
        out.append(f"    {quoted(' '.join(verb.words))}) words={quoted(' '.join(words))} ;;")
    out += ["  esac", "  mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$cur\")",
            "  [ ${#COMPREPLY[@]} -gt 0 ] || [[ $cur == -* ]] || mapfile -t COMPREPLY < <(compgen -f -- \"$cur\")",
            "}", "complete -o filenames -F _inferd inferd"]
    return "\n".join(out) + "\n"


def zsh_text(text):
    """Inside _arguments' and _describe's own syntax, within single quotes."""
    for c in "\\:[]":
        text = text.replace(c, "\\" + c)
    return text.replace("'", "'\\''").replace("`", "").replace("$", "")


def zsh_option(option):
    action = ""
    if option.type:
        action = f":{option.type.lower().replace(':', ' ')}:"
        action += f"({' '.join(option.choices)})" if option.choices else "_files" if takes_file(option) else " "
    star = "*" if option.repeats else ""
    text = f"[{zsh_text(first_line(option.text))}]"
    return [f"'{star}{name}{text}{action}'" for name in option.names]


def zsh(root):
    out = ["#compdef inferd", "# zsh completion of inferd, generated from its help.", ""]
    for verb in reversed(list(root.walk())):
        name = "_" + "_".join(verb.words).replace("-", "_")
        arguments = [s for o in verb.options for s in zsh_option(o)]
        out.append(f"{name}() {{")
        if verb.verbs:
            out += ["  local context state state_descr line", "  typeset -A opt_args",
                    "  _arguments -C \\", *[f"    {a} \\" for a in arguments], "    '1: :->verb' '*:: :->rest'", "  case $state in",
                    "    verb)", "      local -a verbs=("]
            out += [f"        '{zsh_text(v.name)}:{zsh_text(first_line(v.about))}'" for v in verb.verbs]
            out += ["      )", "      _describe -t verbs verb verbs ;;", "    rest)", "      case $words[1] in"]
            out += [f"        {v.name}) {'_' + '_'.join(v.words).replace('-', '_')} ;;" for v in verb.verbs]
            out += ["      esac ;;", "  esac"]
        else:
            out += ["  _arguments \\", *[f"    {a} \\" for a in arguments], "    '*:file:_files'"]
        out += ["}", ""]
    return "\n".join(out) + "_inferd \"$@\"\n"


def fish(root):
    out = ["# fish completion of inferd, generated from its help.", "",
           "# Succeeds when the verbs typed so far are exactly the arguments.", "function __inferd_at",
           "    set -l typed", "    for word in (commandline -opc)[2..-1]",
           "        string match -q -- '-*' $word; and continue"]
    names = sorted({v.name for p in root.walk() for v in p.verbs})
    out += [f"        contains -- $word {' '.join(names)}; and set -a typed $word",
            "        test (count $typed) -ge 2; and break", "    end",
            "    test \"$typed\" = \"$argv\"", "end", "", "complete -c inferd -n __inferd_at -f"]
    for verb in root.walk():
        at = " ".join(["__inferd_at", *verb.words[1:]])
        for child in verb.verbs:
            out.append(f"complete -c inferd -n {quoted(at)} -f -a {child.name} -d {quoted(first_line(child.about))}")
        for option in verb.options:
            flags = " ".join((f"-l {n[2:]}" if n.startswith("--") else f"-s {n[1:]}") for n in option.names)
            value = ""
            if option.choices:
                value = f" -x -a {quoted(' '.join(option.choices))}"
            elif option.type:
                value = " -r -F" if takes_file(option) else " -x"
            out.append(f"complete -c inferd -n {quoted(at)} {flags}{value} -d {quoted(first_line(option.text))}")
    return "\n".join(out) + "\n"


def scripts(root):
    return {"bash-completion/completions/inferd": bash(root), "zsh/vendor-completions/_inferd": zsh(root),
            "fish/vendor_completions.d/inferd.fish": fish(root)}
