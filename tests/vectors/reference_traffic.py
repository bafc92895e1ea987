"""Layers and holdouts by docs/SPEC.md: whose traffic a unit is, and who is held back."""

import reference
from reference_links import pointer
from reference_values import date

N = 1_000_000


def ranges(layer, experiment):
    return [tuple(reference.ppm(end) for end in one) for one in layer["experiments"][experiment]]


def in_experiment(rule, context, layers):
    """(whether the unit is in the rule's experiment, whether that took a hash)"""
    place, hashed = rule, False
    while place is not None and "layer" in place:
        layer = layers[place["layer"]]
        own = ranges(layer, place["experiment"])
        share = sum(until - begin for begin, until in own)
        if share == 0:
            return False, hashed
        if share < N:
            hashed = True
            unit = reference.unit_text(context, layer.get("unit", "targetingKey"))
            bucket = reference.bucket(layer["salt"], "layer", unit)
            if not any(begin <= bucket < until for begin, until in own):
                return False, hashed
        place = layer.get("within")
    return True, hashed


def held_by(holdouts, context, now):
    """The key of the first of a flag's holdouts that holds the unit back."""
    for key, holdout in holdouts:
        share = reference.ppm(holdout["percent"])
        if "until" in holdout and now >= date(holdout["until"]):
            continue
        try:
            bucket = reference.bucket(holdout["salt"], "holdout", reference.unit_text(context, holdout.get("unit", "targetingKey")))
        except reference.UnitProblem:
            bucket = N
        if share == N or bucket < share:
            return key
    return None


# ---- loading ----


def check_layer(report, node, path):
    optional = {"unit": "string list", "within": "object", "description": "string"}
    good = report.members(node, path, {"salt": "string", "experiments": "object"}, optional)
    report.salt(good.get("salt", "s"), (*path, "salt"))
    report.unit(good.get("unit", "x"), (*path, "unit"))
    if "within" in good:
        inner = report.members(good["within"], (*path, "within"), {"layer": "string", "experiment": "string"}, {})
        if len(inner) == 2:
            report.memberships.append((inner["layer"], inner["experiment"], (*path, "within")))
    taken = []
    for name, own in good.get("experiments", {}).items():
        here = (*path, "experiments", name)
        report.name(name, here)
        if reference.kind(own) != "list":
            report.add("WRONG_TYPE", here)
            continue
        for index, one in enumerate(own):
            found = check_range(report, one, (*here, index))
            if found:
                taken.append((*found, (*here, index)))
    for begin, until, here in taken:
        # Of two that overlap, the one that begins later is wrong; of two that begin together, the one written later.
        earlier = [other for other in taken if other[2] != here and other[:1] <= (begin,) and other[1] > begin]
        earlier = [other for other in earlier if other[0] < begin or taken.index(other) < taken.index((begin, until, here))]
        if earlier:
            report.add("INVALID_VALUE", here)


def check_range(report, one, path):
    if reference.kind(one) != "list":
        return report.add("WRONG_TYPE", path)
    if len(one) != 2:
        return report.add("INVALID_VALUE", path)
    ends = []
    for index, end in enumerate(one):
        if reference.kind(end) != "number":
            report.add("WRONG_TYPE", (*path, index))
        elif reference.ppm(end) is None:
            report.add("INVALID_VALUE", (*path, index))
        else:
            ends.append(reference.ppm(end))
    if len(ends) < 2:
        return None
    return report.add("INVALID_VALUE", path) if ends[0] >= ends[1] else ends


def check_holdout(report, node, path):
    optional = {
        "unit": "string list", "flags": "list", "tags": "list", "all": "boolean", "includes": "list",
        "until": "string number", "description": "string",
    }  # fmt: skip
    good = report.members(node, path, {"salt": "string", "percent": "number"}, optional)
    report.salt(good.get("salt", "s"), (*path, "salt"))
    report.unit(good.get("unit", "x"), (*path, "unit"))
    if reference.ppm(good.get("percent", 0)) is None:
        report.add("INVALID_VALUE", (*path, "percent"))
    if "until" in good and date(good["until"]) is None:
        report.add("INVALID_VALUE", (*path, "until"))
    for field in ("flags", "tags", "includes"):
        for index, one in enumerate(good.get(field, [])):
            here = (*path, field, index)
            if reference.kind(one) != "string":
                report.add("WRONG_TYPE", here)
            elif field == "flags":
                report.flags.append((one, here))
    if reference.kind(node) == "object" and not any(field in node for field in ("flags", "tags", "all", "includes")):
        report.add("MISSING_FIELD", path)


def covering(key, flag, holdouts):
    """([(key, holdout) of those that cover the flag, in order], [pointers of what is of another unit])"""

    def names(one):
        tagged = set(one.get("tags", [])) & set(flag.get("tags", []))
        return tagged or key in one.get("flags", []) or any(names(holdouts[inner]) for inner in one.get("includes", []))

    def takes_all(one):
        return one.get("all", False) or any(takes_all(holdouts[inner]) for inner in one.get("includes", []))

    found, foreign = [], []
    for name in sorted(holdouts, key=lambda name: name.encode()):
        one = holdouts[name]
        if not names(one) and not takes_all(one):
            continue
        unit = one.get("unit", "targetingKey")
        place = None
        if flag.get("unit", "targetingKey") != unit:
            place = ("unit",) if "unit" in flag else ()
        else:
            for index, rule in enumerate(flag.get("rules", [])):
                if place is None and rule.get("unit", unit) != unit:
                    place = ("rules", index, "unit")
        if place is None:
            if reference.ppm(one["percent"]) > 0:
                found.append((name, one))
        elif names(one):
            foreign.append(pointer(("flags", key, *place)))
    return found, foreign
