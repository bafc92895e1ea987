"""Paths, what is missing, lists, objects, `exists`."""

from cases.build import ABSENT, Decisions

OBJECT_NAMES = ["constructor", "toString", "hasOwnProperty", "valueOf", "prototype", "length", "isPrototypeOf"]


def paths(f):
    def ask(path, rows):
        key = f"path {path}" if len(path) < 100 else "path of 256 bytes"
        f.flag(key, rules=[{"when": {"attr": path, "op": "eq", "value": "x"}, "serve": "on"}])
        for name, context, holds in rows:
            f.case(f"{key}: {name}", key, context, *(("on", "TARGETING_MATCH", "0") if holds else ("off", "DEFAULT")))

    ask(
        "a",
        [("found", {"a": "x"}, True), ("other case", {"A": "x"}, False), ("an empty context", {}, False), ("one too deep", {"a": {"a": "x"}}, False)],
    )
    nested = [
        ("found", {"shop": {"plan": "x"}}, True),
        ("a property with a dot in its name", {"shop.plan": "x"}, False),
        ("both: the nested one counts", {"shop.plan": "x", "shop": {"plan": "y"}}, False),
        ("on the way: null", {"shop": None}, False),
        ("on the way: string", {"shop": "x"}, False),
        ("on the way: number", {"shop": 5}, False),
        ("on the way: boolean", {"shop": True}, False),
        ("on the way: list of objects", {"shop": [{"plan": "x"}]}, False),
        ("on the way: empty object", {"shop": {}}, False),
        ("siblings", {"shop": {"id": "1", "plan": "x", "z": 1}, "plan": "y"}, True),
        ("a list at the end", {"shop": {"plan": ["y", "x"]}}, True),
        ("an object at the end", {"shop": {"plan": {"x": "x"}}}, False),
        ("the last part alone", {"plan": "x"}, False),
    ]
    ask("shop.plan", nested)
    ask("a.0", [("a list", {"a": ["x"]}, False), ("an object with that name", {"a": {"0": "x"}}, True), ("a string", {"a": "x"}, False)])
    ask("a.length", [("a list", {"a": ["x"]}, False), ("own property", {"a": {"length": "x"}}, True)])
    ask(
        "a.b.c.d.e.f.g.h.i.j.k.l.m.n.o.p",
        [("sixteen parts", nest("abcdefghijklmnop", "x"), True), ("fifteen of sixteen", nest("abcdefghijklmno", "x"), False)],
    )
    ask("小明.é", [("found", {"小明": {"é": "x"}}, True), ("decomposed", {"小明": {"e\u0301": "x"}}, False)])
    ask("a b.c-d", [("found", {"a b": {"c-d": "x"}}, True)])
    ask("😀", [("found", {"😀": "x"}, True)])
    ask("a" * 256, [("found", {"a" * 256: "x"}, True)])
    ask("targetingKey", [("an attribute like any other", {"targetingKey": "x"}, True), ("missing", {}, False)])
    for name in OBJECT_NAMES:
        f.flag(f"has {name}", rules=[{"when": {"attr": name, "op": "exists", "value": True}, "serve": "on"}])
        f.case(f"{name} is not inherited", f"has {name}", {}, "off", "DEFAULT")
        f.case(f"{name} as own property", f"has {name}", {name: "x"}, "on", "TARGETING_MATCH", "0")
        f.flag(f"has a.{name}", rules=[{"when": {"attr": f"a.{name}", "op": "exists", "value": True}, "serve": "on"}])
        f.case(f"a.{name} is not inherited by an object", f"has a.{name}", {"a": {}}, "off", "DEFAULT")
        f.case(f"a.{name} is not inherited by a string", f"has a.{name}", {"a": "text"}, "off", "DEFAULT")
        f.case(f"a.{name} is not inherited by a list", f"has a.{name}", {"a": ["text"]}, "off", "DEFAULT")


def nest(names, value):
    for name in reversed(names):
        value = {name: value}
    return value


def presence(f):
    present = ["", "x", 0, -0.0, 1.5, True, False, [], [None], [[]], [{}], ["x"], {}, {"a": None}]
    f.test("exists", True, [(ABSENT, False), (None, False), *((one, True) for one in present)])
    f.test("exists", False, [(ABSENT, True), (None, True), *((one, False) for one in present)])
    f.test("eq", "x", [("x", True), (["y", "x"], True), ([["x"]], False), ([{"a": "x"}], False)])


def negation(f):
    """`not` is plain negation, so it holds where an attribute is missing."""
    tests = {
        "eq": "x", "ne": "x", "in": ["x"], "notIn": ["x"], "contains": "x", "matches": "x", "gt": 5,
        "semverNe": "1.0.0", "semverEq": "1.0.0", "before": 0, "inCidr": "::/0", "exists": True,
    }  # fmt: skip
    for op, value in tests.items():
        key = f"not {op}"
        f.flag(key, rules=[{"when": {"not": {"attr": "a", "op": op, "value": value}}, "serve": "on"}])
        f.case(f"{key}: missing", key, {}, "on", "TARGETING_MATCH", "0")
        f.case(f"{key}: null", key, {"a": None}, "on", "TARGETING_MATCH", "0")
        holds = op not in ("ne", "notIn", "exists")
        f.case(f"{key}: object", key, {"a": {}}, *(("on", "TARGETING_MATCH", "0") if holds else ("off", "DEFAULT")))
        f.case(f"{key}: empty list", key, {"a": []}, *(("on", "TARGETING_MATCH", "0") if holds else ("off", "DEFAULT")))
    f.flag("not exists false", rules=[{"when": {"not": {"attr": "a", "op": "exists", "value": False}}, "serve": "on"}])
    f.case("not exists false: missing", "not exists false", {}, "off", "DEFAULT")
    f.case("not exists false: present", "not exists false", {"a": 0}, "on", "TARGETING_MATCH", "0")


def attributes():
    f = Decisions("Attribute paths, what is missing, lists, objects, own properties, exists, not.")
    paths(f)
    presence(f)
    negation(f)
    return f.build()


def surrogates():
    f = Decisions(
        "Lone surrogates in attributes and units count as U+FFFD. Written as \\ud83d, which some JSON parsers refuse: hence a file of their own."
    )
    f.test("eq", "\ufffd", [("\ud83d", True), ("\ude00", True), ("\ufffd", True), ("\ud83d\ud83d", False), ("😀", False)])
    f.test("in", ["a\ufffdb"], [("a\udc00b", True), ("ab", False), ("a\ud800\ud800b", False)])
    f.test("contains", "\ufffd\ufffd", [("x\ude00\ud83dy", True), ("x😀y", False)])
    f.test("startsWith", "😀", [("😀\ud83d", True), ("\ud83d", False)])
    f.test("endsWith", "\ufffd", [("x\ud83d", True), ("x😀", False)])
    f.test("matches", "^.$", [("\ud83d", True), ("\ud83d\ud83d", False), ("😀", True)])
    split = [{"variant": one, "weight": 1} for one in "abcd"]
    letters = {"type": "string", "variants": {one: one for one in "abcd"}, "off": "a", "default": "a"}
    f.flag("split", **letters, salt="new-checkout", rules=[{"serve": {"split": split}}])
    f.case("a lone high surrogate is bucket 778943", "split", {"targetingKey": "\ud83d"}, "d", "SPLIT", "0")
    f.case("so is a lone low one", "split", {"targetingKey": "\ude00"}, "d", "SPLIT", "0")
    f.case("and U+FFFD itself", "split", {"targetingKey": "\ufffd"}, "d", "SPLIT", "0")
    f.case("the pair is 😀, bucket 251961", "split", {"targetingKey": "\ud83d\ude00"}, "b", "SPLIT", "0")
    f.flag("listed", overrides=[{"ids": ["\ufffd", "u-\ufffd"], "variant": "on"}])
    f.case("an override lists U+FFFD", "listed", {"targetingKey": "\ud83d"}, "on", "OVERRIDE")
    f.case("an override lists it at the end", "listed", {"targetingKey": "u-\udfff"}, "on", "OVERRIDE")
    f.case("an override lists one, not two", "listed", {"targetingKey": "u-\ud800\ud800"}, "off", "DEFAULT")
    f.flag("half", salt="half", rules=[{"percent": 50, "serve": "on"}])
    f.case("341 lone surrogates are 1,023 bytes", "half", {"targetingKey": "\ud800" * 341}, "off", "DEFAULT")
    f.case("with two more letters too long", "half", {"targetingKey": "\ud800" * 341 + "ab"}, error="INVALID_CONTEXT")
    f.flag("pair", **letters, unit=["a", "b"], salt="new-checkout", rules=[{"serve": {"split": split}}])
    f.case("halves in two parts of a composite don't join", "pair", {"a": "\ud83d", "b": "\ude00"}, "c", "SPLIT", "0")
    return f.build()


def files():
    return {"attributes.json": attributes(), "lone-surrogates.json": surrogates()}
