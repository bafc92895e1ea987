"""What a host says beside the snapshot: stored variants, forced ones, rollbacks; and guardrails of the snapshot's own."""

import json

from cases.build import ON_OFF, Decisions, file
from cases.flags import LETTERS, key, when
from cases.refused import case, document
from reference import bucket

HALVES = {"split": [{"variant": "a", "weight": 1}, {"variant": "b", "weight": 1}]}
FROM, UNTIL = 1795507200000, 1795516800000
RAMP = {"kind": "linear", "from": "2026-11-24T08:00:00Z", "until": "2026-11-24T10:40:00Z", "to": 100, "steps": 10, "bakeMinutes": 30}


def stored():
    f = Decisions("Sticky rules: a variant that was stored for the unit comes before the rules.", "stored")
    f.holdout("everyone", 100, flags=["held"])
    sticky = {"id": "halves", "sticky": True, "serve": HALVES}
    f.flag("sticky", **LETTERS, salt="s", rules=[{"id": "plus", "when": when("plan", "plus"), "serve": "c"}, sticky])
    f.flag("plain", **LETTERS, salt="s", rules=[{**sticky, "sticky": False}])
    f.flag("paused", **LETTERS, salt="s", rules=[{**sticky, "storedOnly": True}, {"serve": "c"}])
    f.flag("held", **LETTERS, salt="s", rules=[sticky])
    f.flag("off", **LETTERS, enabled=False, salt="s", rules=[sticky])
    f.flag("listed", **LETTERS, salt="s", rules=[sticky], overrides=[{"ids": ["u-1"], "variant": "c"}])
    f.flag("child", prerequisites=[{"flag": "sticky", "variants": ["d"]}], default="on")
    for unit in ("u-1", "u-2", "u-3", "u-4"):
        own = "a" if bucket("s", None, unit) < 500000 else "b"
        other = "b" if own == "a" else "a"
        f.case(f"nothing stored: {unit}", "sticky", key(unit), own, "SPLIT", "halves")
        for variant in (own, other, "d"):
            said = {"host": {"stored": {"sticky": variant, "plain": variant, "paused": variant}}}
            f.case(f"{variant} stored: {unit}", "sticky", key(unit), variant, "SPLIT", stored=True, **said)
            f.case(f"{variant} stored, before a rule that applies: {unit}", "sticky", {**key(unit), "plan": "plus"}, variant, "SPLIT", stored=True, **said)
            f.case(f"{variant} stored, nothing sticky: {unit}", "plain", key(unit), own, "SPLIT", "halves", **said)
            f.case(f"{variant} stored, nobody new: {unit}", "paused", key(unit), variant, "SPLIT", stored=True, **said)
        gone = {"host": {"stored": {"sticky": "x", "paused": "x"}}}
        f.case(f"a variant that is gone: {unit}", "sticky", key(unit), own, "SPLIT", "halves", **gone)
        f.case(f"nobody new: {unit}", "paused", key(unit), "c", "TARGETING_MATCH", "1", **gone)
    said = {"host": {"stored": {"held": "a", "off": "a", "listed": "a", "sticky": "d"}}}
    would_be = {"variant": "a", "reason": "SPLIT", "stored": True}
    f.case("a holdout comes before", "held", key("u-1"), "d", "HOLDOUT", holdout="everyone", wouldBe=would_be, **said)
    f.case("the kill switch comes before", "off", key("u-1"), "d", "DISABLED", **said)
    f.case("a list comes before", "listed", key("u-1"), "c", "OVERRIDE", **said)
    f.case("no unit is asked for", "sticky", {}, "d", "SPLIT", stored=True, **said)
    f.case("what is stored of a parent counts", "child", key("u-1"), "on", "DEFAULT", **said)
    f.case("… and without it, the rules", "child", key("u-1"), "off", "PREREQUISITE_FAILED")
    return f.build()


def forced():
    f = Decisions("A host serves a variant in place of everything.", "forced")
    f.flag("f", **LETTERS, salt="s", rules=[{"serve": HALVES}], overrides=[{"ids": ["u-1"], "variant": "c"}])
    f.flag("off", **LETTERS, enabled=False)
    f.flag("static", **LETTERS)
    f.flag("child", prerequisites=[{"flag": "static", "variants": ["c"]}], default="on")
    said = {"host": {"forced": {"f": "d", "off": "a", "static": "c", "absent": "a"}}}
    f.case("before a list", "f", key("u-1"), "d", "OVERRIDE", **said)
    f.case("before the kill switch", "off", {}, "a", "OVERRIDE", **said)
    f.case("before what is the same for everyone", "static", {}, "c", "OVERRIDE", **said)
    f.case("for those who need it", "child", {}, "on", "DEFAULT", **said)
    f.case("… and without it", "child", {}, "off", "PREREQUISITE_FAILED")
    f.case("a variant that isn't there", "static", {}, "d", "STATIC", host={"forced": {"static": "x"}})
    f.case("a flag that isn't there", "absent", {}, error="FLAG_NOT_FOUND", **said)
    return f.build()


def guardrails():
    f = Decisions("Guardrails: what is served while an alarm is up, or since a rollback was latched.", "guardrails")
    f.snapshot["alarms"] = {"up": "alarm", "down": "ok"}

    def alarm(name, to):
        return {"alarm": name, "rollbackTo": to}

    f.flag("quiet", **LETTERS, salt="s", guardrails=[alarm("down", "c"), alarm("unknown", "b")], rules=[{"serve": "a"}])
    f.flag("up", **LETTERS, salt="s", guardrails=[alarm("down", "b"), alarm("up", "c")], rules=[{"serve": "a"}])
    f.flag("off", **LETTERS, enabled=False, guardrails=[alarm("up", "c")])
    f.flag("child", prerequisites=[{"flag": "up", "variants": ["c"]}], default="on")
    f.flag("ramp", **LETTERS, salt="r", rules=[{"id": "ramp", "ramp": RAMP, "guardrails": [alarm("up", "c"), alarm("down", "b")], "serve": "a"}])
    exponential = {"kind": "exponential", "from": "2026-11-24T08:00:00Z", "start": 60, "everyMinutes": 10, "to": 100}
    f.flag("exponential", **LETTERS, salt="r", rules=[{"id": "ramp", "ramp": exponential, "guardrails": [alarm("up", "c")], "serve": "a"}])
    stages = {"kind": "stages", "stages": [{"at": "2026-11-24T08:00:00Z", "percent": 50}, {"at": "2026-11-24T09:00:00Z", "percent": 100}]}
    f.flag("stages", **LETTERS, salt="r", rules=[{"id": "ramp", "ramp": stages, "guardrails": [alarm("up", "c")], "serve": "a"}, {"id": "rest", "serve": "b"}])
    watch = {"outcome": "errors", "control": "a", "alpha": 0.05, "rollbackTo": "a"}
    f.flag("watched", **LETTERS, salt="s", rules=[{"id": "halves", "guardrails": [watch, alarm("down", "d")], "serve": HALVES}])
    f.case("none is up", "quiet", {}, "a", "TARGETING_MATCH", "0")
    f.case("one is up", "up", {}, "c", "ROLLED_BACK")
    f.case("the first of those that are", "up", {}, "b", "ROLLED_BACK", host={"rolledBack": {"up": ["down"]}})
    f.case("the kill switch comes before", "off", {}, "d", "DISABLED")
    f.case("a parent that is rolled back", "child", {}, "on", "DEFAULT")
    f.case("latched", "quiet", {}, "c", "ROLLED_BACK", host={"rolledBack": {"quiet": ["down"]}})
    f.case("latched of another flag", "quiet", {}, "a", "TARGETING_MATCH", "0", host={"rolledBack": {"up": ["down"]}})
    f.case("forced comes before", "up", {}, "a", "OVERRIDE", host={"forced": {"up": "a"}})
    place = sorted((bucket("r", "ramp", f"u-{n}"), f"u-{n}") for n in range(40))
    (low, early), (high, late) = place[0], place[-1]
    assert low < 100000 and high >= 900000
    f.case("before the ramp begins", "ramp", key(early), "d", "DEFAULT", now=FROM - 1)
    f.case("whoever the ramp has in is served the fallback", "ramp", key(early), "c", "ROLLED_BACK", "ramp", now=FROM + 960000)
    f.case("whoever it has not isn't", "ramp", key(late), "d", "DEFAULT", now=FROM + 960000)
    f.case("while it is watched", "ramp", key(late), "c", "ROLLED_BACK", "ramp", now=UNTIL + 1800000 - 1)
    f.case("… and no longer", "ramp", key(late), "a", "TARGETING_MATCH", "ramp", now=UNTIL + 1800000)
    f.case("unless it was latched", "ramp", key(late), "c", "ROLLED_BACK", "ramp", now=UNTIL + 1800000, host={"rolledBack": {"ramp": ["up"]}})
    f.case("an exponential ramp while it grows", "exponential", key(early), "c", "ROLLED_BACK", "ramp", now=FROM + 599999)
    f.case("… and when it has come to its end", "exponential", key(early), "a", "TARGETING_MATCH", "ramp", now=FROM + 600000)
    f.case("stages, before the last", "stages", key(early), "c", "ROLLED_BACK", "ramp", now=FROM + 3599999)
    f.case("stages, those who aren't in", "stages", key(late), "b", "TARGETING_MATCH", "rest", now=FROM + 3599999)
    f.case("… and at the last", "stages", key(early), "a", "TARGETING_MATCH", "ramp", now=FROM + 3600000)
    for unit in ("u-1", "u-2"):
        own = "a" if bucket("s", None, unit) < 500000 else "b"
        f.case(f"an outcome that is watched: {unit}", "watched", key(unit), own, "SPLIT", "halves")
        f.case(f"… and has tripped: {unit}", "watched", key(unit), "a", "ROLLED_BACK", "halves", host={"rolledBack": {"watched": ["errors"]}})
        f.case(f"… or its alarm: {unit}", "watched", key(unit), "d", "ROLLED_BACK", "halves", host={"rolledBack": {"watched": ["down"]}})
    return f.build()


def refusals():
    cases = []

    def flag(**fields):
        return json.dumps({**ON_OFF, "salt": "s", "rules": [{"serve": {"split": [{"variant": "on", "weight": 1}, {"variant": "off", "weight": 0}]}, **fields.pop("rule", {})}], **fields})

    def one(name, text, *problems):
        rows = [("flag", "x", code, f"/flags/x{path}") for code, path in problems]
        cases.append(case(name, document([("x", text), ("after", json.dumps(ON_OFF))]), rows))

    alarm, outcome = {"alarm": "a", "rollbackTo": "off"}, {"outcome": "o", "control": "on", "rollbackTo": "off"}
    one("guardrails that are sound", flag(guardrails=[alarm], rule={"guardrails": [alarm, outcome, {**outcome, "alpha": 0.000001}]}))
    one("no guardrail is one", flag(guardrails=[]))
    one("guardrails that are no list", flag(guardrails=alarm), ("WRONG_TYPE", "/guardrails"))
    for name, guardrail, code, path in (
        ("no object", 1, "WRONG_TYPE", ""),
        ("neither alarm nor outcome", {"rollbackTo": "off"}, "MISSING_FIELD", ""),
        ("both", {**outcome, "alarm": "a"}, "INVALID_VALUE", ""),
        ("no fallback", {"alarm": "a"}, "MISSING_FIELD", ""),
        ("an unknown fallback", {**alarm, "rollbackTo": "x"}, "UNKNOWN_VARIANT", "/rollbackTo"),
        ("an alarm without a name", {**alarm, "alarm": ""}, "INVALID_VALUE", "/alarm"),
        ("an alarm that is no text", {**alarm, "alarm": 1}, "WRONG_TYPE", "/alarm"),
        ("an unknown field", {**alarm, "to": 1}, "UNKNOWN_FIELD", "/to"),
        ("an alarm with a control arm", {**alarm, "control": "on"}, "UNKNOWN_FIELD", "/control"),
        ("no control arm", {"outcome": "o", "rollbackTo": "off"}, "MISSING_FIELD", ""),
        ("an unknown control arm", {**outcome, "control": "x"}, "UNKNOWN_VARIANT", "/control"),
        ("a control arm without a weight", {**outcome, "control": "off"}, "INVALID_VALUE", "/control"),
        ("an alpha of 0", {**outcome, "alpha": 0}, "INVALID_VALUE", "/alpha"),
        ("an alpha of 1", {**outcome, "alpha": 1}, "INVALID_VALUE", "/alpha"),
        ("an alpha of seven digits", {**outcome, "alpha": 0.0000015}, "INVALID_VALUE", "/alpha"),
        ("an alpha that is text", {**outcome, "alpha": "0.05"}, "WRONG_TYPE", "/alpha"),
    ):
        one(f"a guardrail: {name}", flag(rule={"guardrails": [guardrail]}), (code, f"/rules/0/guardrails/0{path}"))
    one("an outcome of a flag has no arms", flag(guardrails=[outcome]), ("INVALID_VALUE", "/guardrails/0/control"))
    one("an outcome of a rule without a split", flag(rule={"serve": "on", "guardrails": [outcome]}), ("INVALID_VALUE", "/rules/0/guardrails/0/control"))
    one("16 guardrails", flag(guardrails=[alarm] * 8, rule={"guardrails": [alarm] * 8}))
    one("17 guardrails", flag(guardrails=[alarm] * 8, rule={"guardrails": [alarm] * 9}), ("TOO_MANY", ""))
    one("sticky that is no boolean", flag(rule={"sticky": 1}), ("WRONG_TYPE", "/rules/0/sticky"))
    one("storedOnly that is no boolean", flag(rule={"storedOnly": "yes"}), ("WRONG_TYPE", "/rules/0/storedOnly"))
    both = [{"unit": "a", "sticky": True, "serve": "on"}, {"unit": "b", "serve": "on"}, {"unit": "b", "storedOnly": True, "serve": "on"}]
    one("sticky rules of two units", flag(rules=both), ("INVALID_VALUE", "/rules/2"))
    one("sticky rules of one unit", flag(rules=both[:2], unit="a"))
    return file("Guardrails and sticky rules that are refused.", cases=cases)


def files():
    return {"stored.json": stored(), "forced.json": forced(), "guardrails.json": guardrails(), "refused-host.json": refusals()}
