"""Loads a snapshot by docs/SPEC.md: refuses the document, or one flag or segment at a time, with code and path."""

import json
import math
import re

import reference_load_time as time
from reference import SAFE, Snapshot, hashes, kind, ppm
from reference_links import MAX_CHAIN, link, pointer
from reference_guard import check_alarms, check_guardrails
from reference_traffic import check_holdout, check_layer, covering
from reference_values import calendar_day, date, network, pattern, semver

MAX_BYTES = 64 * 1024 * 1024
MAX_LEVELS = 128
TEXT_OPS = {"startsWith", "endsWith", "contains", "matches"}
FOLDING_OPS = TEXT_OPS | {"eq", "ne", "in", "notIn"}
NUMBER_OPS = {"lt", "lte", "gt", "gte"}
SEMVER_OPS = {"semverEq", "semverNe", "semverLt", "semverLte", "semverGt", "semverGte"}
OPS = FOLDING_OPS | NUMBER_OPS | SEMVER_OPS | {"before", "after", "exists", "inCidr"}
SCALARS = {"string", "number", "boolean"}
OPERANDS = {
    **dict.fromkeys(("eq", "ne"), SCALARS),
    **dict.fromkeys(("in", "notIn"), {"list"}),
    **dict.fromkeys(NUMBER_OPS, {"number"}),
    **dict.fromkeys(("before", "after"), {"string", "number"}),
    "exists": {"boolean"},
    "inCidr": {"string", "list"},
}
CONDITION_KINDS = ("all", "any", "not", "segment", "attr")
TEST_FIELDS = ("op", "value", "ignoreCase")


class DocumentRefused(Exception):
    def __init__(self, code, path=""):
        super().__init__(code)
        self.code, self.path = code, path


class Members(list):
    """An object as its (name, value) pairs, so that a name that occurs twice is seen."""


def number(text):
    value = float(text)
    return int(value) if value.is_integer() and abs(value) <= SAFE else value


def broken(text):
    return bool(re.search("[\ud800-\udfff]", text))


class Report:
    """The problems of one flag or segment, and the segments that its conditions name."""

    def __init__(self):
        self.problems, self.segments, self.conditions = [], [], 0
        # (layer, experiment, path), and the flags that a holdout names.
        self.memberships, self.flags = [], []
        self.guardrails = 0

    def add(self, code, path):
        self.problems.append((code, pointer(path)))

    def plain(self, node, path, level=1):
        """The generic tree: what is wrong whatever the field means."""
        if isinstance(node, Members):
            names = [name for name, _ in node]
            for name in dict.fromkeys(names):
                if broken(name):
                    self.add("INVALID_VALUE", path)
                elif names.count(name) > 1:
                    self.add("DUPLICATE_KEY", (*path, name))
            return {name: self.plain(value, (*path, name), level + 1) for name, value in node}
        if isinstance(node, list):
            return [self.plain(value, (*path, index), level + 1) for index, value in enumerate(node)]
        if (isinstance(node, str) and broken(node)) or (isinstance(node, float) and math.isinf(node)):
            self.add("INVALID_VALUE", path)
        return node

    def members(self, node, path, required, optional):
        """Those members of an object that have the right JSON type."""
        if kind(node) != "object":
            self.add("WRONG_TYPE", path)
            return {}
        good = {}
        for name in node:
            if name not in required and name not in optional:
                self.add("UNKNOWN_FIELD", (*path, name))
        for name, kinds in {**required, **optional}.items():
            if name in node and kind(node[name]) in kinds.split():
                good[name] = node[name]
            elif name in node:
                self.add("WRONG_TYPE", (*path, name))
            elif name in required:
                self.add("MISSING_FIELD", path)
        return good

    def name(self, name, path):
        if name in ("", "__proto__") or len(name.encode()) > 256:
            self.add("INVALID_VALUE", path)

    def attribute(self, text, path):
        parts = text.split(".")
        if "" in parts or "__proto__" in parts or len(parts) > 16 or len(text.encode()) > 256:
            self.add("INVALID_VALUE", path)

    def unit(self, unit, path):
        if isinstance(unit, str):
            return self.attribute(unit, path)
        if not 2 <= len(unit) <= 8:
            self.add("INVALID_VALUE", path)
        for index, one in enumerate(unit):
            if kind(one) == "string":
                self.attribute(one, (*path, index))
            else:
                self.add("WRONG_TYPE", (*path, index))

    def ids(self, ids, path):
        for index, one in enumerate(ids):
            if kind(one) not in ("string", "number"):
                self.add("WRONG_TYPE", (*path, index))
            elif kind(one) == "number" and not isinstance(one, int):
                self.add("INVALID_VALUE", (*path, index))

    def salt(self, salt, path):
        if not re.fullmatch("[A-Za-z0-9_-]{1,64}", salt):
            self.add("INVALID_VALUE", path)

    # ---- conditions ----

    def condition(self, node, path, level=1):
        self.conditions += 1
        if level > MAX_CHAIN:
            return self.add("TOO_DEEP", path)
        if kind(node) != "object":
            return self.add("WRONG_TYPE", path)
        found = [name for name in CONDITION_KINDS if name in node]
        for name in node:
            stray = name in TEST_FIELDS and len(found) == 1 and found != ["attr"]
            if stray or name not in (*CONDITION_KINDS, *TEST_FIELDS):
                self.add("UNKNOWN_FIELD", (*path, name))
        if len(found) != 1:
            return self.add("INVALID_VALUE" if found else "MISSING_FIELD", path)
        (which,) = found
        inner, here = node[which], (*path, which)
        if which == "not":
            self.condition(inner, here, level + 1)
        elif which == "attr":
            self.test(node, path)
        elif which == "segment":
            if kind(inner) != "string":
                return self.add("WRONG_TYPE", here)
            self.segments.append((inner, here))
        elif kind(inner) != "list":
            self.add("WRONG_TYPE", here)
        elif not inner:
            self.add("INVALID_VALUE", here)
        else:
            for index, one in enumerate(inner):
                self.condition(one, (*here, index), level + 1)

    def test(self, node, path):
        node = {name: node[name] for name in node if name in ("attr", *TEST_FIELDS)}
        any_value = {"value": kind(node.get("value"))}
        good = self.members(node, path, {"attr": "string", "op": "string"}, {**any_value, "ignoreCase": "boolean"})
        if "attr" in good:
            self.attribute(good["attr"], (*path, "attr"))
        if "value" not in node:
            self.add("MISSING_FIELD", path)
        if "op" not in good:
            return
        if good["op"] not in OPS:
            return self.add("UNKNOWN_OPERATOR", (*path, "op"))
        if "ignoreCase" in good and good["op"] not in FOLDING_OPS:
            self.add("INVALID_VALUE", (*path, "ignoreCase"))
        if "value" in node:
            self.operand(good["op"], node["value"], (*path, "value"))

    def operand(self, op, value, path):
        if kind(value) not in OPERANDS.get(op, {"string"}):
            return self.add("WRONG_TYPE", path)
        if op == "matches" and pattern(value) is None:
            self.add("INVALID_PATTERN", path)
        if op in SEMVER_OPS and semver(value, short=False) is None:
            self.add("INVALID_VALUE", path)
        if op in ("before", "after") and date(value) is None:
            self.add("INVALID_VALUE", path)
        if op in ("in", "notIn"):
            for index, one in enumerate(value):
                if kind(one) not in SCALARS:
                    self.add("WRONG_TYPE", (*path, index))
        if op == "inCidr":
            if value == []:
                self.add("INVALID_VALUE", path)
            for index, one in enumerate(value if isinstance(value, list) else [value]):
                at = (*path, index) if isinstance(value, list) else path
                if kind(one) != "string":
                    self.add("WRONG_TYPE", at)
                elif network(one) is None:
                    self.add("INVALID_VALUE", at)

    # ---- segments and flags ----

    def segment(self, node, path):
        if kind(node) != "object":
            return self.add("WRONG_TYPE", path)
        own = {"unit": "string list", "include": "list", "exclude": "list", "description": "string"}
        good = self.members({name: node[name] for name in node if name in own}, path, {}, own)
        for name in ("include", "exclude"):
            self.ids(good.get(name, []), (*path, name))
        if "unit" in good:
            self.unit(good["unit"], (*path, "unit"))
        bare = {name: node[name] for name in node if name not in own}
        if any(name in bare for name in (*CONDITION_KINDS, *TEST_FIELDS)) or "include" not in node:
            self.condition(bare, path)
        else:
            self.members(bare, path, {}, {})

    def flag(self, node, path):
        required = {"type": "string", "variants": "object", "off": "string", "default": "string"}
        optional = {
            "enabled": "boolean", "unit": "string list", "salt": "string", "prerequisites": "list",
            "overrides": "list", "rules": "list", "guardrails": "list", "namespace": "string", "metadata": "object", "tags": "list",
            "owner": "string", "expires": "string", "description": "string",
        }  # fmt: skip
        good = self.members(node, path, required, optional)
        names = good.get("variants")
        if "type" in good and good["type"] not in ("boolean", "string", "number", "object"):
            self.add("INVALID_VALUE", (*path, "type"))
        elif names is not None:
            self.variants(names, good.get("type"), (*path, "variants"))
        if "namespace" in good:
            self.name(good["namespace"], (*path, "namespace"))
            for name, value in (names or {}).items():
                if kind(value) != "object":
                    self.add("WRONG_TYPE", (*path, "variants", name))
        for field in ("off", "default"):
            self.variant(good.get(field), names, (*path, field))
        if "unit" in good:
            self.unit(good["unit"], (*path, "unit"))
        if "salt" in good:
            self.salt(good["salt"], (*path, "salt"))
        for index, one in enumerate(good.get("prerequisites", [])):
            self.prerequisite(one, (*path, "prerequisites", index))
        for index, one in enumerate(good.get("overrides", [])):
            self.override(one, names, (*path, "overrides", index))
        check_guardrails(self, good, names, path, [])
        self.rules(good.get("rules", []), good.get("salt"), names, (*path, "rules"))
        self.one_unit(good, (*path, "rules"))
        if self.guardrails > 16:
            self.add("TOO_MANY", path)
        for name, value in good.get("metadata", {}).items():
            self.name(name, (*path, "metadata", name))
            if kind(value) not in SCALARS:
                self.add("WRONG_TYPE", (*path, "metadata", name))
        for index, one in enumerate(good.get("tags", [])):
            if kind(one) != "string":
                self.add("WRONG_TYPE", (*path, "tags", index))
        if "expires" in good and not calendar_day(good["expires"]) and date(good["expires"]) is None:
            self.add("INVALID_VALUE", (*path, "expires"))

    def variants(self, variants, wanted, path):
        if not variants:
            self.add("INVALID_VALUE", path)
        if len(variants) > 255:
            self.add("TOO_MANY", path)
        for name, value in variants.items():
            self.name(name, (*path, name))
            fits = kind(value) in ("object", "list") if wanted == "object" else kind(value) == wanted
            if wanted is not None and not fits:
                self.add("WRONG_TYPE", (*path, name))
            self.no_proto(value, (*path, name))

    def no_proto(self, value, path):
        inner = value.items() if kind(value) == "object" else enumerate(value) if kind(value) == "list" else []
        for name, one in inner:
            if name == "__proto__":
                self.add("INVALID_VALUE", (*path, name))
            self.no_proto(one, (*path, name))

    def variant(self, name, names, path):
        if name is not None and names is not None and name not in names:
            self.add("UNKNOWN_VARIANT", path)

    def prerequisite(self, node, path):
        good = self.members(node, path, {"flag": "string", "variants": "list"}, {})
        if good.get("variants") == []:
            self.add("INVALID_VALUE", (*path, "variants"))
        for index, one in enumerate(good.get("variants", [])):
            if kind(one) != "string":
                self.add("WRONG_TYPE", (*path, "variants", index))

    def override(self, node, names, path):
        good = self.members(node, path, {"ids": "list", "variant": "string"}, {"unit": "string list"})
        self.ids(good.get("ids", []), (*path, "ids"))
        self.variant(good.get("variant"), names, (*path, "variant"))
        if "unit" in good:
            self.unit(good["unit"], (*path, "unit"))

    def rules(self, rules, salt, names, path):
        if len(rules) > 4095:
            self.add("TOO_MANY", path)
        where = {}
        for index, node in enumerate(rules):
            at = (*path, index)
            before = len(self.problems)
            good = self.rule(node, names, at)
            if "serve" in good and before == len(self.problems) and hashes(good) and not good.get("salt", salt):
                self.add("MISSING_SALT", at)
            name = good.get("id", str(index))
            if name in where:
                self.add("INVALID_VALUE", (*path, index if "id" in good else where[name], "id"))
            where.setdefault(name, index)
        if self.conditions > 65_535:
            self.add("TOO_MANY", path[:-1])

    def one_unit(self, flag, path):
        """Whatever is stored for a flag is stored by one unit."""
        first = None
        for index, rule in enumerate(flag.get("rules", [])):
            if kind(rule) != "object" or True not in (rule.get("sticky"), rule.get("storedOnly")):
                continue
            unit = rule.get("unit", flag.get("unit", "targetingKey"))
            if first is not None and first != unit:
                self.add("INVALID_VALUE", (*path, index))
            first = first or unit

    def rule(self, node, names, path):
        optional = {
            "id": "string", "when": "object", "unit": "string list", "salt": "string", "percent": "number",
            "layer": "string", "experiment": "string", "ramp": "object", "window": "object list",
            "sticky": "boolean", "storedOnly": "boolean", "guardrails": "list",
        }  # fmt: skip
        good = self.members(node, path, {"serve": "string object"}, optional)
        if "id" in good and not 1 <= len(good["id"].encode()) <= 256:
            self.add("INVALID_VALUE", (*path, "id"))
        if "when" in good:
            self.condition(good["when"], (*path, "when"))
        if "unit" in good:
            self.unit(good["unit"], (*path, "unit"))
        if "salt" in good:
            self.salt(good["salt"], (*path, "salt"))
        if "experiment" in good:
            self.name(good["experiment"], (*path, "experiment"))
        if "layer" in good and "experiment" in good:
            self.memberships.append((good["layer"], good["experiment"], path))
        elif "layer" in good and "experiment" not in node:
            self.add("MISSING_FIELD", path)
        if "percent" in good and ppm(good["percent"]) is None:
            self.add("INVALID_VALUE", (*path, "percent"))
        if "window" in good:
            time.windows(self, good["window"], (*path, "window"))
        if "ramp" in good:
            time.ramp(self, good["ramp"], (*path, "ramp"))
            if "percent" in node:
                self.add("INVALID_VALUE", (*path, "ramp"))
        serve = good.get("serve")
        arms = serve.get("split") if kind(serve) == "object" else None
        check_guardrails(self, good, names, path, arms if isinstance(arms, list) else [])
        if isinstance(good.get("serve"), str):
            self.variant(good["serve"], names, (*path, "serve"))
        elif "serve" in good:
            self.split(good["serve"], names, (*path, "serve"))
        return good

    def split(self, node, names, path):
        name = "switchback" if "switchback" in node else "split"
        needed = {"switchback": "list", "slotMinutes": "number"} if name == "switchback" else {"split": "list"}
        good = self.members(node, path, needed, {} if name == "split" else {"split": kind(node.get("split"))})
        if name == "switchback" and "split" in node:
            return self.add("INVALID_VALUE", path)
        if "slotMinutes" in good:
            time.integer(self, good["slotMinutes"], time.MINUTES, (*path, "slotMinutes"))
        entries = good.get(name)
        if entries is None:
            return
        here, total, before = (*path, name), 0, len(self.problems)
        for index, node in enumerate(entries):
            good = self.members(node, (*here, index), {"variant": "string", "weight": "number"}, {})
            self.variant(good.get("variant"), names, (*here, index, "variant"))
            weight = good.get("weight", 1)
            if not isinstance(weight, int) or not 0 <= weight < 2**32:
                self.add("INVALID_VALUE", (*here, index, "weight"))
            total += weight
        if len(entries) > 255:
            self.add("TOO_MANY", here)
        elif before == len(self.problems) and not 1 <= total < 2**32:
            self.add("INVALID_VALUE", here)


# ---- the document ----


def read_document(data):
    """The top level as (name, value) pairs, or DocumentRefused."""
    if len(data) > MAX_BYTES:
        raise DocumentRefused("TOO_LARGE")
    try:
        text = data.decode("utf-8").removeprefix("\ufeff").strip(" \t\r\n")
    except UnicodeDecodeError:
        raise DocumentRefused("INVALID_UTF8") from None
    if text.startswith("<"):
        raise DocumentRefused("NOT_JSON_HTML")
    try:
        hooks = {"object_pairs_hook": Members, "parse_int": number, "parse_float": number}
        return json.loads(text, parse_constant=no_constant, **hooks)
    except json.JSONDecodeError:
        raise DocumentRefused("INVALID_JSON") from None


def no_constant(name):
    raise json.JSONDecodeError(name, "", 0)


def top_level(document):
    if not isinstance(document, Members):
        raise DocumentRefused("WRONG_TYPE")
    names = [name for name, _ in document]
    for name in names:
        if names.count(name) > 1:
            raise DocumentRefused("DUPLICATE_KEY", pointer([name]))
    top = dict(document)
    if "schemaVersion" not in top:
        raise DocumentRefused("MISSING_FIELD")
    if kind(top["schemaVersion"]) != "number":
        raise DocumentRefused("WRONG_TYPE", "/schemaVersion")
    if top["schemaVersion"] != 1:
        raise DocumentRefused("UNSUPPORTED_VERSION", "/schemaVersion")
    fields = {
        "schemaVersion": int, "revision": str, "sequence": (int, float), "environment": str,
        "$schema": str, "alarms": Members, "freeze": (list, Members), "segments": Members, "layers": Members, "holdouts": Members, "flags": Members,
    }  # fmt: skip
    for name in names:
        if name not in fields:
            raise DocumentRefused("UNKNOWN_FIELD", pointer([name]))
    for name in fields:
        if name in ("revision", "flags") and name not in top:
            raise DocumentRefused("MISSING_FIELD")
        if name in top and (not isinstance(top[name], fields[name]) or isinstance(top[name], bool)):
            raise DocumentRefused("WRONG_TYPE", pointer([name]))
        if isinstance(top.get(name), str) and (broken(top[name]) or (name == "revision" and not top[name])):
            raise DocumentRefused("INVALID_VALUE", pointer([name]))
    if problem := check_alarms(top.get("alarms", [])):
        raise DocumentRefused(problem[0], pointer(problem[1]))
    if "freeze" in top:
        report = Report()
        time.windows(report, report.plain(top["freeze"], ("freeze",)), ("freeze",))
        if report.problems:
            raise DocumentRefused(*report.problems[0])
    if "sequence" in top and not (isinstance(top["sequence"], int) and 0 <= top["sequence"]):
        raise DocumentRefused("INVALID_VALUE", "/sequence")
    return top


def levels(node):
    """How deep lists and objects nest, the outermost being 1."""
    deepest, todo = 0, [(node, 1)]
    while todo:
        one, level = todo.pop()
        if isinstance(one, list):
            deepest = max(deepest, level)
            todo += [(value[1] if isinstance(one, Members) else value, level + 1) for value in one]
    return deepest


def entries(pairs, field, check):
    """Each entry on its own: (those in order, {refused name: problems}, {name: report})."""
    good, refused, reports = {}, {}, {}
    names = [name for name, _ in pairs]
    for name, node in pairs:
        path, report = (field, name), Report()
        if names.count(name) > 1:
            report.add("DUPLICATE_KEY", path)
        elif levels(node) > MAX_LEVELS:
            report.add("TOO_DEEP", path)
        elif broken(name):
            report.add("INVALID_VALUE", (field, re.sub("[\ud800-\udfff]", "\ufffd", name)))
        else:
            report.name(name, path)
            tree = report.plain(node, path)
            if not report.problems:
                check(report, tree, path)
        if report.problems:
            refused[name] = report.problems
        else:
            good[name], reports[name] = tree, report
    return good, refused, reports


def memberships(report, layers, bad_layers, within=False):
    """What is wrong with the experiments that are named; whether a layer that a layer is in is there, is asked elsewhere."""
    found = []
    for layer, experiment, path in report.memberships:
        if layer in layers and layer not in bad_layers:
            if experiment not in layers[layer]["experiments"]:
                found.append(("UNKNOWN_EXPERIMENT", pointer((*path, "experiment"))))
        elif not within:
            code = "REFUSED_DEPENDENCY" if layer in bad_layers else "UNKNOWN_LAYER"
            found.append((code, pointer((*path, "layer"))))
    return found


def load(data):
    top = top_level(read_document(data))
    segments, bad_segments, segment_reports = entries(top.get("segments", []), "segments", Report.segment)
    links = {name: segment_reports[name].segments for name in segments}
    bad_segments |= link(segments, links, set(bad_segments), "UNKNOWN_SEGMENT")

    layers, bad_layers, layer_reports = entries(top.get("layers", []), "layers", check_layer)
    links = {
        name: [(layer, (*path, "layer")) for layer, _, path in layer_reports[name].memberships] for name in layers
    }
    outer = {name: memberships(layer_reports[name], layers, bad_layers, within=True) for name in layers}
    bad_layers |= link(layers, links, set(bad_layers), "UNKNOWN_LAYER", outer.get)

    names = {name for name, _ in top["flags"]}
    holdouts, bad_holdouts, holdout_reports = entries(top.get("holdouts", []), "holdouts", check_holdout)
    links = {
        name: [(one, ("holdouts", name, "includes", index)) for index, one in enumerate(holdouts[name].get("includes", []))]
        for name in holdouts
    }
    unknown = {
        name: [("UNKNOWN_FLAG", pointer(path)) for flag, path in holdout_reports[name].flags if flag not in names]
        for name in holdouts
    }
    bad_holdouts |= link(holdouts, links, set(bad_holdouts), "UNKNOWN_HOLDOUT", unknown.get)
    holdouts = {name: one for name, one in holdouts.items() if name not in bad_holdouts}

    flags, bad_flags, reports = entries(top["flags"], "flags", Report.flag)

    def needs(name):
        for index, one in enumerate(flags[name].get("prerequisites", [])):
            yield one, ("flags", name, "prerequisites", index)

    def check(name):
        found = []
        for target, path in reports[name].segments:
            if target in bad_segments:
                found.append(("REFUSED_DEPENDENCY", pointer(path)))
            elif target not in segments:
                found.append(("UNKNOWN_SEGMENT", pointer(path)))
        found += memberships(reports[name], layers, bad_layers)
        found += [("UNIT_MISMATCH", place) for place in covering(name, flags[name], holdouts)[1]]
        for one, path in needs(name):
            known = flags[one["flag"]]["variants"] if one["flag"] in flags else one["variants"]
            for index, variant in enumerate(one["variants"]):
                if variant not in known:
                    found.append(("UNKNOWN_VARIANT", pointer((*path, "variants", index))))
        return found

    links = {name: [(one["flag"], (*path, "flag")) for one, path in needs(name)] for name in flags}
    bad_flags |= link(flags, links, set(bad_flags), "UNKNOWN_FLAG", check)
    return Snapshot(
        revision=top["revision"],
        flags={name: flags[name] for name in flags if name not in bad_flags},
        segments={name: segments[name] for name in segments if name not in bad_segments},
        alarms={name for name, state in top.get("alarms", []) if state == "alarm"},
        layers={name: layers[name] for name in layers if name not in bad_layers},
        holdouts={name: covering(name, flags[name], holdouts)[0] for name in flags},
        refused_flags=bad_flags,
        refused_segments=bad_segments,
        refused_layers=bad_layers,
        refused_holdouts=bad_holdouts,
    )
