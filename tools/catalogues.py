"""Translation catalogues without GNU gettext: find the texts, check the translations, compile them.

    python tools/catalogues.py check     every text translated, nothing stale (part of `make check`)
    python tools/catalogues.py update    add what is missing as empty entries, drop what is stale
    python tools/catalogues.py compile   write the .mo files (also done by setup, and when a wheel is built)

The msgid is the English text. Rooms keep `locale/<language>/LC_MESSAGES/django.po`.
"""

import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src" / "steelyard"
SAME_AS_ENGLISH = ROOT / "tools" / "same_as_english.txt"
EVERYWHERE = ("fr", "ru")
PUBLIC = ("ar", "fa")
PUBLIC_ROOMS = (
    "base",
    "cases",
    "decisions",
    "disclosure",
    "enforcement",
    "ledger",
    "letters",
    "flows",
    "intake",
    "assembly",
    "portal",
    "transparency",
)
PUBLIC_FILES = (
    "markets/told.py",
    "misuse/objections.py",
    "oncall/words.py",
    *(
        f"orders/assessment/{check}.py"
        for check in (
            "authenticity",
            "competence",
            "conflict_of_laws",
            "form",
            "gate",
            "in_force",
            "language",
            "necessity",
            "possibility",
            "privileges",
            "protected_speech",
            "red_lines",
            "territory",
        )
    ),
    "orders/verification/words.py",
    "people/agencies/actions/officers.py",
    "people/agencies/actions/sign_ins.py",
    "people/passkeys.py",
)
"""Of rooms that are the staff's: the files whose texts authorities read in the portal and in our answers."""
KEYWORDS = DEFAULT_KEYWORDS | {
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
PLACE = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}|</?\w+")
Key = tuple[str | None, str]


def rooms() -> list[Path]:
    return sorted(folder for folder in SOURCE.iterdir() if (folder / "__init__.py").exists())


def languages(room: Path) -> tuple[str, ...]:
    """The public, and whoever gets our letters, meets Arabic and Farsi as well; staff screens do not yet."""
    return EVERYWHERE + (PUBLIC if room.name in PUBLIC_ROOMS or _public_files(room) else ())


def _public_files(room: Path) -> list[Path]:
    return [file for name in PUBLIC_FILES if (file := SOURCE / name).is_relative_to(room)]


def texts_in(room: Path, language: str) -> Catalog:
    """What a room's catalogue of this language holds: everything, or of a staff's room what the public meets."""
    whole = language in EVERYWHERE or room.name in PUBLIC_ROOMS
    return texts(room) if whole else _texts(_public_files(room))


def po_file(room: Path, language: str) -> Path:
    return room / "locale" / language / "LC_MESSAGES" / "django.po"


def texts(room: Path) -> Catalog:
    """Every text of a room, from its Python files and its templates, in the order of the files."""
    inside = sorted(file for file in room.rglob("*") if file.is_file())
    return _texts(
        [file for file in inside if file.suffix == ".py" or "templates" in file.relative_to(room).parts]
    )


def _texts(files: list[Path]) -> Catalog:
    found = Catalog()
    for file in files:
        for _line, ids, comments, context in _extract(file):
            place = (str(file.relative_to(SOURCE)), 1)
            found.add(ids, locations=[place], auto_comments=comments, context=context)
    return found


def _extract(file: Path) -> Iterator[tuple[int, str | tuple[str, ...], list[str], str | None]]:
    content = file.read_text()
    if file.suffix != ".py":
        from django.utils.translation.template import templatize

        content = templatize(content, origin=str(file))
    source = io.BytesIO(content.encode())
    return extract("python", source, keywords=KEYWORDS, comment_tags=("Translators:",))


def _key(message: Message) -> Key:
    return message.context, message.id if isinstance(message.id, str) else message.id[0]


def _entries(catalog: Catalog) -> dict[Key, Message]:
    return {_key(message): message for message in catalog if message.id}


def _read(file: Path, language: str) -> Catalog:
    if not file.exists():
        return Catalog(locale=language)
    with file.open("rb") as source:
        return read_po(source, locale=language)


def _forms(message: Message) -> tuple[str, ...]:
    return (message.string,) if isinstance(message.string, str) else tuple(message.string or ("",))


def _places(text: str) -> set[str]:
    return set(PLACE.findall(text))


def _allowed() -> set[tuple[str, str]]:
    """Lines `language<space>text`; the language may be `*`."""
    lines = SAME_AS_ENGLISH.read_text().splitlines()
    return {tuple(line.split(" ", 1)) for line in lines if line and line[0] != "#"}  # type: ignore[misc]


def _faults_of(
    message: Message, language: str, allowed: set[tuple[str, str]], used: set[object]
) -> Iterator[str]:
    forms = _forms(message)
    if not all(forms):
        yield "is not translated"
        return
    if message.fuzzy:
        yield "is marked fuzzy"
    ids = (message.id,) if isinstance(message.id, str) else message.id
    permission = {(language, ids[0]), ("*", ids[0])} & allowed
    if any(form in ids for form in forms):
        used.update(permission)
        if not permission and re.search(r"[^\W\d_]", PLACE.sub("", ids[0])):
            yield "reads the same as in English"
    wanted = set().union(*map(_places, ids))
    for form in forms:
        # A plural form may leave the number out (“one day”), so only the last form must have all of them.
        missing = wanted - _places(form) if len(forms) == 1 or form is forms[-1] else set()
        if missing or _places(form) - wanted:
            yield f"has other placeholders or tags: {' '.join(sorted(missing | _places(form) - wanted))}"


def faults() -> Iterator[str]:
    """One sentence for each thing that is wrong, with the file to open."""
    allowed = _allowed()
    used: set[object] = set()
    for room in rooms():
        whole = _entries(texts(room))
        for language in languages(room) if whole or (room / "locale").exists() else ():
            wanted = whole if language in EVERYWHERE else _entries(texts_in(room, language))
            file = po_file(room, language)
            name = file.relative_to(ROOT)
            if not file.exists():
                yield f"{name}: there is no such catalogue, run `make catalogues` and translate it"
                continue
            there = _entries(_read(file, language))
            for key in wanted.keys() - there.keys():
                yield f"{name}: “{key[1]}” is missing"
            for key in there.keys() - wanted.keys():
                yield f"{name}: “{key[1]}” is no longer used"
            for key in wanted.keys() & there.keys():
                for fault in _faults_of(there[key], language, allowed, used):
                    yield f"{name}: “{key[1]}” {fault}"
    for language, text in sorted(allowed - used):
        yield f"{SAME_AS_ENGLISH.relative_to(ROOT)}: “{language} {text}” is not needed any more"


def update() -> None:
    """Bring each catalogue to the texts of today; what was translated stays."""
    for room in rooms():
        for language in languages(room) if _entries(texts(room)) else ():
            wanted = texts_in(room, language)
            file = po_file(room, language)
            there = _entries(_read(file, language))
            new = Catalog(locale=language, fuzzy=False)
            for message in wanted:
                if message.id:
                    kept = there.get(_key(message))
                    new.add(
                        message.id,
                        string=kept.string if kept and _same_shape(kept, message) else None,
                        locations=message.locations,
                        user_comments=kept.user_comments if kept else (),
                        auto_comments=message.auto_comments,
                        context=message.context,
                    )
            _write(file, new)


def _same_shape(one: Message, other: Message) -> bool:
    return isinstance(one.id, str) is isinstance(other.id, str)


def _write(file: Path, catalog: Catalog) -> None:
    """Without dates and line numbers, which change when nothing a translator cares about has."""
    body = io.BytesIO()
    write_po(body, catalog, width=100, omit_header=True, include_lineno=False)
    header = (
        'msgid ""\nmsgstr ""\n'
        f'"Language: {catalog.locale_identifier}\\n"\n'
        '"Content-Type: text/plain; charset=utf-8\\n"\n'
        f'"Plural-Forms: {catalog.plural_forms}\\n"\n\n'
    )
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(header + body.getvalue().decode().strip() + "\n")


def compile_all(source: Path = SOURCE) -> None:
    """Write the .mo beside each .po that is newer."""
    for po in source.glob("*/locale/*/LC_MESSAGES/django.po"):
        mo = po.with_suffix(".mo")
        if not mo.exists() or mo.stat().st_mtime < po.stat().st_mtime:
            catalog = _read(po, po.parts[-3])
            compiled = io.BytesIO()
            write_mo(compiled, catalog)
            draft = mo.with_suffix(".draft")  # two starts at once each see a whole file
            draft.write_bytes(compiled.getvalue())
            draft.replace(mo)


def main(words: list[str]) -> int:
    match words:
        case ["update"]:
            update()
        case ["compile"]:
            compile_all()
        case ["check"]:
            found = sorted(faults())
            print(*found[:200], sep="\n")
            print(f"catalogues: {len(found)} faults" if found else "catalogues: complete")
            return bool(found)
        case _:
            print(__doc__)
            return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
