"""Refused flags and segments among good ones: what is reported, and that the others serve."""

import json

from cases.broken_conditions import CONDITIONS
from cases.broken_flags import ACCEPTED, FLAGS, TEXT, flag, nots, when
from cases.build import file
from reference import decide
from reference_load import load


def document(flags, segments=None, revision="refused", **sections):
    """The text of a snapshot from the texts of its entries, which may repeat a key."""

    def members(pairs):
        return "{" + ", ".join(f"{json.dumps(name)}: {text}" for name, text in pairs) + "}"

    segment_text = f'"segments": {members(segments)}, ' if segments else ""
    more = "".join(f'"{name}": {members(pairs)}, ' for name, pairs in sections.items())
    return f'{{"schemaVersion": 1, "revision": "{revision}", {segment_text}{more}"flags": {members(flags)}}}'


def case(name, text, refused):
    """`refused` is [(flag or segment, key, code, path)], stated by hand; every flag in the document is asked."""
    snapshot = load(text.encode())
    found = [("segment", key, *one) for key, some in snapshot.refused_segments.items() for one in some]
    found += [("layer", key, *one) for key, some in snapshot.refused_layers.items() for one in some]
    found += [("holdout", key, *one) for key, some in snapshot.refused_holdouts.items() for one in some]
    found += [("flag", key, *one) for key, some in snapshot.refused_flags.items() for one in some]
    assert set(refused) <= set(found), f"{name}: {found}, by hand {refused}"
    assert {one[:2] for one in found} == {one[:2] for one in refused}, f"{name}: {found}, by hand {refused}"
    asked = [*snapshot.flags, *snapshot.refused_flags]
    rows = [{what: key, "code": code, "path": path} for what, key, code, path in refused]
    decide_rows = [{"flag": key, "context": {}, "expect": decide(snapshot, key, {})} for key in asked]
    return {"name": name, "document": text, "flags": len(snapshot.flags), "refused": rows, "decide": decide_rows}


def among(name, text, *problems):
    flags = [("before", TEXT), ("x", text), ("after", TEXT)]
    return case(name, document(flags), [("flag", "x", code, f"/flags/x{path}") for code, path in problems])


def flags_and_segments():
    cases = [among(name, text, (code, path)) for name, text, code, path in FLAGS + CONDITIONS]
    cases += [among(f"not refused: {name}", text) for name, text in ACCEPTED]
    many = flag(salt="a b", owner=5, typo=1, rules=[{"serve": "yes"}, {"percent": 101, "serve": "on"}])
    cases.append(
        among(
            "every problem of a flag",
            many,
            ("INVALID_VALUE", "/salt"),
            ("WRONG_TYPE", "/owner"),
            ("UNKNOWN_FIELD", "/typo"),
            ("UNKNOWN_VARIANT", "/rules/0/serve"),
            ("INVALID_VALUE", "/rules/1/percent"),
        )
    )

    def links(name, flags, segments, *refused):
        expected = [(what, key, code, f"/{what}s/{key.replace('~', '~0').replace('/', '~1')}{path}") for what, key, code, path in refused]
        cases.append(case(name, document(flags, segments), expected))

    def needs(*names):
        return flag(prerequisites=[{"flag": one, "variants": ["on"]} for one in names])

    good, test_a, bad = ("good", TEXT), json.dumps(nots(0)), '{"attr": "a"'
    links(
        "keys that can't be",
        [("", TEXT), ("__proto__", TEXT), ("x" * 257, TEXT), good],
        None,
        ("flag", "", "INVALID_VALUE", ""),
        ("flag", "__proto__", "INVALID_VALUE", ""),
        ("flag", "x" * 257, "INVALID_VALUE", ""),
    )
    links("a key that is escaped in the path", [("a/b~c", flag(off="no")), good], None, ("flag", "a/b~c", "UNKNOWN_VARIANT", "/off"))
    links("a flag twice: both are refused", [("twice", TEXT), good, ("twice", flag(default="off"))], None, ("flag", "twice", "DUPLICATE_KEY", ""))
    links("a flag three times, one of them broken", [("t", TEXT), ("t", "5"), ("t", TEXT), good], None, ("flag", "t", "DUPLICATE_KEY", ""))
    links(
        "what needs a flag that is there twice",
        [("t", TEXT), ("t", TEXT), ("x", needs("t")), good],
        None,
        ("flag", "t", "DUPLICATE_KEY", ""),
        ("flag", "x", "REFUSED_DEPENDENCY", "/prerequisites/0/flag"),
    )
    links(
        "refusal spreads along prerequisites",
        [("a", flag(off="no")), ("b", needs("good", "a")), ("c", needs("b")), good, ("d", needs("good"))],
        None,
        ("flag", "a", "UNKNOWN_VARIANT", "/off"),
        ("flag", "b", "REFUSED_DEPENDENCY", "/prerequisites/1/flag"),
        ("flag", "c", "REFUSED_DEPENDENCY", "/prerequisites/0/flag"),
    )
    links(
        "a disabled flag is refused as well",
        [("a", "5"), ("b", flag(enabled=False, prerequisites=[{"flag": "a", "variants": ["on"]}])), good],
        None,
        ("flag", "a", "WRONG_TYPE", ""),
        ("flag", "b", "REFUSED_DEPENDENCY", "/prerequisites/0/flag"),
    )
    links(
        "a cycle of two",
        [("a", needs("b")), ("b", needs("good", "a")), good],
        None,
        ("flag", "a", "CYCLE", "/prerequisites/0/flag"),
        ("flag", "b", "CYCLE", "/prerequisites/1/flag"),
    )
    links(
        "a cycle of three and what hangs on it",
        [("a", needs("b")), ("b", needs("c")), ("c", needs("a")), ("d", needs("good", "c")), ("e", needs("d")), good],
        None,
        *[("flag", one, "CYCLE", "/prerequisites/0/flag") for one in "abc"],
        ("flag", "d", "REFUSED_DEPENDENCY", "/prerequisites/1/flag"),
        ("flag", "e", "REFUSED_DEPENDENCY", "/prerequisites/0/flag"),
    )
    links("a cycle needs what is good: that stays", [("a", needs("good", "a")), good], None, ("flag", "a", "CYCLE", "/prerequisites/1/flag"))
    chain = [("l1", TEXT), *[(f"l{n}", needs(f"l{n - 1}")) for n in range(2, 68)]]
    links(
        "a chain of 67 flags",
        chain,
        None,
        ("flag", "l65", "TOO_DEEP", ""),
        ("flag", "l66", "REFUSED_DEPENDENCY", "/prerequisites/0/flag"),
        ("flag", "l67", "REFUSED_DEPENDENCY", "/prerequisites/0/flag"),
    )

    uses = [("x", when({"not": {"segment": "s"}})), good]
    refused_use = ("flag", "x", "REFUSED_DEPENDENCY", "/rules/0/when/not/segment")
    broken = [
        ("not an object", "[]", "WRONG_TYPE", ""),
        ("empty", "{}", "MISSING_FIELD", ""),
        ("only exclude", '{"exclude": ["u-1"]}', "MISSING_FIELD", ""),
        ("only a description", '{"description": "x"}', "MISSING_FIELD", ""),
        ("an unknown field", '{"include": [], "includes": []}', "UNKNOWN_FIELD", "/includes"),
        ("include is a string", '{"include": "u-1"}', "WRONG_TYPE", "/include"),
        ("an id that is null", '{"include": ["u-1", null]}', "WRONG_TYPE", "/include/1"),
        ("an id that is a fraction", '{"include": [], "exclude": [1.5]}', "INVALID_VALUE", "/exclude/0"),
        ("unit", '{"unit": "a..b", "include": []}', "INVALID_VALUE", "/unit"),
        ("an unknown operator", '{"attr": "a", "op": "is", "value": 1}', "UNKNOWN_OPERATOR", "/op"),
        ("two forms", '{"all": [' + test_a + '], "segment": "t"}', "INVALID_VALUE", ""),
        ("a key twice", bad + ', "op": "eq", "op": "eq", "value": 1}', "DUPLICATE_KEY", "/op"),
        ("a segment that doesn't exist", '{"any": [{"segment": "nope"}]}', "UNKNOWN_SEGMENT", "/any/0/segment"),
        ("itself", '{"segment": "s"}', "CYCLE", "/segment"),
        ("itself, in a list", '{"all": [' + test_a + ', {"not": {"segment": "s"}}]}', "CYCLE", "/all/1/not/segment"),
        ("an empty all", '{"all": []}', "INVALID_VALUE", "/all"),
        ("metadata", '{"include": [], "metadata": {}}', "UNKNOWN_FIELD", "/metadata"),
        ("description", '{"include": [], "description": 5}', "WRONG_TYPE", "/description"),
        ("nested 129 deep", '{"include": ' + "[" * 128 + "]" * 128 + "}", "TOO_DEEP", ""),
        ("65 conditions deep", json.dumps(nots(64)), "TOO_DEEP", "/not" * 64),
    ]
    for name, text, code, path in broken:
        links(f"segment: {name}", uses, [("s", text), ("t", test_a)], ("segment", "s", code, path), refused_use)
    links("segment: twice", uses, [("s", test_a), ("t", test_a), ("s", test_a)], ("segment", "s", "DUPLICATE_KEY", ""), refused_use)
    links(
        "segment: through another",
        uses,
        [("s", '{"any": [{"segment": "t"}]}'), ("t", "5")],
        ("segment", "t", "WRONG_TYPE", ""),
        ("segment", "s", "REFUSED_DEPENDENCY", "/any/0/segment"),
        refused_use,
    )
    links(
        "segment: a cycle of two",
        uses,
        [("s", '{"segment": "t"}'), ("t", '{"not": {"segment": "s"}}')],
        ("segment", "s", "CYCLE", "/segment"),
        ("segment", "t", "CYCLE", "/not/segment"),
        refused_use,
    )
    links(
        "segment: keys that can't be",
        [good],
        [("", test_a), ("__proto__", test_a)],
        ("segment", "", "INVALID_VALUE", ""),
        ("segment", "__proto__", "INVALID_VALUE", ""),
    )
    links("segment: refused and not used", [good], [("s", "5")], ("segment", "s", "WRONG_TYPE", ""))
    links(
        "segment: refused, used by a flag that another needs",
        [("x", when({"segment": "s"})), ("y", needs("x")), good],
        [("s", "5")],
        ("segment", "s", "WRONG_TYPE", ""),
        ("flag", "x", "REFUSED_DEPENDENCY", "/rules/0/when/segment"),
        ("flag", "y", "REFUSED_DEPENDENCY", "/prerequisites/0/flag"),
    )
    chain = [("c1", test_a), *[(f"c{n}", json.dumps({"segment": f"c{n - 1}"})) for n in range(2, 67)]]
    links(
        "segment: a chain of 66",
        [("x", when({"segment": "c64"})), ("y", when({"segment": "c66"}))],
        chain,
        ("segment", "c65", "TOO_DEEP", ""),
        ("segment", "c66", "REFUSED_DEPENDENCY", "/segment"),
        ("flag", "y", "REFUSED_DEPENDENCY", "/rules/0/when/segment"),
    )
    about = "Refused flags and segments among good ones: what is reported, that the refused answer PARSE_ERROR, and that the others serve. `flags` counts those that serve."
    return file(about, cases=cases)


def files():
    return {"refused.json": flags_and_segments()}
