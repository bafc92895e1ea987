"""Guardrails by docs/SPEC.md: what has rolled back, and what is served instead."""

import reference
from reference_values import date

MINUTE = 60_000


def watched(ramp):
    """From a ramp's beginning until it was watched after its end."""
    bake = ramp.get("bakeMinutes", 0) * MINUTE
    if ramp["kind"] == "linear":
        return date(ramp["from"]), date(ramp["until"]) + bake
    if ramp["kind"] == "stages":
        return date(ramp["stages"][0]["at"]), date(ramp["stages"][-1]["at"]) + bake
    share, doublings = reference.ppm(ramp["start"]), 0
    while share < reference.ppm(ramp["to"]):
        share, doublings = share * 2, doublings + 1
    return date(ramp["from"]), date(ramp["from"]) + doublings * ramp["everyMinutes"] * MINUTE + bake


def rolled_back(owner, alarms, now, latched):
    """The variant that the first guardrail of a flag or a rule that has rolled back falls back to."""
    for guardrail in owner.get("guardrails", []):
        name = guardrail.get("alarm", guardrail.get("outcome"))
        begin, end = watched(owner["ramp"]) if "ramp" in owner else (now, now + 1)
        if name in latched or ("alarm" in guardrail and name in alarms and begin <= now < end):
            return guardrail["rollbackTo"]
    return None


# ---- loading ----


def check_guardrails(report, owner, names, path, arms):
    for index, one in enumerate(owner.get("guardrails", [])):
        here = (*path, "guardrails", index)
        if reference.kind(one) != "object":
            report.add("WRONG_TYPE", here)
            continue
        if "outcome" not in one:
            good = report.members(one, here, {"alarm": "string", "rollbackTo": "string"}, {})
        else:
            optional = {"alpha": "number", "alarm": reference.kind(one.get("alarm"))}
            required = {"outcome": "string", "control": "string", "rollbackTo": "string"}
            good = report.members(one, here, required, optional)
            if "alarm" in one:
                report.add("INVALID_VALUE", here)
        report.guardrails += 1
        for field in ("alarm", "outcome"):
            if isinstance(good.get(field), str):
                report.name(good[field], (*here, field))
        for field in ("rollbackTo", "control"):
            report.variant(good.get(field), names, (*here, field))
        if "control" in good and good["control"] in (names or {}):
            weights = [arm.get("weight") for arm in arms if reference.kind(arm) == "object" and arm.get("variant") == good["control"]]
            if not any(reference.kind(weight) == "number" and weight > 0 for weight in weights):
                report.add("INVALID_VALUE", (*here, "control"))
        if "alpha" in good:
            scaled = good["alpha"] * 1e6
            if not 1 <= round(scaled) <= 999_999 or abs(scaled - round(scaled)) > 1e-6:
                report.add("INVALID_VALUE", (*here, "alpha"))


def check_alarms(alarms):
    """The first problem of the document's alarms: (code, path)."""
    for name, state in alarms:
        if name in ("", "__proto__") or len(name.encode()) > 256:
            return "INVALID_VALUE", ("alarms", name)
        if reference.kind(state) != "string":
            return "WRONG_TYPE", ("alarms", name)
        if state not in ("alarm", "ok"):
            return "INVALID_VALUE", ("alarms", name)
    return None
