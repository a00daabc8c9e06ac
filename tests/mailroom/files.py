"""Real files with a given text in them, and hostile ones."""

import io
import re
import zipfile
from textwrap import wrap

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def as_drawn(line: str) -> str:
    """From left to right, as programs draw letters of Arabic script into a PDF."""
    runs = re.findall(r"[\u0590-\u08ff]+(?:[\s،؛]+[\u0590-\u08ff]+)*|[^\u0590-\u08ff]+", line)
    drawn = [run[::-1] if "\u0590" <= run[0] <= "\u08ff" else run for run in runs]
    return "".join(reversed(drawn) if any("\u0590" <= c <= "\u08ff" for c in line[:1]) else drawn)


def pdf(text: str) -> bytes:
    """A PDF with a text layer for any script: glyph numbers of our own and the table that says what they mean."""
    lines = [as_drawn(line) for long in text.split("\n") for line in wrap(long, 90) or [""]]
    letters = {c: number for number, c in enumerate(sorted(set("".join(lines))), 1)}
    table = "\n".join(f"<{number:04x}> <{c.encode('utf-16-be').hex()}>" for c, number in letters.items())
    ranges = "\n".join(
        f"{len(part)} beginbfchar\n" + "\n".join(part) + "\nendbfchar"
        for part in (table.split("\n")[i : i + 90] for i in range(0, max(len(letters), 1), 90))
    )
    cmap = (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /A def /CMapType 2 def "
        f"1 begincodespacerange <0000> <ffff> endcodespacerange\n{ranges}\nendcmap end end"
    ).encode()
    shown = "\n".join(f"<{''.join(f'{letters[c]:04x}' for c in line)}> Tj T*" for line in lines)
    page = f"BT /F 10 Tf 40 800 Td 12 TL\n{shown}\nET".encode()
    parts = [
        b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        b"/Resources << /Font << /F 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(page), page),
        b"<< /Type /Font /Subtype /Type0 /BaseFont /A /Encoding /Identity-H /DescendantFonts [6 0 R] "
        b"/ToUnicode 7 0 R >>",
        b"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /A /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) "
        b"/Supplement 0 >> /DW 600 >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(cmap), cmap),
    ]  # fmt: skip
    out, places = io.BytesIO(b"%PDF-1.7\n"), []
    out.seek(0, 2)
    for number, part in enumerate(parts, 1):
        places.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, part))
    start = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(parts) + 1))
    out.writelines(b"%010d 00000 n \n" % place for place in places)
    out.write(b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % (len(parts) + 1, start))
    return out.getvalue()


def zipped(**members: bytes | str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


def word(text: str, **more: bytes | str) -> bytes:
    from xml.sax.saxutils import escape

    paragraphs = "".join(f"<w:p><w:r><w:t>{escape(line)}</w:t></w:r></w:p>" for line in text.split("\n"))
    body = (
        '<?xml version="1.0" encoding="UTF-8"?><w:document xmlns:w='
        f'"http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>{paragraphs}</w:body></w:document>'
    )
    return zipped(**{"[Content_Types].xml": "<Types/>", "word/document.xml": body, **more})


def made(kind: str, text: str) -> bytes:
    """A file of this media type that says `text`."""
    makers = {
        "application/pdf": pdf,
        WORD: word,
        "application/zip": lambda said: zipped(**{"letter.txt": said}),
    }
    return makers.get(kind, lambda said: said.encode())(text)
