"""Parameters: what the flags of a namespace set together."""

import json

from cases.build import ON_OFF, Decisions, file
from cases.flags import key, when
from cases.refused import case, document
from reference import bucket


def parameters():
    f = Decisions("Parameters: experiments before features, then the first by key.", "parameters")
    f.layer("feed", {"ranking": [[0, 50]], "ads": [[50, 80]]})
    f.holdout("few", 20, flags=["ranking"])

    def flag(name, variants, default="now", **fields):
        f.flag(name, type="object", namespace="feed", variants={"now": {}, **variants}, off="now", default=default, salt=name.replace(" ", "-"), **fields)

    split = {"split": [{"variant": "a", "weight": 1}, {"variant": "b", "weight": 1}]}
    flag("ranking", {"a": {"model": "v8", "depth": 3}, "b": {"model": "v9"}}, rules=[{"layer": "feed", "experiment": "ranking", "serve": split}])
    flag("ads", {"a": {"slots": 2}, "b": {"slots": 3, "model": "ads"}}, rules=[{"layer": "feed", "experiment": "ads", "serve": split}])
    flag("a feature", {"on": {"model": "v7", "depth": 1, "theme": {"dark": True}}}, default="on")
    flag("b feature", {"on": {"depth": 2, "slots": 1, "theme": None}}, default="on")
    flag("z experiment", {"on": {"theme": "bold"}}, rules=[{"when": when("bold", True), "experiment": "bold", "serve": "on"}])
    flag("broken by its unit", {"on": {"extra": 1}}, rules=[{"when": when("bold", True), "unit": "absent", "percent": 50, "serve": "on"}])
    f.flag("elsewhere", type="object", namespace="other", variants={"on": {"model": "other"}}, off="on", default="on")
    f.flag("nowhere", default="on")
    plain = {"model": "v7", "depth": 1, "theme": {"dark": True}, "slots": 1}
    for n in range(30):
        unit = f"u-{n}"
        place, expected = bucket("feed", "layer", unit), dict(plain)
        if place < 500000 and bucket("few", "holdout", unit) >= 200000:
            expected |= {"model": "v8", "depth": 3} if bucket("ranking", None, unit) < 500000 else {"model": "v9"}
        elif 500000 <= place < 800000:
            expected |= {"slots": 2} if bucket("ads", None, unit) < 500000 else {"slots": 3, "model": "ads"}
        f.namespace(f"{unit}, bucket {place} of the layer", "feed", key(unit), expected)
        f.namespace(f"{unit}, in another experiment too", "feed", {**key(unit), "bold": True}, {**expected, "theme": "bold"})
    f.namespace("without a unit what hashes sets nothing", "feed", {}, plain)
    flag("stuck", {"on": {"depth": 7}}, rules=[{"experiment": "stuck", "sticky": True, "percent": 0, "serve": "on"}])
    f.namespace("a stored variant of an experiment comes before features", "feed", {}, {**plain, "depth": 7}, host={"stored": {"stuck": "on"}})
    f.namespace("another namespace", "other", {}, {"model": "other"})
    f.namespace("a namespace that isn't there", "x", {}, {})
    f.namespace("a forced variant sets what it has, as no experiment", "feed", {}, {**plain, "depth": 1}, host={"forced": {"ranking": "a"}})
    return f.build()


def refusals():
    cases = []

    def one(name, text, *problems):
        rows = [("flag", "x", code, f"/flags/x{path}") for code, path in problems]
        cases.append(case(f"a namespace: {name}", document([("x", text), ("after", json.dumps(ON_OFF))]), rows))

    def flag(**fields):
        return json.dumps({"type": "object", "variants": {"a": {"x": 1}, "b": {}}, "off": "a", "default": "a", "namespace": "n", **fields})

    one("sound", flag())
    one("no text", flag(namespace=1), ("WRONG_TYPE", "/namespace"))
    one("without a name", flag(namespace=""), ("INVALID_VALUE", "/namespace"))
    one("a list among the variants", flag(variants={"a": {}, "b": []}), ("WRONG_TYPE", "/variants/b"))
    one("a flag of another type", json.dumps({**ON_OFF, "namespace": "n"}), ("WRONG_TYPE", "/variants/on"), ("WRONG_TYPE", "/variants/off"))
    return file("Namespaces that are refused.", cases=cases)


def files():
    return {"parameters.json": parameters(), "refused-namespaces.json": refusals()}
