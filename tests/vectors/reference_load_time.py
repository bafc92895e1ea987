"""Loads ramps, windows and switchbacks by docs/SPEC.md: what is wrong with them, with code and path."""

from reference import kind, ppm
from reference_time import DAY, DAYS, local_day, overlaps
from reference_values import date

MINUTES = 5_256_000
DATE = "string number"


def integer(report, value, most, path, least=1):
    good = isinstance(value, int) and least <= value <= most
    if not good:
        report.add("INVALID_VALUE", path)
    return good


def dated(report, good, names, path):
    """Which of the fields are readable dates."""
    read = {}
    for name in names:
        if name in good:
            read[name] = date(good[name])
            if read[name] is None:
                report.add("INVALID_VALUE", (*path, name))
    return {name: at for name, at in read.items() if at is not None}


def percentage(report, good, name, path):
    if name not in good:
        return None
    share = ppm(good[name])
    if share is None:
        report.add("INVALID_VALUE", (*path, name))
    return share


RAMPS = {
    "linear": {"from": DATE, "until": DATE, "to": "number", "steps": "number"},
    "exponential": {"from": DATE, "start": "number", "everyMinutes": "number", "to": "number"},
    "stages": {"stages": "list"},
}


def ramp(report, node, path):
    which = node.get("kind")
    if which not in RAMPS:
        every = {name: kind(node.get(name)) for fields in RAMPS.values() for name in fields}
        good = report.members(node, path, {"kind": "string"}, {**every, "bakeMinutes": kind(node.get("bakeMinutes"))})
        if "kind" in good:
            report.add("INVALID_VALUE", (*path, "kind"))
        return
    good = report.members(node, path, {"kind": "string", **RAMPS[which]}, {"bakeMinutes": "number"})
    if "bakeMinutes" in good:
        integer(report, good["bakeMinutes"], MINUTES, (*path, "bakeMinutes"), least=0)
    if which == "stages":
        return stages(report, good.get("stages"), (*path, "stages"))
    at, to = dated(report, good, ("from", "until"), path), percentage(report, good, "to", path)
    if which == "linear":
        if "steps" in good:
            integer(report, good["steps"], 1_000_000, (*path, "steps"))
        if len(at) == 2 and not 0 < at["until"] - at["from"] <= 36_525 * DAY:
            report.add("INVALID_VALUE", (*path, "until"))
        return
    if "everyMinutes" in good:
        integer(report, good["everyMinutes"], MINUTES, (*path, "everyMinutes"))
    start = percentage(report, good, "start", path)
    if start is not None and to is not None and not 0 < start <= to:
        report.add("INVALID_VALUE", (*path, "start"))


def stages(report, nodes, path):
    if nodes is None:
        return
    if not nodes:
        report.add("INVALID_VALUE", path)
    if len(nodes) > 255:
        return report.add("TOO_MANY", path)
    before = None
    for index, node in enumerate(nodes):
        here = (*path, index)
        good = report.members(node, here, {"at": DATE, "percent": "number"}, {})
        at, share = dated(report, good, ("at",), here).get("at"), percentage(report, good, "percent", here)
        if at is None or share is None:
            continue
        if before is not None and at <= before[0]:
            report.add("INVALID_VALUE", (*here, "at"))
        if before is not None and share < before[1]:
            report.add("INVALID_VALUE", (*here, "percent"))
        before = at, share


def windows(report, node, path):
    if kind(node) != "list":
        return window(report, node, path)
    if not node:
        report.add("INVALID_VALUE", path)
    if len(node) > 255:
        return report.add("TOO_MANY", path)
    for index, one in enumerate(node):
        window(report, one, (*path, index))


def window(report, node, path):
    before = len(report.problems)
    bounds = {"from": DATE, "until": DATE}
    required, optional = (bounds, {}) if kind(node) == "object" and "repeat" in node else ({}, bounds)
    good = report.members(node, path, required, {**optional, "repeat": "object"})
    at = dated(report, good, ("from", "until"), path)
    if kind(node) == "object" and not {"from", "until", "repeat"} & node.keys():
        report.add("MISSING_FIELD", path)
    if len(at) == 2 and at["until"] <= at["from"]:
        report.add("INVALID_VALUE", (*path, "until"))
    if "repeat" in good:
        repeat(report, good, at.get("from"), (*path, "repeat"))
        if before == len(report.problems) and overlaps(good):
            report.add("INVALID_VALUE", (*path, "until"))


def repeat(report, window, start, path):
    node = window["repeat"]
    general = {"interval": "number", "until": DATE, "times": "number"}
    weekly = node.get("every") == "week"
    required = {"every": "string", "days": "list"} if weekly else {"every": "string"}
    if weekly:
        general["weekStarts"] = "string"
    elif node.get("every") != "day":
        general |= {name: kind(node.get(name)) for name in ("days", "weekStarts")}
    good = report.members(node, path, required, general)
    if "every" in good and good["every"] not in ("day", "week"):
        report.add("INVALID_VALUE", (*path, "every"))
    if "interval" in good:
        integer(report, good["interval"], 1_000, (*path, "interval"))
    if "times" in good:
        integer(report, good["times"], 1_000_000, (*path, "times"))
    if "until" in node and "times" in node:
        report.add("INVALID_VALUE", (*path, "times"))
    end = dated(report, good, ("until",), path).get("until")
    if end is not None and start is not None and end < start:
        report.add("INVALID_VALUE", (*path, "until"))
    if weekly:
        week(report, good, window["from"] if start is not None else None, path)


def week(report, good, start, path):
    if "weekStarts" in good and good["weekStarts"] not in DAYS:
        report.add("INVALID_VALUE", (*path, "weekStarts"))
    days = good.get("days")
    if days is None:
        return
    before = len(report.problems)
    for index, day in enumerate(days):
        if kind(day) != "string":
            report.add("WRONG_TYPE", (*path, "days", index))
        elif day not in DAYS or day in days[:index]:
            report.add("INVALID_VALUE", (*path, "days", index))
    is_first = start is None or before != len(report.problems) or DAYS[local_day(start)[1]] in days
    if not days or not is_first:
        report.add("INVALID_VALUE", (*path, "days"))
