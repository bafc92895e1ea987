"""Flags that are refused, one fault each, and flags that only look as if they should be."""

import json

from cases.build import compact

GOOD = {"type": "boolean", "variants": {"on": True, "off": False}, "off": "off", "default": "on"}
TEXT = json.dumps(GOOD)
SPLIT = {"split": [{"variant": "on", "weight": 1}, {"variant": "off", "weight": 1}]}


def flag(**fields):
    return json.dumps({**GOOD, **fields})


def without(*names, **fields):
    return json.dumps({name: value for name, value in {**GOOD, **fields}.items() if name not in names})


def rule(**fields):
    return flag(salt="s", rules=[{"serve": "on", **fields}])


def serve(what):
    return flag(salt="s", rules=[{"serve": what}])


def when(condition):
    return rule(when=condition)


def test(op, value, **more):
    return when({"attr": "a", "op": op, "value": value, **more})


def raw(field):
    """A good flag with one more member, as text that json.dumps would not write."""
    return TEXT[:-1] + ", " + field + "}"


def nots(count):
    condition = {"attr": "a", "op": "exists", "value": True}
    for _ in range(count):
        condition = {"not": condition}
    return condition


# name, the flag `x` as text, code, the path within it
FLAGS = [
    ("not an object: null", "null", "WRONG_TYPE", ""),
    ("not an object: list", "[]", "WRONG_TYPE", ""),
    ("not an object: string", '"on"', "WRONG_TYPE", ""),
    ("not an object: boolean", "true", "WRONG_TYPE", ""),
    *[(f"no {name}", without(name), "MISSING_FIELD", "") for name in ("type", "variants", "off", "default")],
    ("a misspelt field", flag(enabledd=True), "UNKNOWN_FIELD", "/enabledd"),
    ("a field of another case", flag(Rules=[]), "UNKNOWN_FIELD", "/Rules"),
    ("a field that comes later", flag(layer="feed"), "UNKNOWN_FIELD", "/layer"),
    ("a field called __proto__", raw('"__proto__": {}'), "UNKNOWN_FIELD", "/__proto__"),
    ("a field to be escaped", raw('"a/b~c": 1'), "UNKNOWN_FIELD", "/a~1b~0c"),
    ("an empty field name", raw('"": 1'), "UNKNOWN_FIELD", "/"),
    *[
        (f"{name} is {compact(value)}", flag(**{name: value}), "WRONG_TYPE", f"/{name}")
        for name, values in {
            "type": [1, None],
            "enabled": ["true", 1, None],
            "variants": [[], None, "on"],
            "off": [False, None, 0],
            "default": [True, ["on"]],
            "unit": [5, None, {}],
            "salt": [5, None],
            "prerequisites": [{}, "cart", None],
            "overrides": [{}, None],
            "rules": [{}, None, "on"],
            "metadata": [[], "x", None],
            "tags": ["growth", {}, None],
            "owner": [5, None],
            "expires": [20270301, None],
            "description": [[], None],
        }.items()
        for value in values
    ],
    ("an unknown type", flag(type="bool"), "INVALID_VALUE", "/type"),
    ("a type of another case", flag(type="Boolean"), "INVALID_VALUE", "/type"),
    ("type integer", flag(type="integer"), "INVALID_VALUE", "/type"),
    ("a variant of another type", flag(variants={"on": "true", "off": False}), "WRONG_TYPE", "/variants/on"),
    ("a null variant", flag(variants={"on": True, "off": False, "z": None}), "WRONG_TYPE", "/variants/z"),
    ("a number for a string", flag(type="string", variants={"on": "1", "off": 0}), "WRONG_TYPE", "/variants/off"),
    ("a scalar for an object", flag(type="object", variants={"on": {}, "off": 0}), "WRONG_TYPE", "/variants/off"),
    ("a list for a string", flag(type="string", variants={"on": "a", "off": ["a"]}), "WRONG_TYPE", "/variants/off"),
    ("no variants at all", flag(variants={}, off="off"), "INVALID_VALUE", "/variants"),
    ("256 variants", flag(variants={**{f"v{n}": True for n in range(254)}, "on": True, "off": False}), "TOO_MANY", "/variants"),
    ("an empty variant name", flag(variants={"": True, "on": True, "off": False}), "INVALID_VALUE", "/variants/"),
    ("a variant called __proto__", flag(variants={"__proto__": True, "on": True, "off": False}), "INVALID_VALUE", "/variants/__proto__"),
    ("a variant name of 257 bytes", flag(variants={"x" * 257: True, "on": True, "off": False}), "INVALID_VALUE", "/variants/" + "x" * 257),
    (
        "a key __proto__ in a value",
        flag(type="object", variants={"on": {"a": [{"__proto__": 1}]}, "off": {}}),
        "INVALID_VALUE",
        "/variants/on/a/0/__proto__",
    ),
    ("off is no variant", flag(off="of"), "UNKNOWN_VARIANT", "/off"),
    ("default is no variant", flag(default="On"), "UNKNOWN_VARIANT", "/default"),
    ("default is what every object has", flag(default="constructor"), "UNKNOWN_VARIANT", "/default"),
    ("serve is no variant", rule(serve="yes"), "UNKNOWN_VARIANT", "/rules/0/serve"),
    *[(f"salt {compact(salt)[:20]}", flag(salt=salt), "INVALID_VALUE", "/salt") for salt in ("", "a b", "a.b", "a/b", "é", "x" * 65, "a\n")],
    *[
        (f"unit {compact(unit)[:24]}", flag(unit=unit), "INVALID_VALUE", f"/unit{path}")
        for unit, path in (
            ("", ""),
            (".", ""),
            ("a.", ""),
            (".a", ""),
            ("a..b", ""),
            ("__proto__", ""),
            ("a.__proto__.b", ""),
            ("x" * 257, ""),
            (".".join("abcdefghijklmnopq"), ""),
            ([], ""),
            (["a"], ""),
            (list("abcdefghi"), ""),
            (["a", ""], "/1"),
            (["a.__proto__", "b"], "/0"),
        )
    ],
    ("a composite of numbers", flag(unit=["a", 5]), "WRONG_TYPE", "/unit/1"),
    ("an empty metadata key", flag(metadata={"": 1}), "INVALID_VALUE", "/metadata/"),
    ("metadata called __proto__", flag(metadata={"__proto__": 1}), "INVALID_VALUE", "/metadata/__proto__"),
    ("metadata that is null", flag(metadata={"a": None}), "WRONG_TYPE", "/metadata/a"),
    ("metadata that nests", flag(metadata={"a": {}}), "WRONG_TYPE", "/metadata/a"),
    ("metadata that is a list", flag(metadata={"a": []}), "WRONG_TYPE", "/metadata/a"),
    ("a tag that is a number", flag(tags=["a", 5]), "WRONG_TYPE", "/tags/1"),
    *[
        (f"expires {day}", flag(expires=day), "INVALID_VALUE", "/expires")
        for day in ("", "soon", "2027-02-29", "2027-3-1", "2027-03-01T00:00:00", "2027-13-01", "20270301")
    ],
    # rules
    ("a rule that is no object", flag(rules=["on"]), "WRONG_TYPE", "/rules/0"),
    ("a rule that serves nothing", flag(rules=[{}]), "MISSING_FIELD", "/rules/0"),
    ("a rule with an unknown field", rule(share={}), "UNKNOWN_FIELD", "/rules/0/share"),
    ("a rule that serves null", serve(None), "WRONG_TYPE", "/rules/0/serve"),
    ("a rule that serves a value", serve(True), "WRONG_TYPE", "/rules/0/serve"),
    ("an empty id", rule(id=""), "INVALID_VALUE", "/rules/0/id"),
    ("an id of 257 bytes", rule(id="é" * 128 + "x"), "INVALID_VALUE", "/rules/0/id"),
    ("an id that is a number", rule(id=1), "WRONG_TYPE", "/rules/0/id"),
    ("an id twice", flag(rules=[{"id": "a", "serve": "on"}, {"id": "b", "serve": "on"}, {"id": "a", "serve": "on"}]), "INVALID_VALUE", "/rules/2/id"),
    ("an id that is another's position", flag(rules=[{"serve": "on"}, {"id": "0", "serve": "on"}]), "INVALID_VALUE", "/rules/1/id"),
    ("an id that is a later one's position", flag(rules=[{"id": "1", "serve": "on"}, {"serve": "on"}]), "INVALID_VALUE", "/rules/0/id"),
    ("a rule's unit", rule(unit="a..b"), "INVALID_VALUE", "/rules/0/unit"),
    ("a rule's salt", rule(salt="a b"), "INVALID_VALUE", "/rules/0/salt"),
    ("a second rule", flag(rules=[{"serve": "on"}, {"serve": "yes"}]), "UNKNOWN_VARIANT", "/rules/1/serve"),
    *[
        (
            f"percent {compact(share)}",
            rule(percent=share),
            "WRONG_TYPE" if isinstance(share, (str, bool)) or share is None else "INVALID_VALUE",
            "/rules/0/percent",
        )
        for share in (-1, -0.0001, 100.0001, 101, 33.33333, 0.00005, "50", True, None)
    ],
    ("a split that is missing", serve({}), "MISSING_FIELD", "/rules/0/serve"),
    ("a split with a stranger", serve({**SPLIT, "unit": "a"}), "UNKNOWN_FIELD", "/rules/0/serve/unit"),
    ("a split that is no list", serve({"split": {}}), "WRONG_TYPE", "/rules/0/serve/split"),
    ("a split of nothing", serve({"split": []}), "INVALID_VALUE", "/rules/0/serve/split"),
    ("a split of no weight", serve({"split": [{"variant": "on", "weight": 0}]}), "INVALID_VALUE", "/rules/0/serve/split"),
    (
        "weights past 2^32 - 1",
        serve({"split": [{"variant": "on", "weight": 4294967295}, {"variant": "off", "weight": 1}]}),
        "INVALID_VALUE",
        "/rules/0/serve/split",
    ),
    ("256 entries", serve({"split": [{"variant": "on", "weight": 1}] * 256}), "TOO_MANY", "/rules/0/serve/split"),
    ("an entry that is no object", serve({"split": ["on"]}), "WRONG_TYPE", "/rules/0/serve/split/0"),
    ("an entry without a weight", serve({"split": [{"variant": "on"}]}), "MISSING_FIELD", "/rules/0/serve/split/0"),
    ("an entry without a variant", serve({"split": [{"weight": 1}]}), "MISSING_FIELD", "/rules/0/serve/split/0"),
    (
        "an entry of no variant",
        serve({"split": [{"variant": "on", "weight": 1}, {"variant": "yes", "weight": 1}]}),
        "UNKNOWN_VARIANT",
        "/rules/0/serve/split/1/variant",
    ),
    *[
        (
            f"weight {compact(weight)}",
            serve({"split": [{"variant": "on", "weight": weight}, {"variant": "off", "weight": 1}]}),
            code,
            "/rules/0/serve/split/0/weight",
        )
        for weight, code in ((-1, "INVALID_VALUE"), (0.5, "INVALID_VALUE"), ("1", "WRONG_TYPE"), (None, "WRONG_TYPE"))
    ],
    ("a percentage without a salt", flag(rules=[{"serve": "on"}, {"percent": 50, "serve": "on"}]), "MISSING_SALT", "/rules/1"),
    ("a split without a salt", flag(rules=[{"serve": SPLIT}]), "MISSING_SALT", "/rules/0"),
    ("another rule's salt doesn't help", flag(rules=[{"salt": "s", "serve": "on"}, {"serve": SPLIT}]), "MISSING_SALT", "/rules/1"),
    # overrides and prerequisites
    ("an override that is no object", flag(overrides=["u-1"]), "WRONG_TYPE", "/overrides/0"),
    ("an override without ids", flag(overrides=[{"variant": "on"}]), "MISSING_FIELD", "/overrides/0"),
    ("an override without a variant", flag(overrides=[{"ids": []}]), "MISSING_FIELD", "/overrides/0"),
    ("an override of no variant", flag(overrides=[{"ids": [], "variant": "yes"}]), "UNKNOWN_VARIANT", "/overrides/0/variant"),
    ("an override with an unknown field", flag(overrides=[{"ids": [], "variant": "on", "id": "a"}]), "UNKNOWN_FIELD", "/overrides/0/id"),
    ("an override's ids", flag(overrides=[{"ids": "u-1", "variant": "on"}]), "WRONG_TYPE", "/overrides/0/ids"),
    ("an override's unit", flag(overrides=[{"unit": "", "ids": [], "variant": "on"}]), "INVALID_VALUE", "/overrides/0/unit"),
    *[
        (f"id {compact(one)}", flag(overrides=[{"ids": ["u-1", one], "variant": "on"}]), code, "/overrides/0/ids/1")
        for one, code in (
            (True, "WRONG_TYPE"),
            (None, "WRONG_TYPE"),
            ([], "WRONG_TYPE"),
            (1.5, "INVALID_VALUE"),
            (9007199254740992, "INVALID_VALUE"),
            (-1e300, "INVALID_VALUE"),
        )
    ],
    ("a prerequisite that is no object", flag(prerequisites=["before"]), "WRONG_TYPE", "/prerequisites/0"),
    ("a prerequisite without a flag", flag(prerequisites=[{"variants": ["on"]}]), "MISSING_FIELD", "/prerequisites/0"),
    ("a prerequisite without variants", flag(prerequisites=[{"flag": "before"}]), "MISSING_FIELD", "/prerequisites/0"),
    ("a prerequisite of no variants", flag(prerequisites=[{"flag": "before", "variants": []}]), "INVALID_VALUE", "/prerequisites/0/variants"),
    (
        "a prerequisite with an unknown field",
        flag(prerequisites=[{"flag": "before", "variants": ["on"], "variant": "on"}]),
        "UNKNOWN_FIELD",
        "/prerequisites/0/variant",
    ),
    (
        "a prerequisite's variant as a value",
        flag(prerequisites=[{"flag": "before", "variants": [True]}]),
        "WRONG_TYPE",
        "/prerequisites/0/variants/0",
    ),
    (
        "a prerequisite's variant that its flag lacks",
        flag(prerequisites=[{"flag": "before", "variants": ["on", "yes"]}]),
        "UNKNOWN_VARIANT",
        "/prerequisites/0/variants/1",
    ),
    (
        "a prerequisite that doesn't exist",
        flag(prerequisites=[{"flag": "before", "variants": ["on"]}, {"flag": "befor", "variants": ["on"]}]),
        "UNKNOWN_FLAG",
        "/prerequisites/1/flag",
    ),
    ("its own prerequisite", flag(prerequisites=[{"flag": "x", "variants": ["on"]}]), "CYCLE", "/prerequisites/0/flag"),
    # what is wrong whatever the field means
    ("a field twice", raw('"off": "off"'), "DUPLICATE_KEY", "/off"),
    ("a field twice, once escaped", raw('"\\u006fff": "off"'), "DUPLICATE_KEY", "/off"),
    ("a variant twice", flag().replace('"on": true', '"on": true, "on": true'), "DUPLICATE_KEY", "/variants/on"),
    (
        "a key twice in a value",
        flag(type="object", variants={"on": {}, "off": {"a": [{"b": 5}]}}).replace('"b": 5', '"b": 5, "b": 5'),
        "DUPLICATE_KEY",
        "/variants/off/a/0/b",
    ),
    ("a key twice in a condition", test("eq", 77).replace('"value": 77', '"value": 77, "value": 78'), "DUPLICATE_KEY", "/rules/0/when/value"),
    ("a key twice in metadata", raw('"metadata": {"a": 1, "a": 1}'), "DUPLICATE_KEY", "/metadata/a"),
    ("a lone surrogate", raw('"owner": "\\ud83d"'), "INVALID_VALUE", "/owner"),
    ("a lone low surrogate in a list", raw('"tags": ["a", "x\\ude00y"]'), "INVALID_VALUE", "/tags/1"),
    ("surrogates the wrong way round", raw('"owner": "\\ude00\\ud83d"'), "INVALID_VALUE", "/owner"),
    ("a lone surrogate in a key", raw('"metadata": {"\\ud83d": 1}'), "INVALID_VALUE", "/metadata"),
    ("a high surrogate before another escape", raw('"owner": "\\ud83d\\n"'), "INVALID_VALUE", "/owner"),
    ("a number past a double", test("lt", 77).replace("77", "1e400"), "INVALID_VALUE", "/rules/0/when/value"),
    ("a number past a double, below", raw('"metadata": {"a": -1e309}'), "INVALID_VALUE", "/metadata/a"),
    ("a number of 400 digits", raw('"metadata": {"a": 1' + "0" * 400 + "}"), "INVALID_VALUE", "/metadata/a"),
    ("nested 129 deep", flag(type="object", variants={"on": {}, "off": {"a": 77}}).replace("77", "[" * 126 + "]" * 126), "TOO_DEEP", ""),
]

# name, the flag `x` as text: things that look wrong and are not
ACCEPTED = [
    (
        "integers with a point and an exponent",
        serve({"split": [{"variant": "on", "weight": 77}, {"variant": "off", "weight": 1}]}).replace("77", "1.5e1"),
    ),
    ("an underflow is zero", test("gte", 77).replace("77", "1e-400")),
    ("nested 128 deep", flag(type="object", variants={"on": {}, "off": {"a": 77}}).replace("77", "[" * 125 + "]" * 125)),
    ("64 conditions deep", when(nots(63))),
    ("an escaped key", TEXT.replace('"type"', '"\\u0074ype"')),
    ("a pair of surrogates", raw('"owner": "\\ud83d\\ude00"')),
    ("the same key in two objects", flag(metadata={"on": 1}, tags=["on"])),
    ("an id that is its own position", flag(rules=[{"id": "0", "serve": "on"}])),
    ("a percentage of 100 without a salt", flag(rules=[{"percent": 100, "serve": "on"}])),
    ("a salt that nothing needs", flag(salt="s")),
    ("an empty pattern", test("matches", "")),
    ("weights of 2^32 - 1", serve({"split": [{"variant": "on", "weight": 4294967295}, {"variant": "off", "weight": 0}]})),
    ("0.0001 %", rule(percent=0.0001)),
    ("all of one", when({"all": [nots(0)]})),
    ("an empty list for in", test("in", [])),
    ("expires on 29 February 2028", flag(expires="2028-02-29")),
]
