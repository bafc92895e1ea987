"""Flags and contexts from a seed, all features at once; answers are the reference's alone."""

import json
import random
import string

from cases.build import file
from reference import decide
from reference_load import load

SEED = 20261124
FLAGS, CONTEXTS = 40, 600
DIGITS = string.digits + string.ascii_letters
UNITS = ["targetingKey", "user.id", "shop.id", ["shop.id", "user.id"]]
PATHS = ["plan", "age", "app.version", "joined", "ip", "tags", "user.email", "beta", "nothing", "shop"]
WORDS = ["plus", "Plus", "free", "pro", "", "小明", "5", "a@shop.example", "b@SHOP.example", "x-1"]
NUMBERS = [0, 5, -1, 17.5, 18, 65, 1795507200000, 1795521600000]
VERSIONS = ["1.0.0", "2.3.0", "2.3.0-rc.1", "10.0.0", "2.3.1+b"]
DATES = ["2026-11-24T08:00:00Z", "2026-11-24T13:00:00+01:00", "2027-01-01T00:00:00.5Z"]
RANGES = ["10.0.0.0/8", "192.0.2.0/24", "2001:db8::/32", "::ffff:10.1.0.0/112"]
PATTERNS = ["^[a-z]+$", "@shop", "[0-9]+", "^x-[0-9]$"]
VALUES = {
    "plan": [*WORDS, *WORDS, 5, True, None, ["free", "plus"], []], "age": [*NUMBERS, "18", None, [3, 70], True],
    "version": [*VERSIONS, "v2.3", "2", "10", "latest", 2.3, None, ["1.0.0", "x"]], "joined": [*DATES, *NUMBERS, "2026-11-24", None, "1969-12-31t23:59:59.9999z"],
    "ip": ["10.1.2.3", "192.0.2.9", "::ffff:10.1.0.7", "2001:DB8::1", "8.8.8.8", "x", None], "tags": [["plus", "x-1"], [], ["free", 5], [None, {}], "plus", [True]],
    "email": ["a@shop.example", "b@SHOP.example", "c@other.example", None, 5], "beta": [True, False, "true", None, 1],
}  # fmt: skip


class Maker:
    """Draws with `random()` alone, whose sequence Python keeps from version to version."""

    def __init__(self, seed):
        self.random = random.Random(seed).random

    def below(self, limit):
        return int(self.random() * limit)

    def pick(self, choices):
        return choices[self.below(len(choices))]

    def chance(self, share):
        return self.random() < share

    def some(self, choices, least, most):
        return [self.pick(choices) for _ in range(least + self.below(most - least + 1))]

    def test(self):
        family = self.below(8)
        folding = {"ignoreCase": True} if self.chance(0.3) else {}
        scalars = [*WORDS, *NUMBERS, True, False]
        if family == 0:
            return {"op": self.pick(["eq", "ne"]), "value": self.pick(scalars), **folding}
        if family == 1:
            return {"op": self.pick(["in", "notIn"]), "value": self.some(scalars, 0, 5), **folding}
        if family == 2:
            return {"op": self.pick(["startsWith", "endsWith", "contains"]), "value": self.pick(["p", "s", "@shop", "example", "", "PL"]), **folding}
        if family == 3:
            return {"op": "matches", "value": self.pick(PATTERNS), **folding}
        if family == 4:
            return {"op": self.pick(["lt", "lte", "gt", "gte"]), "value": self.pick(NUMBERS)}
        if family == 5:
            return {"op": self.pick(["semverEq", "semverNe", "semverLt", "semverLte", "semverGt", "semverGte"]), "value": self.pick(VERSIONS)}
        if family == 6:
            return {"op": self.pick(["before", "after"]), "value": self.pick([*DATES, *NUMBERS])}
        return self.pick([{"op": "inCidr", "value": self.pick([RANGES, RANGES[0]])}, {"op": "exists", "value": self.chance(0.5)}])

    def fitting_path(self, op):
        fitting = {"s": "app.version", "i": "ip", "b": "joined", "a": "joined"}.get(op[0]) if op not in ("in", "startsWith") else None
        return fitting if fitting and self.chance(0.8) else self.pick(PATHS)

    def condition(self, segments, depth=0):
        draw = self.random()
        if depth < 3 and draw < 0.3:
            form = self.pick(["all", "any"])
            return {form: [self.condition(segments, depth + 1) for _ in range(1 + self.below(3))]}
        if depth < 3 and draw < 0.4:
            return {"not": self.condition(segments, depth + 1)}
        if segments and draw < 0.55:
            return {"segment": self.pick(segments)}
        test = self.test()
        return {"attr": self.fitting_path(test["op"]), **test}

    def ids(self):
        return [self.pick([f"u-{self.below(40)}", f"s-{self.below(10)}", self.below(30)]) for _ in range(self.below(14))]

    def segment(self, earlier):
        lists = {name: self.ids() for name in ("include", "exclude") if self.chance(0.4)}
        unit = {"unit": self.pick(UNITS)} if self.chance(0.5) else {}
        return {**unit, **lists, **self.condition(earlier)}

    def rule(self, variants, segments, index):
        made = {"id": f"r{index}"} if self.chance(0.5) else {}
        if self.chance(0.75):
            made["when"] = self.condition(segments)
        if self.chance(0.4):
            made["percent"] = self.pick([0, 100, 50, 12.5, 33.3333, 0.0157, 99.9999, 75])
        if self.chance(0.3):
            made["unit"] = self.pick(UNITS)
        if self.chance(0.3):
            made["salt"] = self.pick(["alpha", "beta_2", "c-3"])
        if self.chance(0.5):
            return {**made, "serve": self.pick(variants)}
        weights = [self.pick([0, 1, 1, 2, 33, 50, 1000]) for _ in range(1 + self.below(5))]
        weights[0] += sum(weights) == 0
        return {**made, "serve": {"split": [{"variant": self.pick(variants), "weight": weight} for weight in weights]}}

    def flag(self, earlier, segments):
        kind = self.pick(["boolean", "string", "number", "object"])
        values = {"boolean": [True, False], "string": ["a", "b", "小", ""], "number": [0, 1.5, -3], "object": [{"a": [1, None]}, [], {"b": {}}]}[kind]
        variants = {f"v{index}": value for index, value in enumerate(values)}
        names = list(variants)
        made = {
            "type": kind,
            "variants": variants,
            "off": self.pick(names),
            "default": self.pick(names),
            "salt": self.pick(["alpha", "beta_2", "c-3"]),
        }
        if self.chance(0.1):
            made["enabled"] = False
        if self.chance(0.6):
            made["unit"] = self.pick(UNITS)
        if earlier and self.chance(0.3):
            parents = [self.pick(list(earlier)) for _ in range(1 + self.below(2))]
            made["prerequisites"] = [{"flag": one, "variants": self.some(list(earlier[one]["variants"]), 1, 3)} for one in parents]
        if self.chance(0.3):
            made["overrides"] = [
                {"ids": self.ids(), "variant": self.pick(names), **({"unit": self.pick(UNITS)} if self.chance(0.5) else {})}
                for _ in range(1 + self.below(3))
            ]
        made["rules"] = [self.rule(names, segments, index) for index in range(self.below(6))]
        return made

    def context(self):
        made = {}
        if self.chance(0.93):
            made["targetingKey"] = self.pick([f"u-{self.below(200)}", f"u-{self.below(40)}", self.below(60)])
        if self.chance(0.05):
            made["targetingKey"] = self.pick(["", True, 1.5, [], {}])
        for name in ("plan", "age", "joined", "ip", "tags", "beta"):
            if self.chance(0.7):
                made[name] = self.pick(VALUES[name])
        if self.chance(0.8):
            made["app"] = {"version": self.pick(VALUES["version"])}
        if self.chance(0.85):
            made["user"] = {"id": self.pick([f"u-{self.below(40)}", f"u-{self.below(5000)}"]), "email": self.pick(VALUES["email"])}
        if self.chance(0.85):
            made["shop"] = {"id": self.pick([f"s-{self.below(20)}", self.below(30)])} if self.chance(0.95) else "s-1"
        return made


def files():
    make = Maker(SEED)
    segments, flags = {}, {}
    for index in range(8):
        segments[f"segment-{index}"] = make.segment(list(segments))
    for index in range(FLAGS):
        flags[f"flag-{index}"] = make.flag(flags, list(segments))
    raw = {"schemaVersion": 1, "revision": "random", "segments": segments, "flags": flags}
    snapshot = load(json.dumps(raw).encode())
    assert not snapshot.refused_flags and not snapshot.refused_segments, (snapshot.refused_flags, snapshot.refused_segments)
    contexts = [make.context() for _ in range(CONTEXTS)]
    answers = []
    for key in flags:
        outcomes, letters = [], ""
        for context in contexts:
            found = decide(snapshot, key, context)
            if found not in outcomes:
                outcomes.append(found)
            letters += DIGITS[outcomes.index(found)]
        answers.append({"flag": key, "outcomes": outcomes, "answers": letters})
    seen = {outcome["reason"] for one in answers for outcome in one["outcomes"]}
    wanted = {"STATIC", "DEFAULT", "TARGETING_MATCH", "SPLIT", "DISABLED", "OVERRIDE", "PREREQUISITE_FAILED", "ERROR"}
    assert seen == wanted, seen ^ wanted
    about = "Random flags and contexts. Every case asks one flag in every context; the n-th character of `answers` (0-9, a-z, A-Z) is the place in `outcomes` of the answer for the n-th of `contexts`."
    return {"random.json": file(about, snapshot=raw, contexts=contexts, cases=answers)}
