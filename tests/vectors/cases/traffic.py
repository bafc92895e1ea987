"""Layers, holdouts, and what is refused of them."""

import json

from cases.build import ON_OFF, Decisions, file
from cases.flags import LETTERS, key, when
from cases.refused import case, document
from reference import bucket

ENDS = {"until": "2027-01-01T00:00:00Z"}
END = 1798761600000


def unit_in(salt, purpose, begin, until, skip=0):
    """The id of a unit whose bucket is in a range."""
    found = (f"u-{n}" for n in range(1_000_000) if begin <= bucket(salt, purpose, f"u-{n}") < until)
    return [next(found) for _ in range(skip + 1)][-1]


def layers():
    f = Decisions("Layers: experiments own ranges of a layer; layers within ranges of others.", "layers")
    f.layer("feed", {"ranking": [[0, 25], [80, 90]], "ads": [[25, 50]], "all but one": [[50.0001, 80]], "gone": []})
    f.layer("whole", {"everyone": [[0, 40], [40, 100]], "nobody": []}, unit="absent")
    f.layer("inner", {"half": [[0, 50]], "rest": [[50, 100]]}, within={"layer": "feed", "experiment": "ranking"})
    f.layer("innermost", {"all": [[0, 100]]}, within={"layer": "inner", "experiment": "half"})
    f.layer("shops", {"new": [[0, 50]]}, unit=["shop.id", "region"])
    for experiment in ("ranking", "ads", "all but one", "gone"):
        f.flag(experiment, rules=[{"id": "in", "layer": "feed", "experiment": experiment, "serve": "on"}])
    edges = [(0, 250000), (250000, 500000), (500001, 800000), (800000, 900000), (900000, 1000000)]
    for begin, until in edges:
        for skip in range(2):
            unit = unit_in("feed", "layer", begin, until, skip)
            place = bucket("feed", "layer", unit)
            for experiment, own in (("ranking", (0, 800000)), ("ads", (250000,)), ("all but one", (500001,)), ("gone", ())):
                answer = ("on", "SPLIT", "in") if begin in own else ("off", "DEFAULT")
                f.case(f"{experiment}: bucket {place} of {unit}", experiment, key(unit), *answer)
    f.case("a layer demands its unit", "ads", {}, error="TARGETING_KEY_MISSING")
    f.case("… which can be one", "ads", key(1.5), error="INVALID_CONTEXT")
    f.case("an experiment without a range demands none", "gone", {}, "off", "DEFAULT")
    for experiment, answer in (("everyone", ("on", "TARGETING_MATCH", "0")), ("nobody", ("off", "DEFAULT"))):
        f.flag(experiment, rules=[{"layer": "whole", "experiment": experiment, "serve": "on"}])
        f.case(f"{experiment} needs no hash", experiment, {}, *answer)
    inside = [one for one in (unit_in("feed", "layer", 0, 250000, n) for n in range(20))]
    half = next(one for one in inside if bucket("inner", "layer", one) < 500000)
    rest = next(one for one in inside if bucket("inner", "layer", one) >= 500000)
    outside = next(
        one for one in (unit_in("feed", "layer", 250000, 500000, n) for n in range(20)) if bucket("inner", "layer", one) < 500000
    )
    for layer, experiment, units in (("inner", "half", half), ("inner", "rest", rest), ("innermost", "all", half)):
        flag = f"{layer}/{experiment}"
        f.flag(flag, rules=[{"layer": layer, "experiment": experiment, "serve": "on"}])
        for unit in (half, rest, outside):
            answer = ("on", "SPLIT", "0") if unit == units else ("off", "DEFAULT")
            f.case(f"{flag}: {unit}", flag, key(unit), *answer)
    f.flag("by shop", rules=[{"layer": "shops", "experiment": "new", "serve": "on"}])
    for shop in ("a", "b", "c", 7):
        place = bucket("shops", "layer", f"{shop}\u001feu")
        answer = ("on", "SPLIT", "0") if place < 500000 else ("off", "DEFAULT")
        f.case(f"a composite unit of a layer: {shop}, bucket {place}", "by shop", {"shop": {"id": shop}, "region": "eu"}, *answer)
    split = {"split": [{"variant": "a", "weight": 1}, {"variant": "b", "weight": 1}]}
    f.flag(
        "in order",
        **LETTERS,
        salt="o",
        rules=[
            {"when": when("plan", "plus"), "layer": "feed", "experiment": "ads", "percent": 50, "serve": split},
            {"experiment": "a name alone", "serve": "c"},
        ],
    )
    ads = [unit_in("feed", "layer", 250000, 500000, n) for n in range(12)]
    for unit in ads:
        variant = "a" if bucket("o", None, unit) < 500000 else "b"
        answer = (variant, "SPLIT", "0") if bucket("o", "ramp", unit) < 500000 else ("c", "TARGETING_MATCH", "1")
        f.case(f"condition, layer, percentage, split: {unit}", "in order", {**key(unit), "plan": "plus"}, *answer)
    f.case("the condition comes before the layer", "in order", {}, "c", "TARGETING_MATCH", "1")
    f.case("the layer comes before the percentage", "in order", {"plan": "plus", **key(inside[0])}, "c", "TARGETING_MATCH", "1")
    f.flag("never", rules=[{"percent": 0, "layer": "feed", "experiment": "ads", "serve": "on"}])
    f.case("at 0 % a rule demands nothing of its layer", "never", {}, "off", "STATIC")
    f.flag("named", rules=[{"experiment": "e", "serve": "on"}])
    f.case("an experiment's name alone changes nothing", "named", {}, "on", "STATIC", "0")
    return f.build()


def holdouts():
    f = Decisions("Holdouts: who is held back from which flags, and what would have been.", "holdouts")
    f.holdout("10-percent", 10, flags=["listed", "off by hand"], tags=["growth"], **ENDS)
    f.holdout("20-of-shops", 20, unit="shop.id", all=True)
    f.holdout("a-cumulative-one", 5, includes=["10-percent"])
    f.holdout("everyone", 100, flags=["nobody gets it"], unit="absent")
    f.holdout("nobody", 0, flags=["everybody gets it"])
    f.holdout("over", 100, flags=["was held"], until="2026-01-01T00:00:00+01:00")
    split = {"split": [{"variant": "on", "weight": 1}, {"variant": "off", "weight": 1}]}
    f.flag("listed", salt="l", rules=[{"id": "half", "percent": 50, "serve": "on"}, {"id": "rest", "serve": split}], default="on")
    f.flag("tagged", tags=["x", "growth"], default="on")
    f.flag("untagged", tags=["Growth"], default="on")
    f.flag("off by hand", enabled=False, default="on")
    f.flag("listed in", tags=["growth"], default="on", overrides=[{"ids": ["u-1", "u-2"], "variant": "on"}])
    held = [unit_in("10-percent", "holdout", 0, 100000, n) for n in range(4)]
    free = [unit_in("10-percent", "holdout", 100000, 1000000, n) for n in range(4)]
    held = [one for one in held if bucket("a-cumulative-one", "holdout", one) >= 50000]
    free = [one for one in free if bucket("a-cumulative-one", "holdout", one) >= 50000]
    both = next(f"u-{n}" for n in range(10**6) if bucket("10-percent", "holdout", f"u-{n}") < 100000 and bucket("a-cumulative-one", "holdout", f"u-{n}") < 50000)
    late = next(f"u-{n}" for n in range(10**6) if bucket("10-percent", "holdout", f"u-{n}") >= 100000 and bucket("a-cumulative-one", "holdout", f"u-{n}") < 50000)

    def by_rules(unit):
        if bucket("l", "ramp", unit) < 500000:
            return {"variant": "on", "reason": "SPLIT", "rule": "half"}
        return {"variant": "on" if bucket("l", None, unit) < 500000 else "off", "reason": "SPLIT", "rule": "rest"}

    for unit in held:
        more = {"holdout": "10-percent", "wouldBe": by_rules(unit)}
        f.case(f"held: {unit}", "listed", key(unit), "off", "HOLDOUT", **more)
        f.case(f"held: {unit}, the last millisecond", "listed", key(unit), "off", "HOLDOUT", now=END - 1, **more)
        free_now = by_rules(unit)
        f.case(f"free again: {unit}", "listed", key(unit), free_now["variant"], "SPLIT", free_now["rule"], now=END)
        f.case(f"held by tag: {unit}", "tagged", key(unit), "off", "HOLDOUT", holdout="10-percent", wouldBe={"variant": "on", "reason": "DEFAULT"})
        f.case(f"another tag: {unit}", "untagged", key(unit), "on", "STATIC")
        f.case(f"a flag that is switched off isn't held: {unit}", "off by hand", key(unit), "off", "DISABLED")
    for unit in free:
        f.case(f"free: {unit}", "listed", key(unit), by_rules(unit)["variant"], "SPLIT", by_rules(unit)["rule"])
        f.case(f"free, and not static: {unit}", "tagged", key(unit), "on", "DEFAULT")
    f.case("two hold, the first by key is named", "tagged", key(both), "off", "HOLDOUT", holdout="10-percent", wouldBe={"variant": "on", "reason": "DEFAULT"})
    f.case("… and the other when it has ended", "tagged", key(both), "off", "HOLDOUT", now=END, holdout="a-cumulative-one", wouldBe={"variant": "on", "reason": "DEFAULT"})
    f.case("a cumulative one covers what those that it includes do", "tagged", key(late), "off", "HOLDOUT", holdout="a-cumulative-one", wouldBe={"variant": "on", "reason": "DEFAULT"})
    f.case("without a unit nobody is held", "tagged", {}, "on", "DEFAULT")
    f.case("… nor with one that can't be one", "tagged", key(True), "on", "DEFAULT")
    f.case("an override comes before", "listed in", key(held[0]), "off", "HOLDOUT", holdout="10-percent", wouldBe={"variant": "on", "reason": "DEFAULT"})
    listed = next(f"u-{n}" for n in (1, 2))
    f.case("… for whom it lists", "listed in", key(listed), "on", "OVERRIDE")
    f.flag("nobody gets it", default="on", rules=[{"percent": 50, "salt": "x", "unit": "absent", "serve": "on"}], unit="absent")
    f.case("100 % demands no unit, and tells what would have gone wrong", "nobody gets it", {}, "off", "HOLDOUT", holdout="everyone", wouldBe={"reason": "ERROR", "errorCode": "TARGETING_KEY_MISSING"})
    f.flag("everybody gets it", default="on")
    f.case("0 % covers nothing", "everybody gets it", {}, "on", "STATIC")
    f.flag("was held", default="on")
    over = {"holdout": "over", "wouldBe": {"variant": "on", "reason": "DEFAULT"}}
    f.case("before its end", "was held", {}, "off", "HOLDOUT", now=1767222000000 - 1, **over)
    f.case("from its end on", "was held", {}, "on", "DEFAULT", now=1767222000000)
    f.flag("for shops", unit="shop.id", salt="s", rules=[{"percent": 50, "serve": "on"}])
    f.flag("for shops and users", unit="shop.id", salt="s", rules=[{"percent": 50, "unit": "user.id", "serve": "on"}], default="on")
    for n in range(12):
        place = bucket("20-of-shops", "holdout", f"s-{n}")
        rest = {"variant": "on", "reason": "SPLIT", "rule": "0"} if bucket("s", "ramp", f"s-{n}") < 500000 else {"variant": "off", "reason": "DEFAULT"}
        if place < 200000:
            f.case(f"all flags of a unit: s-{n}, bucket {place}", "for shops", {"shop": {"id": f"s-{n}"}}, "off", "HOLDOUT", holdout="20-of-shops", wouldBe=rest)
        else:
            f.case(f"all flags of a unit: s-{n}, bucket {place}", "for shops", {"shop": {"id": f"s-{n}"}}, rest["variant"], rest["reason"], rest.get("rule"))
    f.case("a flag of two units isn't covered by one for all", "for shops and users", {"shop": {"id": "s-1"}, "user": {"id": "u-1"}}, *(("on", "SPLIT", "0") if bucket("s", "ramp", "u-1") < 500000 else ("on", "DEFAULT")))
    f.flag("child", default="on", prerequisites=[{"flag": "tagged", "variants": ["on"]}])
    f.flag("child of off", default="on", prerequisites=[{"flag": "tagged", "variants": ["off"]}])
    f.case("a parent that is held serves off", "child", key(held[0]), "off", "PREREQUISITE_FAILED")
    f.case("… which may be what is wanted", "child of off", key(held[0]), "on", "DEFAULT")
    return f.build()


def refusals():
    on = json.dumps({**ON_OFF, "default": "on"})

    def flag(**fields):
        return json.dumps({**ON_OFF, "default": "on", **fields})

    def layer(**fields):
        return json.dumps({"salt": "l", "experiments": {"a": [[0, 50]], "b": [[50, 100]]}, **fields})

    def holdout(**fields):
        return json.dumps({"salt": "h", "percent": 1, "all": True, **fields})

    def within(to, experiment="a"):
        return layer(within={"layer": to, "experiment": experiment})

    cases = []

    def one_layer(name, text, *problems):
        user = ("x", flag(rules=[{"layer": "x", "experiment": "a", "serve": "off"}]))
        dependent = [("flag", "x", "REFUSED_DEPENDENCY", "/flags/x/rules/0/layer")] if problems else []
        rows = [("layer", "x", code, f"/layers/x{path}") for code, path in problems]
        cases.append(case(f"a layer: {name}", document([("before", on), user], layers=[("x", text), ("y", layer())]), rows + dependent))

    one_layer("sound", layer())
    one_layer("sound: ranges in any order, that touch", layer(experiments={"a": [[50, 60], [0, 10]], "b": [[10, 50], [60, 100]], "c": []}))
    one_layer("no object", "[]", ("WRONG_TYPE", ""))
    one_layer("no salt", json.dumps({"experiments": {"a": [[0, 1]]}}), ("MISSING_FIELD", ""))
    one_layer("a salt that isn't one", layer(salt="a b"), ("INVALID_VALUE", "/salt"))
    one_layer("no experiments", '{"salt": "l"}', ("MISSING_FIELD", ""))
    one_layer("experiments in a list", layer(experiments=[]), ("WRONG_TYPE", "/experiments"))
    one_layer("an unknown field", layer(experiment={}), ("UNKNOWN_FIELD", "/experiment"))
    one_layer("a unit that isn't one", layer(unit="a..b"), ("INVALID_VALUE", "/unit"))
    one_layer("an experiment without a name", layer(experiments={"a": [], "": []}), ("INVALID_VALUE", "/experiments/"))
    for name, ranges, code, path in (
        ("no list", 5, "WRONG_TYPE", ""),
        ("one number", [5], "WRONG_TYPE", "/0"),
        ("one end", [[5]], "INVALID_VALUE", "/0"),
        ("three ends", [[5, 6, 7]], "INVALID_VALUE", "/0"),
        ("text", [["5", 6]], "WRONG_TYPE", "/0/0"),
        ("five digits", [[5, 6.00001]], "INVALID_VALUE", "/0/1"),
        ("beyond 100", [[5, 100.5]], "INVALID_VALUE", "/0/1"),
        ("below 0", [[-1, 5]], "INVALID_VALUE", "/0/0"),
        ("empty", [[5, 5]], "INVALID_VALUE", "/0"),
        ("backwards", [[5, 4]], "INVALID_VALUE", "/0"),
        ("overlapping itself", [[0, 10], [9.9999, 20]], "INVALID_VALUE", "/1"),
        ("overlapping itself, written backwards", [[9.9999, 20], [0, 10]], "INVALID_VALUE", "/0"),
        ("twice the same", [[0, 10], [0, 10]], "INVALID_VALUE", "/1"),
        ("within itself", [[0, 50], [10, 20], [30, 40]], "INVALID_VALUE", "/1"),
    ):
        one_layer(f"a range: {name}", layer(experiments={"a": ranges}), (code, f"/experiments/a{path}"))
    one_layer("experiments that overlap", layer(experiments={"a": [[0, 50]], "b": [[49.9999, 60]]}), ("INVALID_VALUE", "/experiments/b/0"))
    one_layer("within: sound", within("y"))
    one_layer("within: no object", layer(within="y"), ("WRONG_TYPE", "/within"))
    one_layer("within: no experiment", layer(within={"layer": "y"}), ("MISSING_FIELD", "/within"))
    one_layer("within: an unknown layer", within("z"), ("UNKNOWN_LAYER", "/within/layer"))
    one_layer("within: an unknown experiment", within("y", "c"), ("UNKNOWN_EXPERIMENT", "/within/experiment"))
    one_layer("within itself", within("x"), ("CYCLE", "/within/layer"))
    cases.append(
        case(
            "layers in a circle, and one outside of it",
            document([("f", on)], layers=[("a", within("b")), ("b", within("a")), ("c", within("a")), ("d", layer())]),
            [
                ("layer", "a", "CYCLE", "/layers/a/within/layer"),
                ("layer", "b", "CYCLE", "/layers/b/within/layer"),
                ("layer", "c", "REFUSED_DEPENDENCY", "/layers/c/within/layer"),
            ],
        )
    )
    chain = [(f"l{n}", within(f"l{n - 1}") if n else layer()) for n in range(66)]
    cases.append(
        case(
            "a chain of 66 layers",
            document([("f", on)], layers=chain),
            [("layer", "l64", "TOO_DEEP", "/layers/l64"), ("layer", "l65", "REFUSED_DEPENDENCY", "/layers/l65/within/layer")],
        )
    )

    def rule(name, fields, *problems, layers=(("y", layer()),)):
        text = flag(rules=[{"serve": "off", **fields}])
        rows = [("flag", "x", code, f"/flags/x/rules/0{path}") for code, path in problems]
        cases.append(case(f"a rule: {name}", document([("x", text), ("after", on)], layers=list(layers)), rows))

    rule("an unknown layer", {"layer": "z", "experiment": "a"}, ("UNKNOWN_LAYER", "/layer"))
    rule("an unknown experiment", {"layer": "y", "experiment": "c"}, ("UNKNOWN_EXPERIMENT", "/experiment"))
    rule("a layer without an experiment", {"layer": "y"}, ("MISSING_FIELD", ""))
    rule("a layer that is no text", {"layer": 1, "experiment": "a"}, ("WRONG_TYPE", "/layer"))
    rule("an experiment that is no text", {"layer": "y", "experiment": None}, ("WRONG_TYPE", "/experiment"))
    rule("an experiment without a name", {"experiment": ""}, ("INVALID_VALUE", "/experiment"))
    rule("a layer needs no salt of the flag", {"layer": "y", "experiment": "a"})

    def one_holdout(name, text, *problems):
        rows = [("holdout", "x", code, f"/holdouts/x{path}") for code, path in problems]
        cases.append(case(f"a holdout: {name}", document([("f", on)], holdouts=[("x", text), ("y", holdout())]), rows))

    one_holdout("sound", holdout(flags=["f"], tags=["t"], includes=["y"], until="2027-01-01T00:00:00Z", description=""))
    one_holdout("no object", "1", ("WRONG_TYPE", ""))
    one_holdout("no salt", '{"percent": 1, "all": true}', ("MISSING_FIELD", ""))
    one_holdout("no percentage", '{"salt": "h", "all": true}', ("MISSING_FIELD", ""))
    one_holdout("five digits", holdout(percent=0.00001), ("INVALID_VALUE", "/percent"))
    one_holdout("beyond 100", holdout(percent=101), ("INVALID_VALUE", "/percent"))
    one_holdout("a percentage in text", holdout(percent="1"), ("WRONG_TYPE", "/percent"))
    one_holdout("covers nothing", '{"salt": "h", "percent": 1}', ("MISSING_FIELD", ""))
    one_holdout("covers an empty list", '{"salt": "h", "percent": 1, "flags": []}')
    one_holdout("flags in text", holdout(flags="f"), ("WRONG_TYPE", "/flags"))
    one_holdout("a number among flags", holdout(flags=["f", 1]), ("WRONG_TYPE", "/flags/1"))
    one_holdout("an unknown flag", holdout(flags=["f", "g"]), ("UNKNOWN_FLAG", "/flags/1"))
    one_holdout("all that is no boolean", holdout(all=1), ("WRONG_TYPE", "/all"))
    one_holdout("an end without an offset", holdout(until="2027-01-01T00:00:00"), ("INVALID_VALUE", "/until"))
    one_holdout("an end in milliseconds", holdout(until=1))
    one_holdout("an end in a list", holdout(until=[]), ("WRONG_TYPE", "/until"))
    one_holdout("includes an unknown one", holdout(includes=["y", "z"]), ("UNKNOWN_HOLDOUT", "/includes/1"))
    one_holdout("includes itself", holdout(includes=["y", "x"]), ("CYCLE", "/includes/1"))
    one_holdout("an unknown field", holdout(flag="f"), ("UNKNOWN_FIELD", "/flag"))

    def units(name, fields, cover, *places):
        rows = [("flag", "x", "UNIT_MISMATCH", f"/flags/x{place}") for place in places]
        text = holdout(unit="shop.id", **cover)
        cases.append(case(f"units: {name}", document([("x", flag(**fields)), ("after", on)], holdouts=[("h", text)]), rows))

    listed, tagged = {"all": False, "flags": ["x"]}, {"all": False, "tags": ["t"]}
    units("the same", {"unit": "shop.id"}, listed)
    units("another", {"unit": "user.id"}, listed, "/unit")
    units("the usual one", {}, listed, "")
    units("by tag", {"unit": "user.id", "tags": ["t"]}, tagged, "/unit")
    units("all of another unit are not meant", {"unit": "user.id"}, {})
    units("of a rule", {"unit": "shop.id", "rules": [{"serve": "on"}, {"unit": "user.id", "serve": "on"}]}, listed, "/rules/1/unit")
    units("composite", {"unit": ["shop.id", "x"]}, listed, "/unit")
    cases.append(case("a holdout that is refused holds nothing", document([("x", on)], holdouts=[("h", holdout(percent=-1))]), [("holdout", "h", "INVALID_VALUE", "/holdouts/h/percent")]))
    return file("Layers and holdouts that are refused, and what follows.", cases=cases)


def files():
    return {"layers.json": layers(), "holdouts.json": holdouts(), "refused-traffic.json": refusals()}
