"""Man pages (mdoc) from the program's own help: inferd(1), inferd-VERB(1) for each verb, inferd.toml(5).

`pages(ROOT, EXAMPLE, DATE)` returns {file name: text}. EXAMPLE is the output of `inferd config example`.
"""
import re


def prose(text):
    """Escaped, with a line for each sentence, as mdoc wants it."""
    return escape(re.sub(r"(?<=[.!?]) +(?=\S)", "\n", text))


def escape(text):
    """Plain text as roff: no escape sequences, no requests, hyphens that can be copied."""
    text = text.replace("\\", "\\e").replace("-", "\\-")
    return "\n".join(r"\&" + line if line[:1] in (".", "'") else line for line in text.split("\n"))


def literal(text):
    return ".Bd -literal\n" + "\n".join(escape(line) if line else "" for line in text.splitlines()) + "\n.Ed"


def name_line(names):
    """`.Fl h , Fl -help`: mdoc's own form of "-h, --help"."""
    return " , ".join("Fl " + escape(name[1:]) for name in names)


def option_item(option):
    text = option.text.rstrip(".")
    notes = []
    if option.required:
        notes.append("Required.")
    if option.choices:
        notes.append("One of " + ", ".join(option.choices) + ".")
    if option.range:
        notes.append(f"From {option.range.replace(' - ', ' to ')}.")
    if option.default:
        notes.append(f"Default: {option.default}.")
    argument = f" Ar {escape(option.type)}" if option.type else ""
    body = " ".join([text + "." if text else "", *notes]).strip()
    return f".It {name_line(option.names)}{argument}\n{prose(body) or 'No further description.'}"


def items(rows):
    return "\n".join([".Bl -tag -width Ds", *rows, ".El"])


def synopsis(verb):
    """A line for each command that can be typed."""
    leaves = [v for v in verb.walk() if not v.verbs]
    lines = []
    for leaf in leaves:
        lines.append(".Nm inferd " + " ".join("Cm " + escape(word) for word in leaf.words[1:]))
        if leaf.options:
            lines.append(".Op Ar options")
        lines += [f".Ar {escape(p.name)}" if p.required else f".Op Ar {escape(p.name)}" for p in leaf.positionals]
    return "\n".join(lines)


def described(verb):
    out = [prose(verb.about.rstrip(".") + ".")]
    if verb.positionals:
        out += [items([f".It Ar {escape(p.name)}\n{prose(p.text or 'An argument.')}" for p in verb.positionals])]
    shown = [o for o in verb.options if "--help" not in o.names]
    if shown:
        out += [items([option_item(o) for o in shown])]
    return out


def head(date, title, section, name, about):
    return [f".Dd {date}", f".Dt {title} {section}", ".Os inferd", ".Sh NAME", f".Nm {escape(name)}", f".Nd {escape(about)}"]


def first_sentence(about):
    """For NAME, where mdoc wants no full stop."""
    text = re.split(r"(?<=\.)\s|\n|: |; ", about.strip())[0].rstrip(".")
    return text[:1].lower() + text[1:]


def verb_page(verb, date):
    out = head(date, "INFERD-" + verb.name.upper(), 1, "inferd-" + verb.name, first_sentence(verb.about))
    out += [".Sh SYNOPSIS", synopsis(verb), ".Sh DESCRIPTION", *described(verb)]
    if verb.verbs:
        out += [".Sh COMMANDS"]
        for part in [v for v in verb.walk() if v is not verb]:
            out += [f".Ss {escape(' '.join(part.words))}", *described(part)]
            if part.footer and part.footer != verb.footer:  # CLI11 hands a footer down
                out += [literal(part.footer)]
    if verb.footer:
        out += [".Sh EXAMPLES", "From the program's help:", literal(verb.footer)]
    out += [".Sh SEE ALSO", ".Xr inferd 1 ,", ".Xr inferd.toml 5"]
    return "\n".join(out) + "\n"


def program_page(root, date):
    out = head(date, "INFERD", 1, "inferd", "worker for the Allora network")
    out += [".Sh SYNOPSIS", ".Nm inferd Ar verb Op Ar options", ".Nm inferd Fl \\-version", ".Sh DESCRIPTION", prose(root.about)]
    out += [".Pp", "Each verb has a page of its own:", items(
        [f".It Xr inferd\\-{escape(v.name)} 1\n{prose(v.about.splitlines()[0].rstrip('.') + '.')}" for v in root.verbs])]
    out += [".Sh ENVIRONMENT", items([
        ".It Ev INFERD_CONFIG\nThe configuration, where\n.Fl \\-config\nis not given.",
        ".It Ev MNEMONIC , ALLORA_WALLET_ADDR , TOPIC_ID , TIINGO_API_KEY , SUBMISSION_INTERVAL , LOG_LEVEL\n"
        "Settings that win over the configuration; see\n.Xr inferd.toml 5 ."])]
    out += [".Sh FILES", items([
        ".It Pa /etc/inferd/inferd.toml\nThe configuration of the service.",
        ".It Pa /etc/inferd/mnemonic\nThe key, owned by root with mode 0600.",
        ".It Pa /var/lib/inferd/ledger.db\nThe books, the only file that cannot be made again."])]
    out += [".Sh EXIT STATUS", "The codes of\n.Cm run\nand\n.Cm once\nare in operations.md beside the other documents.", literal(root.footer)]
    out += [".Sh SEE ALSO", " ,\n".join([f".Xr inferd\\-{escape(v.name)} 1" for v in sorted(root.verbs, key=lambda v: v.name)] + [".Xr inferd.toml 5"])]
    return "\n".join(out) + "\n"


def settings_page(example, date):
    out = head(date, "INFERD.TOML", 5, "inferd.toml", "configuration of inferd")
    out += [".Sh DESCRIPTION", "The file is TOML.\nBelow is what\n.Ql inferd config example\nprints: every setting with its default."]
    out += [literal(example)]
    out += [".Sh SEE ALSO", ".Xr inferd 1 ,", ".Xr inferd\\-config 1"]
    return "\n".join(out) + "\n"


def pages(root, example, date):
    out = {"man1/inferd.1": program_page(root, date), "man5/inferd.toml.5": settings_page(example, date)}
    for verb in root.verbs:
        out[f"man1/inferd-{verb.name}.1"] = verb_page(verb, date)
    return out
