"""Flags as a whole: types, rules, overrides, segments, prerequisites, reasons."""

from cases.build import Decisions
from reference import bucket

LETTERS = {"type": "string", "variants": {one: one.upper() for one in "abcd"}, "off": "d", "default": "d"}
EVERYONE = {"serve": "on"}


def when(attr, value, op="eq"):
    return {"attr": attr, "op": op, "value": value}


def key(text):
    return {"targetingKey": text}


def types():
    f = Decisions("Every type of value, names of flags and variants, unknown flags.", "types")
    values = {
        "boolean": {"on": True, "off": False},
        "string": {"empty": "", "ascii": "text", "wide": "小明 😀 é", "escaped": "\"\\/\n\t\u0000\u2028", "number-like": "5"},
        "number": {"zero": 0, "one": 1, "negative": -17, "fraction": 0.1, "precise": 0.30000000000000004, "large": 1e21, "small": 5e-324, "safe": 9007199254740991, "unsafe": 9007199254740993},
        "object": {"empty": {}, "nested": {"a": {"b": [1, {"c": None}]}, "t": True}, "list": [1, "two", None, [], {}], "empty list": [], "keys": {"": 1, "a.b": 2, "constructor": 3, "小明": 4}},
    }  # fmt: skip
    for kind, variants in values.items():
        first = next(iter(variants))
        for name in variants:
            flag = f"{kind} {name}"
            f.flag(flag, type=kind, variants=variants, off=first, default=name, rules=[{"when": when("a", 1), "serve": first}])
            f.case(f"{flag}: default", flag, {}, name, "DEFAULT")
        f.case(f"{kind}: the first variant by rule", f"{kind} {name}", {"a": 1}, first, "TARGETING_MATCH", "0")
    for name in ["constructor", "toString", "hasOwnProperty", "a.b", "a/b~c", "", "__proto__", "New-Checkout", "new-checkout ", "0", "unknown"]:
        f.case(f"no flag is called `{name}`", name, {}, error="FLAG_NOT_FOUND")
    names = ["valueOf", "a.b.c", "x/y~z", " ", "小明", "😀", "e\u0301", "é", "1", "x" * 256, "é" * 128]
    for name in names:
        f.flag(name, variants={name: True, "off": False}, default=name)
        f.case(f"a flag and a variant are called `{name[:20]}` ({len(name)})", name, {}, name, "STATIC")
    f.flag("one variant", variants={"only": True}, off="only", default="only")
    f.case("one variant is enough", "one variant", {}, "only", "STATIC")
    many = {f"v{index}": index for index in range(255)}
    f.flag("255 variants", type="number", variants=many, off="v0", default="v1", rules=[{"when": when("a", 1), "serve": "v254"}])
    f.case("255 variants: the last", "255 variants", {"a": 1}, "v254", "TARGETING_MATCH", "0")
    f.flag("extras", metadata={"s": "x", "n": 1.5, "b": False, "小明": ""}, tags=["a", "a", ""], owner="", description="", expires="2027-03-01")
    f.case("what is for people changes nothing", "extras", {}, "off", "STATIC")
    f.flag("expired", expires="2001-01-01T00:00:00Z", default="on")
    f.case("an expired flag still serves", "expired", {}, "on", "STATIC")
    f.flag("disabled", enabled=False, default="on", rules=[EVERYONE])
    f.case("disabled", "disabled", {}, "off", "DISABLED")
    return f.build()


def rules():
    f = Decisions("Rules in order, their ids, all, any, not, nesting.", "rules")
    f.flag(
        "order",
        **LETTERS,
        rules=[
            {"when": when("x", 1), "serve": "a"},
            {"id": "second", "when": when("y", 1), "serve": "b"},
            {"when": when("x", 1, "gte"), "serve": "c"},
        ],
    )
    f.case("the first that applies wins", "order", {"x": 1, "y": 1}, "a", "TARGETING_MATCH", "0")
    f.case("an id of its own", "order", {"x": 2, "y": 1}, "b", "TARGETING_MATCH", "second")
    f.case("an id by position", "order", {"x": 2}, "c", "TARGETING_MATCH", "2")
    f.case("none applies", "order", {}, "d", "DEFAULT")
    f.flag("catch all", **LETTERS, rules=[{"when": when("x", 1), "serve": "a"}, {"id": "rest", "serve": "b"}, {"serve": "c"}])
    f.case("a rule without a condition is for everyone", "catch all", {}, "b", "TARGETING_MATCH", "rest")
    f.case("unless one before it applies", "catch all", {"x": 1}, "a", "TARGETING_MATCH", "0")
    f.flag(
        "ids",
        **LETTERS,
        rules=[
            {"id": "小明 😀", "when": when("x", 1), "serve": "a"},
            {"id": "5", "when": when("x", 2), "serve": "b"},
            {"id": "x" * 256, "when": when("x", 3), "serve": "c"},
        ],
    )
    for index, name in enumerate(["小明 😀", "5", "x" * 256], 1):
        f.case(f"an id of {len(name.encode())} bytes", "ids", {"x": index}, "abc"[index - 1], "TARGETING_MATCH", name)
    both = [when("x", 1), when("y", 1)]
    forms = {
        "all": ({"all": both}, [0, 0, 0, 1]), "any": ({"any": both}, [0, 1, 1, 1]), "not all": ({"not": {"all": both}}, [1, 1, 1, 0]),
        "not any": ({"not": {"any": both}}, [1, 0, 0, 0]), "all of one": ({"all": both[:1]}, [0, 1, 0, 1]), "any of one": ({"any": both[1:]}, [0, 0, 1, 1]),
        "not not": ({"not": {"not": both[0]}}, [0, 1, 0, 1]), "exactly one": ({"any": [{"all": [both[0], {"not": both[1]}]}, {"all": [both[1], {"not": both[0]}]}]}, [0, 1, 1, 0]),
        "all of any": ({"all": [{"any": both}, both[0]]}, [0, 1, 0, 1]), "any of all": ({"any": [{"all": both}, {"not": both[0]}]}, [1, 0, 1, 1]),
        "a contradiction": ({"all": [both[0], {"not": both[0]}]}, [0, 0, 0, 0]), "a tautology": ({"any": [both[0], {"not": both[0]}]}, [1, 1, 1, 1]),
    }  # fmt: skip
    contexts = [{}, {"x": 1}, {"y": 1}, {"x": 1, "y": 1}]
    for name, (condition, expected) in forms.items():
        f.flag(name, rules=[{"when": condition, "serve": "on"}])
        for context, holds in zip(contexts, expected, strict=True):
            f.case(f"{name}: {' and '.join(context) or 'neither'}", name, context, *(("on", "TARGETING_MATCH", "0") if holds else ("off", "DEFAULT")))
    for count in (62, 63):
        condition = when("x", 1)
        for _ in range(count):
            condition = {"not": condition}
        f.flag(f"{count} nots", rules=[{"when": condition, "serve": "on"}])
        f.case(f"{count} nots: x", f"{count} nots", {"x": 1}, *(("off", "DEFAULT") if count % 2 else ("on", "TARGETING_MATCH", "0")))
        f.case(f"{count} nots: nothing", f"{count} nots", {}, *(("on", "TARGETING_MATCH", "0") if count % 2 else ("off", "DEFAULT")))
    f.flag("fifty alls", rules=[{"when": deep("all", 50), "serve": "on"}])
    f.case("fifty alls: x", "fifty alls", {"x": 1}, "on", "TARGETING_MATCH", "0")
    f.flag("many", **LETTERS, rules=[{"when": when("n", index), "serve": "abc"[index % 3]} for index in range(300)])
    for index in (0, 1, 255, 256, 299):
        f.case(f"300 rules: rule {index}", "many", {"n": index}, "abc"[index % 3], "TARGETING_MATCH", str(index))
    f.case("300 rules: none", "many", {"n": 300}, "d", "DEFAULT")
    f.flag("no rules", rules=[])
    f.case("an empty list of rules", "no rules", {}, "off", "STATIC")
    return f.build()


def deep(form, count):
    condition = when("x", 1)
    for _ in range(count):
        condition = {form: [condition]}
    return condition


def overrides():
    f = Decisions("Overrides: what serves `off` first, then list order; a unit that is absent or unusable is not listed.", "overrides")
    f.flag(
        "user",
        **LETTERS,
        overrides=[{"ids": ["u-1", 42, "u-2"], "variant": "a"}, {"ids": ["u-2", "u-3"], "variant": "b"}, {"ids": ["u-3", "u-1"], "variant": "d"}],
        rules=[{"serve": "c"}],
    )
    for unit, answer in {
        "u-1": ("d", "OVERRIDE"),
        "u-3": ("d", "OVERRIDE"),
        "u-2": ("a", "OVERRIDE"),
        "42": ("a", "OVERRIDE"),
        "u-4": ("c", "TARGETING_MATCH", "0"),
        "U-1": ("c", "TARGETING_MATCH", "0"),
        " u-1": ("c", "TARGETING_MATCH", "0"),
    }.items():
        f.case(f"unit {unit!r}", "user", key(unit), *answer)
    f.case("the number 42", "user", key(42), "a", "OVERRIDE")
    f.case("the number 42.0", "user", key(42.0), "a", "OVERRIDE")
    unusable = [
        ("missing", {}),
        ("null", key(None)),
        ("empty", key("")),
        ("boolean", key(True)),
        ("fraction", key(42.5)),
        ("list", key(["u-1"])),
        ("object", key({})),
        ("too long", key("x" * 1025)),
        ("not safe", key(9007199254740992)),
    ]
    for name, context in unusable:
        f.case(f"no unit to look up: {name}", "user", context, "c", "TARGETING_MATCH", "0")
    ids = [0, -17, 9007199254740991, "é", "😀", "x" * 1024, "", "a\u001fb", 1e3]
    f.flag("ids", overrides=[{"ids": ids, "variant": "on"}])
    for unit in ("0", 0, -0.0, "-17", -17, "9007199254740991", 9007199254740991, "é", "😀", "x" * 1024, "a\u001fb", "1000", 1000):
        f.case(f"listed: {str(unit)[:20]!r} ({type(unit).__name__})", "ids", key(unit), "on", "OVERRIDE")
    for unit in ("-0", "e\u0301", "00", "1e3", "", None):
        f.case(f"not listed: {unit!r}", "ids", key(unit), "off", "DEFAULT")
    f.flag(
        "several units",
        **LETTERS,
        unit="user.id",
        overrides=[
            {"unit": "shop.id", "ids": ["s-1"], "variant": "a"},
            {"ids": ["u-1"], "variant": "b"},
            {"unit": "team", "ids": ["t-0"], "variant": "d"},
        ],
    )
    shop, user = {"shop": {"id": "s-1"}}, {"user": {"id": "u-1"}}
    f.case("its own unit", "several units", shop, "a", "OVERRIDE")
    f.case("the flag's unit", "several units", user, "b", "OVERRIDE")
    f.case("list order over units", "several units", {**shop, **user}, "a", "OVERRIDE")
    f.case("off before all", "several units", {**shop, **user, "team": "t-0"}, "d", "OVERRIDE")
    f.case("targetingKey is not asked", "several units", key("u-1"), "d", "DEFAULT")
    f.flag("composite", unit=["shop", "user"], overrides=[{"ids": ["s\u001fu"], "variant": "on"}])
    f.case("a composite is listed by its text", "composite", {"shop": "s", "user": "u"}, "on", "OVERRIDE")
    f.case("a composite that lacks a part", "composite", {"shop": "s"}, "off", "DEFAULT")
    f.case("a composite whose part has the joiner", "composite", {"shop": "s\u001fu", "user": "u"}, "off", "DEFAULT")
    f.case("a composite by its parts swapped", "composite", {"shop": "u", "user": "s"}, "off", "DEFAULT")
    f.flag("default and off are one", default="off", overrides=[{"ids": ["u-1"], "variant": "on"}, {"ids": ["u-1"], "variant": "off"}])
    f.case("off is a name, not a value", "default and off are one", key("u-1"), "off", "OVERRIDE")
    f.flag(
        "same value, other name",
        variants={"on": True, "off": False, "never": False},
        overrides=[{"ids": ["u-1"], "variant": "on"}, {"ids": ["u-1"], "variant": "never"}],
    )
    f.case("another variant of the same value doesn't come first", "same value, other name", key("u-1"), "on", "OVERRIDE")
    f.flag("before a hash", salt="s", overrides=[{"ids": ["u-1"], "variant": "on"}], rules=[{"percent": 50, "unit": "a", "serve": "on"}])
    f.case("an override needs no unit of a rule", "before a hash", key("u-1"), "on", "OVERRIDE")
    f.case("without it the rule does", "before a hash", {}, error="TARGETING_KEY_MISSING")
    f.flag("no ids", overrides=[{"ids": [], "variant": "on"}])
    f.case("an override without ids is none", "no ids", key("u-1"), "off", "STATIC")
    f.flag("off by switch", enabled=False, overrides=[{"ids": ["u-1"], "variant": "on"}])
    f.case("disabled comes first", "off by switch", key("u-1"), "off", "DISABLED")
    f.flag("needs", prerequisites=[{"flag": "off by switch", "variants": ["on"]}], overrides=[{"ids": ["u-1"], "variant": "on"}])
    f.case("prerequisites come first", "needs", key("u-1"), "off", "PREREQUISITE_FAILED")
    return f.build()


def segments():
    f = Decisions("Segments: exclude, then include, then the condition; nested; negated.", "segments")
    parts = {
        "staff": {"attr": "email", "op": "endsWith", "value": "@shop.example"},
        "lists": {"include": ["u-1", 42, "u-9"], "exclude": ["u-9"]},
        "include only": {"include": ["u-1"], "description": "by hand"},
        "nobody": {"include": []},
        "all three": {"exclude": ["u-9"], "include": ["u-1", "u-9"], "any": [when("plan", "plus"), when("plan", "pro")]},
        "exclude": {"exclude": ["u-9"], "not": when("plan", "free")},
        "shop": {"unit": "shop.id", "include": ["s-1"], **when("plan", "plus")},
        "pair": {"unit": ["shop.id", "team"], "include": ["s-1\u001ft-1"]},
        "nested": {"segment": "all three"},
        "nested with lists": {"segment": "all three", "exclude": ["u-1"], "include": ["u-9"]},
        "alls": {"all": [{"segment": "staff"}, {"not": {"segment": "lists"}}]},
    }
    for name, fields in parts.items():
        f.segment(name, **fields)
        f.flag(name, unit="user.id", rules=[{"when": {"segment": name}, "serve": "on"}])
        f.flag(f"not {name}", unit="user.id", rules=[{"when": {"not": {"segment": name}}, "serve": "on"}])
    asked = {
        "staff": [({}, 0), ({"email": "a@shop.example"}, 1), ({"email": "a@other.example"}, 0)],
        "lists": [({}, 0), (key("u-1"), 1), (key("42"), 1), (key(42), 1), (key("u-9"), 0), (key("u-2"), 0), (key(True), 0)],
        "include only": [(key("u-1"), 1), (key("u-2"), 0), ({"user": {"id": "u-1"}}, 0)],
        "nobody": [(key("u-1"), 0), ({}, 0)],
        "all three": [
            (key("u-1"), 1),
            (key("u-9"), 0),
            ({"plan": "plus", **key("u-9")}, 0),
            ({"plan": "pro"}, 1),
            ({"plan": "pro", **key("u-2")}, 1),
            (key("u-2"), 0),
            ({"plan": "plus", **key("")}, 1),
        ],
        "exclude": [({}, 1), (key("u-9"), 0), ({"plan": "free"}, 0), ({"plan": "plus", **key("u-1")}, 1)],
        "shop": [
            ({"shop": {"id": "s-1"}}, 1),
            (key("s-1"), 0),
            ({"plan": "plus"}, 1),
            ({"plan": "free", "shop": {"id": "s-2"}}, 0),
            ({"shop": {"id": ["s-1"]}}, 0),
        ],
        "pair": [({"shop": {"id": "s-1"}, "team": "t-1"}, 1), ({"shop": {"id": "s-1"}}, 0), ({"shop": {"id": "s-1\u001ft-1"}, "team": "t-1"}, 0)],
        "nested": [(key("u-1"), 1), (key("u-9"), 0), ({"plan": "plus"}, 1), ({}, 0)],
        "nested with lists": [(key("u-1"), 0), (key("u-9"), 1), ({"plan": "plus"}, 1), ({"plan": "plus", **key("u-1")}, 0), ({}, 0)],
        "alls": [({"email": "a@shop.example"}, 1), ({"email": "a@shop.example", **key("u-1")}, 0), (key("u-2"), 0)],
    }
    for name, rows in asked.items():
        for context, inside in rows:
            yes, no = ("on", "TARGETING_MATCH", "0"), ("off", "DEFAULT")
            f.case(f"{name}: {context}", name, context, *(yes if inside else no))
            f.case(f"not {name}: {context}", f"not {name}", context, *(no if inside else yes))
    f.segment("chain 1", **when("x", 1))
    for index in range(2, 65):
        f.segment(f"chain {index}", segment=f"chain {index - 1}")
    f.flag("a chain of 64", rules=[{"when": {"segment": "chain 64"}, "serve": "on"}])
    f.case("a chain of 64 segments: in", "a chain of 64", {"x": 1}, "on", "TARGETING_MATCH", "0")
    f.case("a chain of 64 segments: out", "a chain of 64", {"x": 2}, "off", "DEFAULT")
    f.segment("constructor", include=["u-1"])
    f.flag("odd name", rules=[{"when": {"segment": "constructor"}, "serve": "on"}])
    f.case("a segment called constructor", "odd name", key("u-1"), "on", "TARGETING_MATCH", "0")
    return f.build()


def prerequisites():
    f = Decisions("Prerequisites: met when the parent serves a listed variant for a reason other than DISABLED and ERROR.", "prerequisites")
    f.flag("static on", default="on")
    f.flag("static off")
    f.flag("disabled", enabled=False)
    f.flag("by plan", rules=[{"when": when("plan", "plus"), "serve": "on"}])
    f.flag("by hash", salt="p", rules=[{"percent": 50, "serve": "on"}])
    f.flag("by override", overrides=[{"ids": ["u-1"], "variant": "on"}])
    f.flag("fails", prerequisites=[{"flag": "static off", "variants": ["on"]}], rules=[EVERYONE])
    f.flag("letters", **LETTERS, rules=[{"when": when("x", one), "serve": one} for one in "abc"])
    failed = ("off", "PREREQUISITE_FAILED")

    def needs(name, *needed, **more):
        f.flag(name, prerequisites=[{"flag": flag, "variants": variants} for flag, variants in needed], **{"rules": [EVERYONE], **more})

    met = ("on", "TARGETING_MATCH", "0")
    table = [
        ("static on", ["on"], {}, met),
        ("static on", ["off"], {}, failed),
        ("static on", ["off", "on"], {}, met),
        ("static off", ["off"], {}, met),
        ("static off", ["on"], {}, failed),
        ("disabled", ["off"], {}, failed),
        ("disabled", ["on", "off"], {}, failed),
        ("by plan", ["on"], {"plan": "plus"}, met),
        ("by plan", ["on"], {}, failed),
        ("by plan", ["off"], {}, met),
        ("by hash", ["on", "off"], {}, failed),
        ("by hash", ["on", "off"], key(True), failed),
        ("by hash", ["on", "off"], key("u-1"), met),
        ("by override", ["on"], key("u-1"), met),
        ("by override", ["on"], key("u-2"), failed),
        ("fails", ["on"], {}, failed),
        ("fails", ["off"], {}, met),
        ("letters", ["a", "c"], {"x": "a"}, met),
        ("letters", ["a", "c"], {"x": "b"}, failed),
        ("letters", ["a", "c"], {"x": "c"}, met),
        ("letters", ["d"], {}, met),
    ]
    for flag, variants, context, answer in table:
        name = f"needs {flag}: {' '.join(variants)}"
        if name not in f.snapshot["flags"]:
            needs(name, (flag, variants))
        f.case(f"{name}: {context}", name, context, *answer)
    half = "on" if bucket("p", "ramp", "u-1") < 500000 else "off"
    needs("needs the hash", ("by hash", [half]))
    f.case("a parent that hashes this unit", "needs the hash", key("u-1"), *met)
    needs("needs two", ("by plan", ["on"]), ("by override", ["on"]))
    f.case("two, both met", "needs two", {"plan": "plus", **key("u-1")}, *met)
    f.case("two, the first not", "needs two", key("u-1"), *failed)
    f.case("two, the second not", "needs two", {"plan": "plus"}, *failed)
    needs("grandchild", ("needs two", ["on"]))
    f.case("through a parent: met", "grandchild", {"plan": "plus", **key("u-1")}, *met)
    f.case("through a parent: not", "grandchild", {"plan": "plus"}, *failed)
    needs("same parent twice", ("letters", ["a", "b"]), ("letters", ["b", "c"]))
    f.case("the same parent twice: in both", "same parent twice", {"x": "b"}, *met)
    f.case("the same parent twice: in one", "same parent twice", {"x": "a"}, *failed)
    needs("no rules", ("static on", ["on"]), rules=[])
    f.case("no rules, met", "no rules", {}, "off", "DEFAULT")
    needs("disabled child", ("static off", ["on"]), enabled=False)
    f.case("disabled comes before prerequisites", "disabled child", {}, "off", "DISABLED")
    needs("hashes", ("static off", ["on"]), salt="s", rules=[{"percent": 50, "serve": "on"}])
    f.case("not met, so no unit is demanded", "hashes", {}, *failed)
    f.flag("off is a letter", **{**LETTERS, "off": "b"}, prerequisites=[{"flag": "static off", "variants": ["on"]}])
    f.case("what is served is the flag's own off", "off is a letter", {}, "b", "PREREQUISITE_FAILED")
    f.flag("none", prerequisites=[], rules=[EVERYONE])
    f.case("an empty list is none", "none", {}, "on", "STATIC", "0")
    f.flag("link 1", rules=[{"when": when("x", 1), "serve": "on"}])
    for index in range(2, 65):
        needs(f"link {index}", (f"link {index - 1}", ["on"]))
    f.case("a chain of 64 flags: met", "link 64", {"x": 1}, *met)
    f.case("a chain of 64 flags: not", "link 64", {}, *failed)
    return f.build()


def reasons():
    f = Decisions("Reasons, and above all when a flag is STATIC.", "reasons")
    never, test = {"percent": 0, "serve": "on"}, when("x", 1)
    half = {"percent": 50, "serve": "on"}
    two = {"split": [{"variant": "on", "weight": 1}, {"variant": "off", "weight": 1}]}
    one = {"split": [{"variant": "on", "weight": 5}, {"variant": "off", "weight": 0}]}
    table = [
        ("no rules", {}, ("off", "STATIC")),
        ("default on", {"default": "on"}, ("on", "STATIC")),
        ("one rule for everyone", {"rules": [EVERYONE]}, ("on", "STATIC", "0")),
        ("named rule for everyone", {"rules": [{"id": "all", "serve": "on"}]}, ("on", "STATIC", "all")),
        ("100 %", {"rules": [{"percent": 100, "serve": "on"}]}, ("on", "STATIC", "0")),
        ("one weight", {"rules": [{"serve": one}]}, ("on", "STATIC", "0")),
        ("one weight at 100 %", {"rules": [{"percent": 100, "serve": one}]}, ("on", "STATIC", "0")),
        ("only 0 %", {"rules": [never]}, ("off", "STATIC")),
        ("only 0 % twice", {"rules": [never, never]}, ("off", "STATIC")),
        ("0 % with a split", {"rules": [{"percent": 0, "serve": two}], "salt": "s"}, ("off", "STATIC")),
        ("0 % with a condition", {"rules": [{"percent": 0, "when": test, "serve": "on"}]}, ("off", "STATIC")),
        ("0 % then everyone", {"rules": [never, EVERYONE]}, ("on", "STATIC", "1")),
        ("everyone, then what is never reached", {"rules": [EVERYONE, {"when": test, "serve": "off"}, half], "salt": "s"}, ("on", "STATIC", "0")),
        ("condition first", {"rules": [{"when": test, "serve": "on"}, EVERYONE]}, ("on", "TARGETING_MATCH", "1")),
        ("conditions that all serve the default", {"rules": [{"when": test, "serve": "off"}]}, ("off", "DEFAULT")),
        ("half first", {"rules": [half, EVERYONE], "salt": "s"}, None),
        ("split first", {"rules": [{"serve": two}], "salt": "s"}, None),
        ("an override", {"overrides": [{"ids": ["u-1"], "variant": "on"}]}, ("off", "DEFAULT")),
        ("an override without ids", {"overrides": [{"ids": [], "variant": "on"}]}, ("off", "STATIC")),
        (
            "an override and a rule for everyone",
            {"overrides": [{"ids": ["u-1"], "variant": "on"}], "rules": [EVERYONE]},
            ("on", "TARGETING_MATCH", "0"),
        ),
        ("an override of the empty id", {"overrides": [{"ids": [""], "variant": "on"}]}, ("off", "DEFAULT")),
        ("a prerequisite", {"prerequisites": [{"flag": "no rules", "variants": ["off"]}]}, ("off", "DEFAULT")),
        (
            "a prerequisite and a rule for everyone",
            {"prerequisites": [{"flag": "no rules", "variants": ["off"]}], "rules": [EVERYONE]},
            ("on", "TARGETING_MATCH", "0"),
        ),
        ("a prerequisite not met", {"prerequisites": [{"flag": "no rules", "variants": ["on"]}]}, ("off", "PREREQUISITE_FAILED")),
        ("disabled", {"enabled": False}, ("off", "DISABLED")),
        (
            "disabled with all the rest",
            {"enabled": False, "default": "on", "rules": [EVERYONE], "prerequisites": [{"flag": "no rules", "variants": ["on"]}]},
            ("off", "DISABLED"),
        ),
        ("enabled in so many words", {"enabled": True}, ("off", "STATIC")),
    ]
    for name, fields, answer in table:
        f.flag(name, **fields)
        if answer:
            f.case(f"{name}: an empty context", name, {}, *answer)
            f.case(f"{name}: somebody", name, key("u-7"), *answer)
        else:
            f.case(f"{name}: an empty context", name, {}, error="TARGETING_KEY_MISSING")
            f.case(f"{name}: no unit", name, key([]), error="INVALID_CONTEXT")
    f.case("an override matches", "an override", key("u-1"), "on", "OVERRIDE")
    inside = next(f"u-{n}" for n in range(100) if bucket("s", "ramp", f"u-{n}") < 500000)
    outside = next(f"u-{n}" for n in range(100) if bucket("s", "ramp", f"u-{n}") >= 500000)
    f.case("half first: in", "half first", key(inside), "on", "SPLIT", "0")
    f.case("half first: out, and taken without a hash", "half first", key(outside), "on", "TARGETING_MATCH", "1")
    f.flag("half alone", rules=[half], salt="s")
    f.case("half alone: in", "half alone", key(inside), "on", "SPLIT", "0")
    f.case("half alone: out is DEFAULT", "half alone", key(outside), "off", "DEFAULT")
    return f.build()


def files():
    return {
        "types-and-variants.json": types(),
        "rules.json": rules(),
        "overrides.json": overrides(),
        "segments.json": segments(),
        "prerequisites.json": prerequisites(),
        "reasons.json": reasons(),
    }
