"""Percentages, splits and units. The ids with a known bucket were searched for, and are checked here."""

from cases.build import ABSENT, Decisions, compact
from reference import bucket

# Ids by their bucket under the salt `third`: at an edge, and one below it.
RAMP = {
    0: "u-626970", 1: "u-699324", 156: "u-723950", 157: "u-38536", 124999: "u-747139", 125000: "u-979244",
    333332: "u-484871", 333333: "u-663366", 499999: "u-253622", 500000: "u-161407", 999998: "u-1397183", 999999: "u-530244",
}  # fmt: skip
SPLIT = {
    0: "u-4151663", 1: "u-2684039", 333332: "u-29315", 333333: "u-513115", 499999: "u-282880", 500000: "u-137804",
    666665: "u-895911", 666666: "u-1061525", 799999: "u-1345582", 800000: "u-220507", 999999: "u-668932",
}  # fmt: skip
LETTERS = {"type": "string", "variants": {one: one.upper() for one in "abcd"}, "off": "d", "default": "d"}


def check_ids():
    for purpose, ids in (("ramp", RAMP), (None, SPLIT)):
        for place, unit in ids.items():
            assert bucket("third", purpose, unit) == place, (purpose, unit)


def arms(*weights):
    return {"split": [{"variant": "abcd"[index % 4], "weight": weight} for index, weight in enumerate(weights)]}


def key(text):
    return {"targetingKey": text}


def percent():
    f = Decisions("A rule's percentage: in when the ramp bucket is below p; 0 and 100 don't hash.", "percent")
    check_ids()
    for share, edge in ((0.0001, 1), (0.0157, 157), (12.5, 125000), (33.3333, 333333), (50, 500000), (99.9999, 999999)):
        name = f"{share} %"
        f.flag(name, salt="third", rules=[{"percent": share, "serve": "on"}])
        for place, unit in RAMP.items():
            answer = ("on", "SPLIT", "0") if place < edge else ("off", "DEFAULT")
            f.case(f"{name}: bucket {place}", name, key(unit), *answer)
    f.flag("0 % demands nothing", rules=[{"percent": 0, "serve": "on"}, {"when": {"attr": "a", "op": "exists", "value": True}, "serve": "on"}])
    f.case("0 %: no unit", "0 % demands nothing", {}, "off", "DEFAULT")
    f.case("0 %: bucket 0", "0 % demands nothing", key(RAMP[0]), "off", "DEFAULT")
    f.case("0 %: the rule behind it", "0 % demands nothing", {"a": 1}, "on", "TARGETING_MATCH", "1")
    f.flag("100 % demands nothing", rules=[{"when": {"attr": "a", "op": "exists", "value": True}, "percent": 100, "serve": "on"}])
    f.case("100 %: no unit", "100 % demands nothing", {"a": 1}, "on", "TARGETING_MATCH", "0")
    f.case("100 %: bucket 999999", "100 % demands nothing", {"a": 1, **key(RAMP[999999])}, "on", "TARGETING_MATCH", "0")
    f.flag("50.0 is 50", salt="third", rules=[{"percent": 50.0, "serve": "on"}])
    f.case("50.0 is 50: bucket 499999", "50.0 is 50", key(RAMP[499999]), "on", "SPLIT", "0")
    f.flag("so little that it is 0", rules=[{"percent": 1e-11, "serve": "on"}])
    f.case("a percentage that rounds to 0 millionths hashes nothing", "so little that it is 0", {}, "off", "STATIC")

    f.flag(
        "next rule",
        salt="third",
        rules=[{"id": "some", "percent": 50, "serve": "on"}, {"id": "rest", "when": {"attr": "a", "op": "eq", "value": 1}, "serve": "on"}],
    )
    f.case("out of the first, into a rule without a hash", "next rule", {**key(RAMP[500000]), "a": 1}, "on", "TARGETING_MATCH", "rest")
    f.case("out of both", "next rule", key(RAMP[500000]), "off", "DEFAULT")
    f.case("in the first", "next rule", {**key(RAMP[499999]), "a": 1}, "on", "SPLIT", "some")
    f.flag("two thirds", salt="third", rules=[{"percent": 33.3333, "serve": "on"}, {"percent": 50, "serve": "on"}])
    f.case("rules share the salt: the second takes the rest to its edge", "two thirds", key(RAMP[333333]), "on", "SPLIT", "1")
    f.case("rules share the salt: out of both", "two thirds", key(RAMP[500000]), "off", "DEFAULT")
    f.flag("own salt", salt="other", rules=[{"percent": 50, "salt": "third", "serve": "on"}])
    f.case("a rule's own salt comes first: in", "own salt", key(RAMP[499999]), "on", "SPLIT", "0")
    f.case("a rule's own salt comes first: out", "own salt", key(RAMP[500000]), "off", "DEFAULT")
    f.flag("own salt alone", rules=[{"percent": 50, "salt": "third", "serve": "on"}])
    f.case("a rule's own salt is enough", "own salt alone", key(RAMP[499999]), "on", "SPLIT", "0")
    f.flag("condition first", salt="third", rules=[{"when": {"attr": "a", "op": "eq", "value": 1}, "percent": 50, "serve": "on"}])
    f.case("no unit, condition false", "condition first", {}, "off", "DEFAULT")
    f.case("no unit, condition true", "condition first", {"a": 1}, error="TARGETING_KEY_MISSING")
    f.case("condition true, in", "condition first", {"a": 1, **key(RAMP[0])}, "on", "SPLIT", "0")
    f.case("condition false, would be in", "condition first", key(RAMP[0]), "off", "DEFAULT")
    f.flag("percent and split", **LETTERS, salt="third", rules=[{"percent": 50, "serve": arms(1, 1, 1)}])
    for place, unit in RAMP.items():
        if place < 500000:
            variant = "abc"[bucket("third", None, unit) * 3 // 1_000_000]
            f.case(f"percent and split are hashed apart: ramp bucket {place}", "percent and split", key(unit), variant, "SPLIT", "0")
        else:
            f.case(f"percent and split: ramp bucket {place} is out", "percent and split", key(unit), "d", "DEFAULT")
    return f.build()


def split():
    f = Decisions("Splits: cumulative, half-open ranges of the bucket; one weight above zero doesn't hash.", "split")
    check_ids()
    tables = {
        "thirds": (arms(1, 1, 1), [333333, 666666, 1000000]),
        "50 30 20": (arms(50, 30, 20), [500000, 800000, 1000000]),
        "1 0 2": (arms(1, 0, 2), [333333, 333333, 1000000]),
        "0 1 1": (arms(0, 1, 1), [0, 500000, 1000000]),
        "1 1 0": (arms(1, 1, 0), [500000, 1000000, 1000000]),
        "1 in a million": (arms(1, 999999), [1, 1000000]),
        "999999 in a million": (arms(999999, 1), [999999, 1000000]),
        "less than a bucket": (arms(1, 4294967294), [0, 1000000]),
        "largest sum": (arms(2147483647, 2147483648), [499999, 1000000]),
        "a again": (arms(1, 1, 1, 0, 3), [166666, 333333, 500000, 500000, 1000000]),
        "weights as 1.0": (arms(1.0, 2.0), [333333, 1000000]),
    }
    for name, (serve, ends) in tables.items():
        f.flag(name, **LETTERS, salt="third", rules=[{"serve": serve}])
        for place, unit in SPLIT.items():
            index = next(i for i, end in enumerate(ends) if place < end)
            f.case(f"{name}: bucket {place}", name, key(unit), "abcd"[index % 4], "SPLIT", "0")
        f.case(f"{name}: no unit", name, {}, error="TARGETING_KEY_MISSING")
    test = {"attr": "a", "op": "exists", "value": True}
    for name, serve, variant in (("one entry", arms(7), "a"), ("one above zero", arms(0, 3, 0), "b")):
        f.flag(name, **LETTERS, rules=[{"when": test, "serve": serve}])
        f.case(f"{name}: no unit needed", name, {"a": 1}, variant, "TARGETING_MATCH", "0")
        f.case(f"{name}: a unit that can't be one", name, {"a": 1, "targetingKey": True}, variant, "TARGETING_MATCH", "0")
    same = {"split": [{"variant": "a", "weight": 1}, {"variant": "a", "weight": 1}]}
    f.flag("the same twice", **LETTERS, salt="third", rules=[{"serve": same}])
    f.case("the same variant twice still hashes", "the same twice", key("u-1"), "a", "SPLIT", "0")
    f.case("and so demands a unit", "the same twice", {}, error="TARGETING_KEY_MISSING")
    many = {"split": [{"variant": "abcd"[i % 4], "weight": 1} for i in range(255)]}
    f.flag("255 entries", **LETTERS, salt="third", rules=[{"serve": many}])
    for place in (0, 333333, 999999):
        index = next(i for i in range(255) if place < 1_000_000 * (i + 1) // 255)
        f.case(f"255 entries: bucket {place}", "255 entries", key(SPLIT[place]), "abcd"[index % 4], "SPLIT", "0")
    f.flag("named", **LETTERS, salt="third", rules=[{"id": "experiment", "serve": arms(1, 1)}])
    f.case("the rule that split is named", "named", key(SPLIT[499999]), "a", "SPLIT", "experiment")
    f.flag("unit of the rule", **LETTERS, salt="third", unit="user.id", rules=[{"unit": "shop.id", "serve": arms(1, 1)}])
    context = {"user": {"id": SPLIT[0]}, "shop": {"id": SPLIT[999999]}, **key(SPLIT[0])}
    f.case("a rule's own unit comes first", "unit of the rule", context, "b", "SPLIT", "0")
    f.case("a rule's own unit, missing", "unit of the rule", {"user": {"id": SPLIT[0]}}, error="TARGETING_KEY_MISSING")
    return f.build()


def units():
    f = Decisions("What can be a unit, composite units, and who demands one.", "units")
    missing, invalid = "TARGETING_KEY_MISSING", "INVALID_CONTEXT"
    f.flag("split", **LETTERS, salt="units", rules=[{"serve": arms(1, 1, 1, 1)}])

    def by_text(name, flag, context, text):
        f.case(name, flag, context, "abcd"[bucket("units", None, text) * 4 // 1_000_000], "SPLIT", "0")

    good = [
        ("u-1", "u-1"),
        (" ", " "),
        (" u-1 ", " u-1 "),
        ("42", "42"),
        (42, "42"),
        (42.0, "42"),
        (0, "0"),
        (-0.0, "0"),
        (-17, "-17"),
        (1e3, "1000"),
        ("1e3", "1e3"),
        (9007199254740991, "9007199254740991"),
        (-9007199254740991, "-9007199254740991"),
        ("9007199254740993", "9007199254740993"),
        ("小明", "小明"),
        ("é", "é"),
        ("e\u0301", "e\u0301"),
        ("É", "É"),
        ("😀", "😀"),
        ("👩\u200d👩\u200d👧", "👩\u200d👩\u200d👧"),
        ("שלום", "שלום"),
        ("مرحبا", "مرحبا"),
        ("\u200b", "\u200b"),
        ("\u0000", "\u0000"),
        ("a\u001fb", "a\u001fb"),
        ("\ufeff", "\ufeff"),
        ("null", "null"),
        ("true", "true"),
        ("NaN", "NaN"),
        ("x" * 1024, "x" * 1024),
        ("é" * 512, "é" * 512),
        ("😀" * 256, "😀" * 256),
        ("\ufffd", "\ufffd"),
        ("\U0010ffff", "\U0010ffff"),
    ]
    for value, text in good:
        shown = compact(value) if len(compact(value)) < 60 else f"{len(text.encode())} bytes of {text[0]}"
        by_text(f"a unit: {shown}", "split", key(value), text)
    bad = [
        (ABSENT, missing),
        (None, missing),
        ("", missing),
        (True, invalid),
        (False, invalid),
        (1.5, invalid),
        (-0.5, invalid),
        (1e21, invalid),
        (9007199254740992, invalid),
        (9007199254740993, invalid),
        (-9007199254740992, invalid),
        (5e-324, invalid),
        ([], invalid),
        (["u-1"], invalid),
        ({}, invalid),
        ({"id": "u-1"}, invalid),
        ("x" * 1025, invalid),
        ("é" * 512 + "x", invalid),
        ("😀" * 257, invalid),
    ]
    for value, code in bad:
        shown = "missing" if value is ABSENT else compact(value)
        shown = shown if len(shown) < 60 else f"{len(value.encode())} bytes of {value[0]}"
        f.case(f"no unit: {shown}", "split", {} if value is ABSENT else key(value), error=code)
    f.case("attributes beside it don't stand in", "split", {"id": "u-1", "userId": "u-1", "key": "u-1"}, error=missing)

    f.flag("nested", **LETTERS, salt="units", unit="shop.id", rules=[{"serve": arms(1, 1, 1, 1)}])
    by_text("a path as a unit", "nested", {"shop": {"id": "u-1"}, "targetingKey": "other"}, "u-1")
    f.case("a path as a unit: missing", "nested", key("u-1"), error=missing)
    f.case("a path as a unit: a property with a dot", "nested", {"shop.id": "u-1"}, error=missing)
    f.case("a path as a unit: through a list", "nested", {"shop": [{"id": "u-1"}]}, error=missing)

    f.flag("pair", **LETTERS, salt="units", unit=["shop.id", "device"], rules=[{"serve": arms(1, 1, 1, 1)}])
    by_text("a composite", "pair", {"shop": {"id": "acme"}, "device": "d-1"}, "acme\u001fd-1")
    by_text("a composite of a number and a string", "pair", {"shop": {"id": 42}, "device": "42"}, "42\u001f42")
    by_text("a composite of 1,024 bytes", "pair", {"shop": {"id": "x" * 1000}, "device": "y" * 23}, "x" * 1000 + "\u001f" + "y" * 23)
    f.case("a composite of 1,025 bytes", "pair", {"shop": {"id": "x" * 1000}, "device": "y" * 24}, error=invalid)
    f.case("a composite: first part missing", "pair", {"device": "d-1"}, error=missing)
    f.case("a composite: last part missing", "pair", {"shop": {"id": "acme"}}, error=missing)
    f.case("a composite: a part empty", "pair", {"shop": {"id": "acme"}, "device": ""}, error=missing)
    f.case("a composite: a part with the joiner", "pair", {"shop": {"id": "a\u001fb"}, "device": "c"}, error=invalid)
    f.case("a composite: a part of the wrong type", "pair", {"shop": {"id": "acme"}, "device": True}, error=invalid)
    f.case("a composite: the first problem counts, wrong then missing", "pair", {"shop": {"id": True}}, error=invalid)
    f.case("a composite: the first problem counts, missing then wrong", "pair", {"device": True}, error=missing)
    f.flag("eight", **LETTERS, salt="units", unit=list("abcdefgh"), rules=[{"serve": arms(1, 1, 1, 1)}])
    by_text("a composite of eight", "eight", dict(zip("abcdefgh", "12345678", strict=True)), "\u001f".join("12345678"))
    f.flag("itself twice", **LETTERS, salt="units", unit=["a", "a"], rules=[{"serve": arms(1, 1, 1, 1)}])
    by_text("a composite of one path twice", "itself twice", {"a": "x"}, "x\u001fx")

    f.flag(
        "a later rule",
        salt="units",
        rules=[{"id": "staff", "when": {"attr": "staff", "op": "eq", "value": True}, "serve": "on"}, {"id": "some", "percent": 50, "serve": "on"}],
    )
    f.case("a rule before the hash needs no unit", "a later rule", {"staff": True}, "on", "TARGETING_MATCH", "staff")
    f.case("a problem ends the walk", "a later rule", {"staff": False}, error=missing)
    f.flag("behind a hash", salt="units", rules=[{"percent": 50, "unit": "a", "serve": "on"}, {"serve": "on"}])
    f.case("a rule behind the problem isn't tried", "behind a hash", key("u-1"), error=missing)
    return f.build()


def files():
    return {"percent.json": percent(), "split.json": split(), "units.json": units()}
