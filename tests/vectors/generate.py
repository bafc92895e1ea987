"""Writes the vector files. Cases may be added and are never changed: this refuses to write over a different answer.

python3 tests/vectors/generate.py            write what is new
python3 tests/vectors/generate.py --check    exit 1 if a committed file is not what would be written
"""

import json
import sys
import unicodedata
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

from cases import attributes, bucketing, documents, flags, hashing, operators, randomized, reading, refused, timing, traffic, host, namespaces  # noqa: E402

MODULES = [attributes, bucketing, documents, flags, hashing, operators, randomized, reading, refused, timing, traffic, host, namespaces]
ONE_A_LINE = {"flags", "segments", "layers", "holdouts"}


def visible(text):
    """Escapes what an editor hides, joins or can't save: controls, marks, odd spaces, lone surrogates, U+FFFD."""

    def shown(letter):
        if ord(letter) < 127 or (letter != "\ufffd" and unicodedata.category(letter)[0] not in "CMZ"):
            return letter
        units = letter.encode("utf-16-be", "surrogatepass").hex()
        return "".join(f"\\u{units[i : i + 4]}" for i in range(0, len(units), 4))

    return "".join(map(shown, text))


def line(value):
    return visible(json.dumps(value, ensure_ascii=False))


def block(value, indent, name=None):
    """Lists of objects, and the flags of a snapshot, get a line an entry; everything else is one line."""
    inner = indent + "  "
    if isinstance(value, dict) and value and (name in ("snapshot", None) or name in ONE_A_LINE):
        deeper = "entry" if name in ONE_A_LINE else None
        rows = [f"{line(key)}: {block(one, inner, deeper or key)}" for key, one in value.items()]
        return "{\n" + ",\n".join(inner + row for row in rows) + f"\n{indent}}}"
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return "[\n" + ",\n".join(inner + line(row) for row in value) + f"\n{indent}]"
    return line(value)


def entries(content):
    """What may not change, by a name: every case, and every flag and segment that a case may ask."""
    found = {}
    for field, value in content.items():
        if field == "snapshot":
            found |= {(part, key): value[part][key] for part in ONE_A_LINE & value.keys() for key in value[part]}
        elif isinstance(value, list) and field != "contexts":
            named = {(field, row.get("name") or line({**row, "hash": 0, "bucket": 0})): row for row in value}
            assert len(named) == len(value), f"two of {field} have the same name"
            found |= named
        else:
            found[(field, "")] = value
    return found


def differences(before, after):
    """The names of entries that are in `before` and not the same in `after`."""
    old, new = entries(before), entries(after)
    return [" ".join(name).strip() for name in old if name != ("about", "") and old[name] != new.get(name)]


def main(check):
    wrong = False
    for module in MODULES:
        for name, content in module.files().items():
            path, text = HERE / name, block(content, "") + "\n"
            assert json.loads(text) == content, name
            before = path.read_text() if path.exists() else None
            changed = differences(json.loads(before), content) if before else []
            for one in changed[:10]:
                print(f"{name}: `{one}` would change or go; vectors are added, never changed")
            if not changed and text != before:
                print(f"{name}: {'not up to date' if check else 'written'}")
            if not changed and text != before and not check:
                path.write_text(text)
            wrong = wrong or bool(changed) or (check and text != before)
    return 1 if wrong else 0


if __name__ == "__main__":
    unknown = [one for one in sys.argv[1:] if one != "--check"]
    if unknown:
        sys.exit(f"unknown argument `{unknown[0]}`; there is `--check`")
    sys.exit(main("--check" in sys.argv))
