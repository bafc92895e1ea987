"""Decides flags by docs/SPEC.md: a second implementation, written from that page and not from the Rust source.

It is here to find differences, so it prefers the obvious to the fast. Loading is in `reference_load.py`, reading of
versions, dates and addresses in `reference_values.py`.
"""

import re
from dataclasses import dataclass

import xxhash

from reference_time import any_open, ramp_share, slot
from reference_values import address, date, in_network, network, pattern, semver

N = 1_000_000
MISSING = object()
SAFE = 2**53 - 1
MAX_UNIT_BYTES = 1024
JOINER = "\u001f"


class UnitProblem(Exception):
    """The unit that a hash needs is not there or can't be one; carries the error code."""


@dataclass
class Snapshot:
    revision: str
    flags: dict
    segments: dict
    # The names of those that are up.
    alarms: set
    layers: dict
    # The holdouts that cover each flag, in order.
    holdouts: dict
    refused_flags: dict
    refused_segments: dict
    refused_layers: dict
    refused_holdouts: dict


def kind(value):
    """The JSON type of a value as Python's json module gives it."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, (int, float)):
        return "number"
    return {str: "string", list: "list"}.get(type(value), "object")


def well_formed(text):
    return re.sub("[\ud800-\udfff]", "\ufffd", text)


# ---- bucketing ----


def layout(salt, purpose, text):
    return f"{salt}/{purpose}.{text}" if purpose else f"{salt}.{text}"


def hash64(salt, purpose, text):
    return xxhash.xxh64(layout(salt, purpose, text).encode(), seed=0).intdigest()


def bucket(salt, purpose, text):
    return ((hash64(salt, purpose, text) >> 32) * N) >> 32


def cuts(weights):
    """The upper end of each arm's range."""
    total, so_far, ends = sum(weights), 0, []
    for weight in weights:
        so_far += weight
        ends.append(N * so_far // total)
    return ends


def ppm(percent):
    """The percentage in millionths, or None when it is none of them."""
    scaled = percent * 10_000
    nearest = int(scaled + 0.5)
    return nearest if 0 <= percent <= 100 and abs(scaled - nearest) <= 1e-6 else None


# ---- attributes and units ----


def resolve(context, path):
    node = context
    for part in path.split("."):
        if not isinstance(node, dict) or part not in node:
            return MISSING
        node = node[part]
    return MISSING if node is None else node


def id_text(value):
    """The text of an id: a string, or a safe integer in decimal; None for anything else."""
    if kind(value) == "string":
        return well_formed(value)
    if kind(value) == "number" and value == int(value) and abs(value) <= SAFE:
        return str(int(value))
    return None


def unit_text(context, unit):
    composite = isinstance(unit, list)
    texts = []
    for path in unit if composite else [unit]:
        value = resolve(context, path)
        if value is MISSING or value == "":
            raise UnitProblem("TARGETING_KEY_MISSING")
        text = id_text(value)
        if text is None or (composite and JOINER in text):
            raise UnitProblem("INVALID_CONTEXT")
        texts.append(text)
    whole = JOINER.join(texts)
    if len(whole.encode()) > MAX_UNIT_BYTES:
        raise UnitProblem("INVALID_CONTEXT")
    return whole


def listed(context, unit, ids):
    try:
        return unit_text(context, unit) in {id_text(one) for one in ids}
    except UnitProblem:
        return False


# ---- conditions ----


def fold(text):
    return re.sub("[A-Z]", lambda letter: letter.group().lower(), text)


def same(left, right, ignore_case):
    if kind(left) != kind(right):
        return False
    if ignore_case and kind(left) == "string":
        return fold(left) == fold(right)
    return left == right


SEMVER = {
    "semverEq": lambda a, b: a == b,
    "semverNe": lambda a, b: a != b,
    "semverLt": lambda a, b: a < b,
    "semverLte": lambda a, b: a <= b,
    "semverGt": lambda a, b: a > b,
    "semverGte": lambda a, b: a >= b,
}
NUMBER = {
    "lt": lambda a, b: a < b,
    "lte": lambda a, b: a <= b,
    "gt": lambda a, b: a > b,
    "gte": lambda a, b: a >= b,
}
TEXT = {
    "startsWith": lambda a, b: a.startswith(b),
    "endsWith": lambda a, b: a.endswith(b),
    "contains": lambda a, b: b in a,
}


def element_holds(op, value, element, ignore_case):
    """One operator on one attribute value that is neither missing nor a list."""
    is_text = kind(element) == "string"
    if op == "eq":
        return same(element, value, ignore_case)
    if op == "in":
        return any(same(element, one, ignore_case) for one in value)
    if op in TEXT:
        left, right = (fold(element), fold(value)) if is_text and ignore_case else (element, value)
        return is_text and TEXT[op](left, right)
    if op == "matches":
        return is_text and pattern(value, ignore_case).search(element) is not None
    if op in NUMBER:
        return kind(element) == "number" and NUMBER[op](element, value)
    if op in SEMVER:
        version = semver(element, short=True) if is_text else None
        return version is not None and SEMVER[op](version, semver(value, short=False))
    if op in ("before", "after"):
        instant, limit = date(element), date(value)
        return instant is not None and (instant < limit if op == "before" else instant > limit)
    assert op == "inCidr", op
    found = address(element) if is_text else None
    ranges = value if isinstance(value, list) else [value]
    return found is not None and any(in_network(found, network(one)) for one in ranges)


def cleaned(value):
    if kind(value) == "string":
        return well_formed(value)
    if kind(value) == "number":
        return float(value)
    return [cleaned(one) for one in value] if kind(value) == "list" else value


def test_holds(op, value, attribute, ignore_case):
    if attribute is MISSING:
        return op == "exists" and value is False
    if op == "exists":
        return value is True
    attribute = cleaned(attribute)
    elements = attribute if kind(attribute) == "list" else [attribute]
    positive = {"ne": "eq", "notIn": "in"}.get(op, op)
    any_holds = any(element_holds(positive, value, one, ignore_case) for one in elements)
    return not any_holds if positive != op else any_holds


def condition_holds(condition, context, segments):
    if "all" in condition:
        return all(condition_holds(one, context, segments) for one in condition["all"])
    if "any" in condition:
        return any(condition_holds(one, context, segments) for one in condition["any"])
    if "not" in condition:
        return not condition_holds(condition["not"], context, segments)
    if "segment" in condition:
        return segment_holds(segments[condition["segment"]], context, segments)
    attribute = resolve(context, condition["attr"])
    return test_holds(condition["op"], condition["value"], attribute, condition.get("ignoreCase", False))


def segment_holds(segment, context, segments):
    unit = segment.get("unit", "targetingKey")
    if listed(context, unit, segment.get("exclude", [])):
        return False
    if listed(context, unit, segment.get("include", [])):
        return True
    bare = {name: segment[name] for name in segment if name not in ("unit", "include", "exclude", "description")}
    return bool(bare) and condition_holds(bare, context, segments)


# ---- the order of a decision ----


def arms(rule):
    """The entries of what a rule serves that can be served at all."""
    if isinstance(rule["serve"], str):
        return [{"variant": rule["serve"], "weight": 1}]
    entries = rule["serve"].get("split", rule["serve"].get("switchback"))
    return [one for one in entries if one["weight"] > 0]


def share(rule, now):
    """The millionths of the units that are in at an instant."""
    return ramp_share(rule["ramp"], now, ppm) if "ramp" in rule else ppm(rule.get("percent", 100))


def hashes(rule):
    """Whether it may have to hash: at load, whatever the instant."""
    return "ramp" in rule or 0 < ppm(rule.get("percent", 100)) < N or len(arms(rule)) > 1


def hash_decided(rule, now):
    return 0 < share(rule, now) < N or len(arms(rule)) > 1


def rule_id(index, rule):
    return rule.get("id", str(index))


def static_answer(flag, holdouts):
    """(variant, rule id) of a flag that can answer only one way, else None."""
    if holdouts or flag.get("prerequisites") or any(one["ids"] for one in flag.get("overrides", [])):
        return None
    rules = flag.get("rules", [])
    if flag.get("guardrails") or any(is_sticky(rule) or rule.get("guardrails") for rule in rules):
        return None
    for index, rule in enumerate(flag.get("rules", [])):
        if ppm(rule.get("percent", 100)) == 0:
            continue
        if {"when", "window", "ramp", "layer"} & rule.keys() or hashes(rule):
            return None
        return arms(rule)[0]["variant"], rule_id(index, rule)
    return flag["default"], None


def is_sticky(rule):
    return rule.get("sticky", False) or rule.get("storedOnly", False)


def served_by(rule, flag, context, snapshot, now, latched):
    """(the variant that this rule serves, the reason), or None when it does not apply."""
    if ppm(rule.get("percent", 100)) == 0 or rule.get("storedOnly", False):
        return None
    if "when" in rule and not condition_holds(rule["when"], context, snapshot.segments):
        return None
    if "window" in rule and not any_open(rule["window"], now):
        return None
    unit = rule.get("unit", flag.get("unit", "targetingKey"))
    salt = rule.get("salt", flag.get("salt"))
    part = share(rule, now)
    if part == 0:
        return None
    inside, hashed = in_experiment(rule, context, snapshot.layers)
    if not inside:
        return None
    if part < N and bucket(salt, "ramp", unit_text(context, unit)) >= part:
        return None
    if fallback := rolled_back(rule, snapshot.alarms, now, latched):
        return fallback, "ROLLED_BACK"
    choices = arms(rule)
    reason = "SPLIT" if hashed or hash_decided(rule, now) else "TARGETING_MATCH"
    if len(choices) == 1:
        return choices[0]["variant"], reason
    if "switchback" in rule["serve"]:
        place = bucket(salt, "slot", str(slot(now, rule["serve"]["slotMinutes"])))
    else:
        place = bucket(salt, None, unit_text(context, unit))
    ends = cuts([one["weight"] for one in choices])
    return next(one["variant"] for one, end in zip(choices, ends, strict=True) if place < end), reason


def walk(snapshot, key, context, now, host):
    """The decision of a flag that is in order, without its value. `host` has what the host says beside the snapshot."""
    flag, holdouts = snapshot.flags[key], snapshot.holdouts[key]
    off, latched = flag["off"], host.get("rolledBack", {}).get(key, [])
    forced = host.get("forced", {}).get(key)
    if forced in flag["variants"]:
        return answer(forced, "OVERRIDE")
    if not flag.get("enabled", True):
        return answer(off, "DISABLED")
    fixed = static_answer(flag, holdouts)
    if fixed:
        return answer(fixed[0], "STATIC", fixed[1])
    if fallback := rolled_back(flag, snapshot.alarms, now, latched):
        return answer(fallback, "ROLLED_BACK")
    for needed in flag.get("prerequisites", []):
        parent = decide(snapshot, needed["flag"], context, now, host)
        if parent["reason"] in ("DISABLED", "ERROR") or parent["variant"] not in needed["variants"]:
            return answer(off, "PREREQUISITE_FAILED")
    for one in sorted(flag.get("overrides", []), key=lambda entry: entry["variant"] != off):
        if listed(context, one.get("unit", flag.get("unit", "targetingKey")), one["ids"]):
            return answer(one["variant"], "OVERRIDE")
    held = held_by(holdouts, context, now)
    stored = host.get("stored", {}).get(key)
    if held is None:
        return by_rules(snapshot, flag, context, now, latched, stored)
    try:
        would_be = by_rules(snapshot, flag, context, now, latched, stored)
    except UnitProblem as problem:
        would_be = {"reason": "ERROR", "errorCode": str(problem)}
    return {**answer(off, "HOLDOUT"), "holdout": held, "wouldBe": would_be}


def by_rules(snapshot, flag, context, now, latched, stored):
    rules = flag.get("rules", [])
    if stored in flag["variants"] and any(is_sticky(rule) for rule in rules):
        return {**answer(stored, "SPLIT"), "stored": True}
    for index, rule in enumerate(rules):
        served = served_by(rule, flag, context, snapshot, now, latched)
        if served is not None:
            return answer(*served, rule_id(index, rule))
    return answer(flag["default"], "DEFAULT")


def answer(variant, reason, rule=None):
    found = {"variant": variant, "reason": reason}
    return found if rule is None else {**found, "rule": rule}


def decide(snapshot, key, context, now=0, host=None):
    if key in snapshot.refused_flags:
        return {"reason": "ERROR", "errorCode": "PARSE_ERROR"}
    if key not in snapshot.flags:
        return {"reason": "ERROR", "errorCode": "FLAG_NOT_FOUND"}
    try:
        found = walk(snapshot, key, context, now, host or {})
    except UnitProblem as problem:
        return {"reason": "ERROR", "errorCode": str(problem)}
    return {"value": snapshot.flags[key]["variants"][found["variant"]], **found}


# They need what is above.
from reference_guard import rolled_back  # noqa: E402
from reference_traffic import held_by, in_experiment  # noqa: E402


def parameters(snapshot, namespace, context, now=0, host=None):
    """What the flags of a namespace set together."""
    found, strong = {}, set()
    for key in sorted(snapshot.flags, key=lambda key: key.encode()):
        flag = snapshot.flags[key]
        if flag.get("namespace") != namespace:
            continue
        decision = decide(snapshot, key, context, now, host)
        rules = {rule_id(index, rule): rule for index, rule in enumerate(flag.get("rules", []))}
        sources = [rule for rule in rules.values() if is_sticky(rule)] if decision.get("stored") else [rules.get(decision.get("rule"), {})]
        is_experiment = any("experiment" in rule for rule in sources)
        for name, value in decision.get("value", {}).items():
            if name not in found or (is_experiment and name not in strong):
                found[name] = value
                strong |= {name} if is_experiment else set()
    return found
