"""Which letters pass for which: the classes behind the folded alphabet.

Every letter of a class becomes the class's first letter, in texts and in terms alike, so a Cyrillic word
written with Latin or Greek letters, or a Latin word with Cyrillic ones, meets its term without guessing which
script was meant. After Unicode TR39, narrowed to what people really mistake, widened by the shapes seen in
spam (u for и, n for п, r for г).
"""

CLASSES = (
    "aаαɑᴀａ",
    "bвьβʙƅ",
    "cсϲᴄ",
    "dԁđðᴅ",
    "eеєεᴇəɛ",
    "fғꜰƒ",
    "gɡɢց",
    "hнһʜհ",
    "iіιıɪӏⅼ",
    "jјյᴊ",
    "kкκᴋқ",
    "lłʟ",
    "mмᴍ",
    "nпπηɴոɳ",
    "oоοσօᴏøө",
    "pрρᴘ",
    "qԛգ",
    "rгʀᴦ",
    "sѕꜱ",
    "tтτᴛ",
    "uиυսᴜ",
    "vνᴠѵ",
    "wԝωᴡա",
    "xхχ",
    "yуγʏүұ",
    "zᴢζ",
    "лλʌ",
    "фφ",
    "'ʼ’‘`´ʹ′",
    '"“”„«»″',
    "-‐‑‒–—―−",
    "يىیې",
    "كکڪ",
    "هةھہۀە",
    "$💲﹩＄",
)

LOOKALIKES = frozenset("aceopxykmhbtuABCEHKMOPTXYaαοερνκτχικβΑΒΕΗΚΜΟΡΤΧΥ")
"""Latin and Greek letters that a reader takes for a Russian one."""

CYRILLIC_DIGITS = {"0": "o", "3": "з", "4": "ч", "6": "б"}
LATIN_DIGITS = {"0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "7": "t"}

NEGATIVE_LETTERS = ((0x1F150, 26), (0x1F170, 26))
"""White letters on black discs and squares, which Unicode does not decompose."""


def class_table() -> dict[str, str]:
    """Each letter to its class's first letter."""
    return {letter: members[0] for members in CLASSES for letter in members}
