"""Rules that depend on the instant: ramps, windows, switchbacks, and what is wrong with them."""

import json

from cases.broken_flags import flag, rule, serve
from cases.build import Decisions, file
from cases.refused import among
from reference import bucket

OPEN = ("on", "TARGETING_MATCH", "0")
CLOSED = ("off", "DEFAULT")
IN = ("on", "SPLIT", "0")


def who(low, high):
    """A unit whose bucket for a ramp salted `s` is at least `low` and below `high`."""
    return next(f"u-{n}" for n in range(100_000) if low <= bucket("s", "ramp", f"u-{n}") < high)


def on(day, time="00:00:00", zone="Z"):
    return f"2026-{day}T{time}{zone}"


def ramps():
    f = Decisions("Shares that grow in time, of every kind; `now` is the instant in epoch milliseconds.", "ramps")
    start, end = on("11-24", "08:00:00"), on("11-24", "18:00:00")
    one = {"linear": {"kind": "linear", "from": start, "until": end, "to": 100, "steps": 5, "bakeMinutes": 60}}
    one["one step"] = {"kind": "linear", "from": start, "until": end, "to": 50, "steps": 1}
    one["fine"] = {"kind": "linear", "from": start, "until": end, "to": 0.0003, "steps": 1_000_000}
    one["milliseconds"] = {"kind": "linear", "from": -5, "until": 5.9, "to": 100, "steps": 3}
    one["exponential"] = {"kind": "exponential", "from": start, "start": 1, "everyMinutes": 60, "to": 100}
    one["exponential to 5"] = {"kind": "exponential", "from": start, "start": 2, "everyMinutes": 1, "to": 5}
    one["at once"] = {"kind": "exponential", "from": start, "start": 40, "everyMinutes": 1, "to": 40}
    steps = [(start, 10), (1795510800000, 10), (on("11-24", "11:30:00", "+01:00"), 100)]
    one["stages"] = {"kind": "stages", "stages": [{"at": at, "percent": percent} for at, percent in steps]}
    one["none"] = {"kind": "stages", "stages": [{"at": start, "percent": 0}]}
    for name, ramp in one.items():
        f.flag(name, salt="s", rules=[{"ramp": ramp, "serve": "on"}])

    def row(name, now, percent):
        """Who is just inside the percentage, who is just outside; at 0 and at 100 nobody needs a unit."""
        share = round(percent * 10_000)
        if share in (0, 1_000_000):
            f.case(f"{name} at {now}: {percent} %", name, {}, *(OPEN if share else CLOSED), now=now)
            return
        unit = who(max(share - 20_000, 0), share)
        f.case(f"{name} at {now}: {percent} %, inside", name, {"targetingKey": unit}, *IN, now=now)
        unit = who(share, share + 20_000)
        f.case(f"{name} at {now}: {percent} %, outside", name, {"targetingKey": unit}, *CLOSED, now=now)

    for time, percent in [("07:59:59.999", 0), ("08:00:00", 0), ("09:59:59.999", 0), ("10:00:00", 20), ("11:59:59", 20), ("12:00:00", 40), ("17:59:59.999", 80), ("18:00:00", 100), ("23:59:59", 100)]:
        row("linear", on("11-24", time), percent)
    for time, percent in [("17:59:59.999", 0), ("18:00:00", 50)]:
        row("one step", on("11-24", time), percent)
    for now, percent in [(-6, 0), (-2, 0), (-1, 33.3333), (1, 33.3333), (2, 66.6666), (4, 66.6666), (5, 100)]:
        row("milliseconds", now, percent)
    for hour in range(8):
        row("exponential", on("11-24", f"{8 + hour:02}:00:00"), min(2**hour, 100))
        row("exponential", on("11-24", f"{7 + hour:02}:59:59.999"), 2**hour // 2)
    row("exponential", on("12-24", "08:00:00"), 100)
    row("exponential", 8_640_000_000_000_000, 100)
    for time, percent in [("07:59:00", 0), ("08:00:00", 2), ("08:00:59", 2), ("08:01:00", 4), ("08:02:00", 5), ("09:00:00", 5)]:
        row("exponential to 5", on("11-24", time), percent)
    for time, percent in [("07:59:59.999", 0), ("08:00:00", 40), ("20:00:00", 40)]:
        row("at once", on("11-24", time), percent)
    for time, percent in [("07:59:59", 0), ("08:00:00", 10), ("09:00:00", 10), ("10:29:59.999", 10), ("10:30:00", 100)]:
        row("stages", on("11-24", time), percent)
    row("none", on("11-25"), 0)
    few = {"targetingKey": who(0, 1_000)}
    f.case("fine: nearly nobody", "fine", few, *CLOSED, now=on("11-25"))

    f.flag("same hash", salt="s", rules=[{"ramp": one["one step"], "serve": "on"}, {"percent": 50, "serve": "on"}])
    for low, high, answer in [(480_000, 500_000, IN), (500_000, 520_000, CLOSED)]:
        unit = {"targetingKey": who(low, high)}
        f.case(f"a ramp at 50 has whom a percentage of 50 has: {low}", "same hash", unit, *answer, now=on("12-01"))
    f.flag("unit", salt="s", unit="user.id", rules=[{"ramp": one["linear"], "serve": "on"}])
    half = on("11-24", "13:00:00")
    f.case("a ramp between needs its unit", "unit", {"targetingKey": "u-1"}, error="TARGETING_KEY_MISSING", now=half)
    f.case("a ramp at 0 doesn't", "unit", {}, *CLOSED, now=on("11-24"))
    f.case("a ramp at 100 doesn't", "unit", {}, *OPEN, now=on("11-25"))
    f.case("a unit that can't be one", "unit", {"user": {"id": []}}, error="INVALID_CONTEXT", now=half)
    f.flag("next", salt="s", rules=[{"ramp": one["linear"], "serve": "on"}, {"id": "rest", "serve": "off"}])
    f.case("whom a ramp leaves out tries the next rule", "next", {"targetingKey": who(900_000, 1_000_000)}, "off", "TARGETING_MATCH", "rest", now=half)
    f.flag("condition", salt="s", rules=[{"when": {"attr": "a", "op": "eq", "value": 1}, "ramp": one["linear"], "serve": "on"}])
    f.case("a condition comes before a ramp", "condition", {"a": 2}, *CLOSED, now=half)
    f.case("both hold", "condition", {"a": 1, "targetingKey": who(0, 100_000)}, *IN, now=half)
    split = {"split": [{"variant": "on", "weight": 1}, {"variant": "off", "weight": 1}]}
    f.flag("split", salt="s", rules=[{"ramp": one["linear"], "serve": split}])
    early, late = on("11-24", "10:00:00"), on("11-25")
    unit = who(0, 200_000)
    arm = "on" if bucket("s", None, unit) < 500_000 else "off"
    for now in (early, half, late):
        f.case(f"a ramp reshuffles no split: {now}", "split", {"targetingKey": unit}, arm, "SPLIT", "0", now=now)
    f.flag("static", salt="s", rules=[{"percent": 0, "window": {"from": start}, "serve": "off"}, {"serve": "on"}])
    f.case("a rule at 0 % with a window makes nothing depend on time", "static", {}, "on", "STATIC", "1", now=half)
    f.flag("not static", salt="s", rules=[{"ramp": {"kind": "stages", "stages": [{"at": 0, "percent": 100}]}, "serve": "on"}])
    f.case("a rule with a ramp is never static", "not static", {}, *OPEN, now=half)
    f.flag("off", enabled=False, salt="s", rules=[{"ramp": one["linear"], "serve": "on"}])
    f.case("a disabled flag stays disabled", "off", {}, "off", "DISABLED", now=late)
    f.flag("child", prerequisites=[{"flag": "linear", "variants": ["on"]}], default="on")
    f.case("a prerequisite in time: not yet", "child", {}, "off", "PREREQUISITE_FAILED", now=start)
    f.case("a prerequisite in time: met", "child", {}, "on", "DEFAULT", now=late)
    f.case("no instant is 1970", "linear", {}, *CLOSED)
    return f.build()


def windows():
    f = Decisions("Windows of time in which a rule applies, and their recurrence; `now` is the instant in epoch milliseconds.", "windows")

    def window(name, window, opens=(), closes=()):
        f.flag(name, rules=[{"window": window, "serve": "on"}])
        for instants, answer in ((opens, OPEN), (closes, CLOSED)):
            for now in instants:
                f.case(f"{name}: {'open' if answer is OPEN else 'closed'} at {now}", name, {}, *answer, now=now)

    nine, five = on("11-24", "09:00:00"), on("11-24", "17:00:00")
    window("once", {"from": nine, "until": five}, [nine, on("11-24", "16:59:59.999")], [on("11-24", "08:59:59.999"), five, on("11-25", "12:00:00")])
    window("from", {"from": nine}, [nine, 8_640_000_000_000_000], [on("11-24", "08:59:59.999"), -8_640_000_000_000_000])
    window("until", {"until": five}, [-8_640_000_000_000_000, on("11-24", "16:59:59.999")], [five, 8_640_000_000_000_000])
    window("in milliseconds", {"from": 0, "until": 1000.7}, [0, 999], [-1, 1000])
    window("a list", [{"from": nine, "until": five}, {"from": on("11-26"), "until": on("11-27")}, {"until": on("01-01")}], [nine, on("11-26"), on("11-26", "23:59:59"), 0], [five, on("11-25"), on("11-27"), on("01-01")])
    window("a list that touches", [{"from": nine, "until": five}, {"from": five, "until": on("11-25")}], [on("11-24", "16:59:59.999"), five], [on("11-25")])

    def daily(name, opens, closes, first=nine, last=five, **repeat):
        window(name, {"from": first, "until": last, "repeat": {"every": "day", **repeat}}, opens, closes)

    daily("every day", [nine, on("11-25", "09:00:00"), on("12-31", "16:59:59.999"), "2050-02-28T12:00:00Z", "2999-12-31T12:00:00Z"], [on("11-23", "12:00:00"), on("11-25", "08:59:59.999"), on("11-25", "17:00:00"), "2050-02-28T17:00:00Z"])
    daily("every third day", [nine, on("11-27", "09:00:00"), on("11-30", "10:00:00")], [on("11-25", "10:00:00"), on("11-26", "10:00:00"), on("11-28", "10:00:00")], interval=3)
    daily("all day", [nine, on("11-25", "08:59:59.999"), on("11-25", "09:00:00"), on("11-26", "00:00:00")], [on("11-24", "08:59:59.999")], last=on("11-25", "09:00:00"))
    daily("two days of three", [nine, on("11-25"), on("11-26", "08:59:59.999"), on("11-27", "09:00:00")], [on("11-26", "09:00:00"), on("11-27", "08:59:59.999")], last=on("11-26", "09:00:00"), interval=3)
    daily("every thousandth day", ["2029-08-20T12:00:00Z"], ["2029-08-19T12:00:00Z", "2029-08-21T12:00:00Z", "2026-11-25T12:00:00Z"], interval=1000)
    daily("to an end", [on("11-26", "09:00:00"), on("11-26", "16:59:59.999")], [on("11-27", "09:00:00")], until=on("11-26", "12:00:00"))
    daily("to an end, to the millisecond", [on("11-26", "12:00:00")], [on("11-27", "12:00:00")], until=on("11-26", "09:00:00"))
    daily("a millisecond before", [on("11-25", "12:00:00")], [on("11-26", "12:00:00")], until=on("11-26", "08:59:59.999"))
    daily("past midnight after the end", [on("11-26", "22:00:00"), on("11-27", "05:59:59")], [on("11-27", "06:00:00"), on("11-27", "22:00:00")], first=on("11-24", "22:00:00"), last=on("11-25", "06:00:00"), until=on("11-26", "23:00:00"))
    daily("three times", [nine, on("11-26", "12:00:00")], [on("11-27", "12:00:00")], times=3)
    daily("three times, every other day", [on("11-26", "12:00:00"), on("11-28", "12:00:00")], [on("11-25", "12:00:00"), on("11-30", "12:00:00")], times=3, interval=2)
    daily("the end is the first day", [nine], [on("11-25", "12:00:00")], until=nine)

    # 2026-11-24 is a Tuesday.
    def weekly(name, opens, closes, days, first=nine, last=five, **repeat):
        window(name, {"from": first, "until": last, "repeat": {"every": "week", "days": days, **repeat}}, opens, closes)

    noon = "12:00:00"
    weekly("tuesdays", [on("11-24", noon), on("12-01", noon), "2040-11-27T12:00:00Z"], [on("11-17", noon), on("11-25", noon), on("11-30", noon), on("12-02", noon)], ["tuesday"])
    weekly("tuesdays and fridays", [on("11-24", noon), on("11-27", noon), on("12-01", noon), on("12-04", noon)], [on("11-25", noon), on("11-28", noon), on("11-30", noon), on("11-20", noon)], ["friday", "tuesday"])
    weekly("every other week", [on("11-24", noon), on("11-29", noon), on("12-08", noon), on("12-13", noon)], [on("12-01", noon), on("12-06", noon), on("11-22", noon)], ["tuesday", "sunday"], interval=2)
    weekly("every other week, from sunday", [on("11-24", noon), on("12-06", noon), on("12-08", noon)], [on("11-29", noon), on("12-01", noon), on("12-13", noon)], ["tuesday", "sunday"], interval=2, weekStarts="sunday")
    weekly("every other week, from tuesday", [on("11-24", noon), on("11-30", noon), on("12-08", noon), on("12-14", noon)], [on("11-23", noon), on("12-01", noon), on("12-07", noon)], ["tuesday", "monday"], interval=2, weekStarts="tuesday")
    weekly("every other week, from wednesday", [on("11-24", noon), on("12-02", noon), on("12-08", noon)], [on("11-25", noon), on("12-01", noon), on("12-09", noon)], ["tuesday", "wednesday"], interval=2, weekStarts="wednesday")
    weekly("every day of the week", [on(f"11-{day}", noon) for day in range(24, 31)], [on("11-23", noon), on("11-25", "08:00:00")], ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"])
    weekly("every fourth week", [on("12-22", noon)], [on("12-01", noon), on("12-08", noon), on("12-15", noon)], ["tuesday"], interval=4)
    weekly("a weekend in one", [on("11-27", "18:00:00"), on("11-29", noon), on("11-30", "05:59:59"), on("12-04", "18:00:00")], [on("11-30", "06:00:00"), on("12-04", "17:59:59")], ["friday"], first=on("11-27", "18:00:00"), last=on("11-30", "06:00:00"))
    weekly("a whole week", [on("11-24", "09:00:00"), on("12-01", "08:59:59.999"), on("12-01", "09:00:00"), "2030-01-01T00:00:00Z"], [on("11-24", "08:59:59.999")], ["tuesday"], last=on("12-01", "09:00:00"))
    weekly("five times from the middle of a week", [on("11-27", noon), on("11-30", noon), on("12-01", noon), on("12-04", noon)], [on("12-07", noon), on("12-08", noon)], ["monday", "tuesday", "friday"], times=5)
    weekly("four times every other week", [on("11-24", noon), on("11-27", noon), on("12-07", noon), on("12-08", noon)], [on("12-11", noon), on("11-30", noon), on("12-21", noon)], ["monday", "tuesday", "friday"], times=4, interval=2)
    weekly("to an end in a week", [on("12-01", noon)], [on("12-04", noon)], ["tuesday", "friday"], until=on("12-03"))
    weekly("before 1970", ["1969-12-30T12:00:00Z", "1970-01-06T12:00:00Z"], ["1969-12-31T12:00:00Z", "1970-01-01T12:00:00Z"], ["tuesday"], first="1969-12-23T09:00:00Z", last="1969-12-23T17:00:00Z")

    # Monday in Shanghai, where it is still Sunday by UTC; Monday in New York, where it is already Tuesday.
    weekly("mondays in shanghai", [on("11-22", "17:00:00"), on("11-29", "16:30:00"), on("11-30", "01:00:00", "+08:00")], [on("11-23", "17:00:00"), on("11-29", "16:29:59"), on("11-24", "01:00:00", "+08:00")], ["monday"], first=on("11-23", "00:30:00", "+08:00"), last=on("11-23", "02:00:00", "+08:00"))
    weekly("mondays in new york", [on("11-24", "03:30:00"), on("11-30", "22:30:00", "-05:00")], [on("11-23", "03:30:00"), on("11-24", "22:30:00", "-05:00")], ["monday"], first=on("11-23", "22:00:00", "-05:00"), last=on("11-23", "23:00:00", "-05:00"))
    weekly("ends elsewhere", [on("11-24", "08:00:00"), on("12-01", "08:00:00")], [on("11-24", "09:00:00")], ["tuesday"], first=on("11-24", "08:00:00"), last=on("11-24", "11:00:00", "+02:00"))
    winter = {"from": on("11-24", "09:00:00", "+01:00"), "until": on("11-24", "17:00:00", "+01:00"), "repeat": {"every": "day", "until": "2027-03-28T00:00:00Z"}}
    summer = {"from": "2027-03-28T09:00:00+02:00", "until": "2027-03-28T17:00:00+02:00", "repeat": {"every": "day", "until": "2027-10-31T00:00:00Z"}}
    window("office hours in berlin, expanded", [winter, summer], ["2027-03-27T09:00:00+01:00", "2027-03-28T09:00:00+02:00", "2027-07-01T07:00:00Z"], ["2027-03-27T08:00:00+01:00", "2027-07-01T06:59:59Z", "2027-07-01T15:00:00Z", "2027-10-31T10:00:00+01:00"])

    f.flag("order", salt="s", rules=[{"window": {"from": nine, "until": five}, "percent": 50, "serve": "on"}, {"id": "rest", "window": {"from": five}, "serve": "on"}])
    f.case("a closed window asks for no unit", "order", {}, *CLOSED, now=on("11-24"))
    f.case("an open one with a percentage does", "order", {}, error="TARGETING_KEY_MISSING", now=nine)
    f.case("then the percentage decides", "order", {"targetingKey": who(0, 500_000)}, *IN, now=nine)
    f.case("the next rule's window", "order", {}, "on", "TARGETING_MATCH", "rest", now=five)
    f.flag("never static", rules=[{"window": {"until": 8_640_000_000_000_000}, "serve": "on"}])
    f.case("a rule with a window is never static", "never static", {}, *OPEN, now=nine)
    f.flag("behind", rules=[{"serve": "on"}, {"window": {"from": nine}, "serve": "off"}])
    f.case("what is never reached makes nothing depend on time", "behind", {}, "on", "STATIC", "0", now=nine)
    f.flag("override", overrides=[{"ids": ["u-1"], "variant": "on"}], rules=[{"window": {"from": nine}, "serve": "off"}])
    f.case("an override comes before", "override", {"targetingKey": "u-1"}, "on", "OVERRIDE", now=nine)
    return f.build()


def switchback():
    f = Decisions("Everybody gets one variant for a slot of time; `now` is the instant in epoch milliseconds.", "switchback")
    letters = {"type": "string", "variants": {one: one.upper() for one in "abc"}, "off": "c", "default": "c"}

    def entries(**weights):
        return [{"variant": variant, "weight": weight} for variant, weight in weights.items()]

    def served(salt, slot, ends):
        place = bucket(salt, "slot", str(slot))
        return next(variant for variant, end in ends if place < end)

    half = [("a", 500_000), ("b", 1_000_000)]
    f.flag("hourly", **letters, salt="s", rules=[{"serve": {"switchback": entries(a=1, b=1), "slotMinutes": 60}}])
    first = 498_752  # 2026-11-24T08:00:00Z in hours
    for slot in [*range(first, first + 8), 0, 1, -1, -2, 2_399_999_999]:
        for at, moment in ((0, "begins"), (3_599_999, "ends")):
            f.case(f"slot {slot} {moment}", "hourly", {}, served("s", slot, half), "SPLIT", "0", now=slot * 3_600_000 + at)
    f.case("the same for everybody", "hourly", {"targetingKey": "u-7", "a": 1}, served("s", first, half), "SPLIT", "0", now=first * 3_600_000)
    f.flag("three arms", **letters, salt="other", rules=[{"serve": {"switchback": entries(a=1, b=0, c=3), "slotMinutes": 1}}])
    quarter = [("a", 250_000), ("b", 250_000), ("c", 1_000_000)]
    for slot in range(29_925_120, 29_925_126):
        f.case(f"three arms, slot {slot}", "three arms", {}, served("other", slot, quarter), "SPLIT", "0", now=slot * 60_000)
    f.flag("ten years", **letters, salt="s", rules=[{"serve": {"switchback": entries(a=1, b=1), "slotMinutes": 5_256_000}}])
    f.case("a slot of ten years", "ten years", {}, served("s", 5, half), "SPLIT", "0", now="2026-11-24T08:00:00Z")
    f.flag("one arm", **letters, rules=[{"serve": {"switchback": entries(a=0, b=2), "slotMinutes": 60}}])
    f.case("one arm hashes nothing, whatever the time", "one arm", {}, "b", "STATIC", "0", now=5)
    f.flag("some", **letters, salt="s", unit="shop.id", rules=[{"percent": 50, "serve": {"switchback": entries(a=1, b=1), "slotMinutes": 60}}])
    f.case("a percentage asks for its unit", "some", {}, error="TARGETING_KEY_MISSING", now=0)
    f.case("whom it takes in gets the slot's", "some", {"shop": {"id": who(0, 500_000)}}, served("s", first, half), "SPLIT", "0", now=first * 3_600_000)
    f.case("whom it leaves out doesn't", "some", {"shop": {"id": who(500_000, 1_000_000)}}, "c", "DEFAULT", now=first * 3_600_000)
    f.flag("in a window", **letters, salt="s", rules=[{"window": {"from": 0}, "serve": {"switchback": entries(a=1, b=1), "slotMinutes": 60}}])
    f.case("before its window", "in a window", {}, "c", "DEFAULT", now=-1)
    f.case("in its window", "in a window", {}, served("s", 0, half), "SPLIT", "0", now=0)
    f.flag("own salt", **letters, salt="s", rules=[{"salt": "t", "serve": {"switchback": entries(a=1, b=1), "slotMinutes": 60}}])
    f.case("a rule's own salt", "own salt", {}, served("t", first, half), "SPLIT", "0", now=first * 3_600_000)
    return f.build()


LINEAR = {"kind": "linear", "from": "2026-11-24T08:00:00Z", "until": "2026-11-26T08:00:00Z", "to": 100, "steps": 20}
DOUBLING = {"kind": "exponential", "from": "2026-11-24T08:00:00Z", "start": 1, "everyMinutes": 60, "to": 100}
DAILY = {"from": "2026-11-24T08:00:00Z", "until": "2026-11-24T18:00:00Z", "repeat": {"every": "day"}}
WEEKLY = {**DAILY, "repeat": {"every": "week", "days": ["tuesday", "friday"]}}


def refused():
    cases = []

    def some(name, base, place, wrap, *faults):
        """Each fault is (fields to change, None removes; code; where)."""
        for change, code, where in faults:
            made = {field: value for field, value in {**base, **change}.items() if value is not None}
            cases.append(among(f"{name}: {json.dumps(change)[:150]}", wrap(made), (code, f"/rules/0/{place}{where}")))

    def ramp(node):
        return rule(ramp=node)

    def window(node):
        return rule(window=node)

    def stages(*rows):
        return {"kind": "stages", "stages": [dict(zip(("at", "percent"), row, strict=False)) for row in rows]}

    bad, absent, kinds, unknown, many = "INVALID_VALUE", "MISSING_FIELD", "WRONG_TYPE", "UNKNOWN_FIELD", "TOO_MANY"
    some(
        "linear", LINEAR, "ramp", ramp,
        ({"kind": None}, absent, ""), ({"kind": 5}, kinds, "/kind"), ({"kind": "lineer"}, bad, "/kind"),
        ({"from": None}, absent, ""), ({"until": None}, absent, ""), ({"to": None}, absent, ""), ({"steps": None}, absent, ""),
        ({"from": "2026-11-24"}, bad, "/from"), ({"from": True}, kinds, "/from"), ({"until": 8.7e15}, bad, "/until"), ({"until": "2026-02-30T00:00:00Z"}, bad, "/until"),
        ({"until": LINEAR["from"]}, bad, "/until"), ({"until": "2026-11-24T07:59:59Z"}, bad, "/until"), ({"until": "2126-11-25T08:00:00.001Z"}, bad, "/until"),
        ({"steps": 0}, bad, "/steps"), ({"steps": 1.5}, bad, "/steps"), ({"steps": -1}, bad, "/steps"), ({"steps": 1000001}, bad, "/steps"), ({"steps": "20"}, kinds, "/steps"),
        ({"to": 100.1}, bad, "/to"), ({"to": -1}, bad, "/to"), ({"to": 33.33333}, bad, "/to"), ({"to": "100"}, kinds, "/to"),
        ({"bakeMinutes": -1}, bad, "/bakeMinutes"), ({"bakeMinutes": 0.5}, bad, "/bakeMinutes"), ({"bakeMinutes": 5256001}, bad, "/bakeMinutes"), ({"bakeMinutes": "1"}, kinds, "/bakeMinutes"),
        ({"start": 1}, unknown, "/start"), ({"stages": []}, unknown, "/stages"), ({"Steps": 1}, unknown, "/Steps"),
    )  # fmt: skip
    some(
        "exponential", DOUBLING, "ramp", ramp,
        ({"start": 0}, bad, "/start"), ({"start": 101}, bad, "/start"), ({"to": 0.5}, bad, "/start"), ({"to": 0}, bad, "/start"), ({"start": None}, absent, ""),
        ({"everyMinutes": 0}, bad, "/everyMinutes"), ({"everyMinutes": 1.5}, bad, "/everyMinutes"), ({"everyMinutes": 5256001}, bad, "/everyMinutes"), ({"everyMinutes": None}, absent, ""),
        ({"until": LINEAR["until"]}, unknown, "/until"), ({"steps": 5}, unknown, "/steps"), ({"from": "soon"}, bad, "/from"),
    )  # fmt: skip
    at, later = "2026-11-24T08:00:00Z", "2026-11-25T08:00:00Z"
    for name, node, code, where in [
        ("no stage", stages(), bad, "/stages"),
        ("no stages", {"kind": "stages"}, absent, ""),
        ("stages that are none", {"kind": "stages", "stages": {}}, kinds, "/stages"),
        ("256 stages", stages(*[(number, 5) for number in range(256)]), many, "/stages"),
        ("a stage that is none", {"kind": "stages", "stages": [5]}, kinds, "/stages/0"),
        ("a stage without a percentage", stages((at,)), absent, "/stages/0"),
        ("a stage at no date", stages(("later", 5)), bad, "/stages/0/at"),
        ("two stages at once", stages((at, 5), ("2026-11-24T09:00:00+01:00", 10)), bad, "/stages/1/at"),
        ("a stage before the one before", stages((later, 5), (at, 10)), bad, "/stages/1/at"),
        ("a falling percentage", stages((at, 50), (later, 49.9999)), bad, "/stages/1/percent"),
        ("a stage above 100", stages((at, 5), (later, 101)), bad, "/stages/1/percent"),
        ("a stage with a typo", {"kind": "stages", "stages": [{"at": at, "percent": 5, "precent": 5}]}, unknown, "/stages/0/precent"),
        ("a linear field beside stages", {**stages((at, 5)), "to": 5}, unknown, "/to"),
    ]:
        cases.append(among(name, ramp(node), (code, f"/rules/0/ramp{where}")))
    cases.append(among("a ramp that is no object", ramp(5), (kinds, "/rules/0/ramp")))
    cases.append(among("a percentage and a ramp", rule(percent=5, ramp=LINEAR), (bad, "/rules/0/ramp")))
    cases.append(among("a ramp without a salt", flag(rules=[{"ramp": LINEAR, "serve": "on"}]), ("MISSING_SALT", "/rules/0")))

    once = {"from": at, "until": later}
    some(
        "window", once, "window", window,
        ({"from": None, "until": None}, absent, ""), ({"until": at}, bad, "/until"), ({"until": "2026-11-24T07:00:00Z"}, bad, "/until"),
        ({"from": "yesterday"}, bad, "/from"), ({"from": [at]}, kinds, "/from"), ({"until": False}, kinds, "/until"), ({"till": later}, unknown, "/till"), ({"repeat": "day"}, kinds, "/repeat"),
    )  # fmt: skip
    some(
        "repeat", DAILY, "window", window,
        ({"from": None}, absent, ""), ({"until": None}, absent, ""), ({"until": "2026-11-25T08:00:00.001Z"}, bad, "/until"),
        ({"repeat": {}}, absent, "/repeat"), ({"repeat": {"every": "month"}}, bad, "/repeat/every"), ({"repeat": {"every": 1}}, kinds, "/repeat/every"),
        ({"repeat": {"every": "day", "days": ["monday"]}}, unknown, "/repeat/days"), ({"repeat": {"every": "day", "weekStarts": "monday"}}, unknown, "/repeat/weekStarts"),
        *[({"repeat": {"every": "day", "interval": value}}, bad, "/repeat/interval") for value in (0, -1, 1.5, 1001)],
        ({"repeat": {"every": "day", "interval": "1"}}, kinds, "/repeat/interval"),
        *[({"repeat": {"every": "day", "times": value}}, bad, "/repeat/times") for value in (0, 2.5, 1_000_001)],
        ({"repeat": {"every": "day", "times": 5, "until": later}}, bad, "/repeat/times"),
        ({"repeat": {"every": "day", "until": "2026-11-24T07:59:59Z"}}, bad, "/repeat/until"), ({"repeat": {"every": "day", "until": "never"}}, bad, "/repeat/until"),
    )  # fmt: skip
    week = {"every": "week", "days": ["tuesday"]}
    some(
        "weekly", WEEKLY, "window", window,
        ({"repeat": {"every": "week"}}, absent, "/repeat"), ({"repeat": {**week, "days": []}}, bad, "/repeat/days"), ({"repeat": {**week, "days": "tuesday"}}, kinds, "/repeat/days"),
        ({"repeat": {**week, "days": ["tuesday", "tusday"]}}, bad, "/repeat/days/1"), ({"repeat": {**week, "days": ["tuesday", "Monday"]}}, bad, "/repeat/days/1"), ({"repeat": {**week, "days": [2]}}, kinds, "/repeat/days/0"),
        ({"repeat": {**week, "days": ["tuesday", "friday", "tuesday"]}}, bad, "/repeat/days/2"), ({"repeat": {**week, "days": ["friday"]}}, bad, "/repeat/days"),
        ({"repeat": {**week, "weekStarts": "someday"}}, bad, "/repeat/weekStarts"), ({"repeat": {**week, "weekStarts": 1}}, kinds, "/repeat/weekStarts"),
        ({"from": "2026-11-24T00:30:00+01:00", "until": "2026-11-24T01:00:00+01:00", "repeat": {**week, "days": ["monday"]}}, bad, "/repeat/days"),
        ({"until": "2026-11-27T08:00:00.001Z"}, bad, "/until"), ({"until": "2026-12-01T08:00:00.001Z", "repeat": week}, bad, "/until"),
        ({"from": "2026-11-23T08:00:00Z", "until": "2026-11-24T08:00:00.001Z", "repeat": {**week, "days": ["monday", "sunday"]}}, bad, "/until"),
    )  # fmt: skip
    for name, node, code, where in [
        ("no window", [], bad, ""),
        ("256 windows", [once] * 256, many, ""),
        ("a window in a list", [once, {"from": later, "until": at}], bad, "/1/until"),
        ("a window that is none", [once, "now"], kinds, "/1"),
    ]:
        cases.append(among(name, window(node), (code, f"/rules/0/window{where}")))
    cases.append(among("a window that is a string", window("now"), (kinds, "/rules/0/window")))

    both = [{"variant": "on", "weight": 1}, {"variant": "off", "weight": 1}]
    for name, node, code, where in [
        ("no minutes", {"switchback": both}, absent, ""),
        ("0 minutes", {"switchback": both, "slotMinutes": 0}, bad, "/slotMinutes"),
        ("half a minute", {"switchback": both, "slotMinutes": 0.5}, bad, "/slotMinutes"),
        ("too many minutes", {"switchback": both, "slotMinutes": 5256001}, bad, "/slotMinutes"),
        ("minutes as text", {"switchback": both, "slotMinutes": "60"}, kinds, "/slotMinutes"),
        ("minutes beside a split", {"split": both, "slotMinutes": 60}, unknown, "/slotMinutes"),
        ("a split as well", {"switchback": both, "split": both, "slotMinutes": 60}, bad, ""),
        ("no entries", {"switchback": [], "slotMinutes": 60}, bad, "/switchback"),
        ("an unknown variant", {"switchback": [{"variant": "maybe", "weight": 1}], "slotMinutes": 60}, "UNKNOWN_VARIANT", "/switchback/0/variant"),
        ("a broken weight", {"switchback": [{"variant": "on", "weight": -1}], "slotMinutes": 60}, bad, "/switchback/0/weight"),
        ("weights of 0", {"switchback": [{"variant": "on", "weight": 0}], "slotMinutes": 60}, bad, "/switchback"),
        ("256 entries", {"switchback": both * 128, "slotMinutes": 60}, many, "/switchback"),
    ]:
        cases.append(among(f"switchback: {name}", serve(node), (code, f"/rules/0/serve{where}")))
    lone = flag(rules=[{"serve": {"switchback": both, "slotMinutes": 60}}])
    cases.append(among("switchback: no salt", lone, ("MISSING_SALT", "/rules/0")))

    edges = {
        "a ramp of a hundred years": rule(ramp={**LINEAR, "until": "2126-11-25T08:00:00Z", "steps": 1_000_000}),
        "255 stages": rule(ramp=stages(*[(number, 5) for number in range(255)])),
        "255 windows": rule(window=[once] * 255),
        "occurrences that touch": rule(window={**WEEKLY, "until": "2026-11-27T08:00:00Z"}),
        "occurrences that touch around the week": rule(window={**WEEKLY, "until": "2026-12-01T08:00:00Z", "repeat": week}),
        "overlaps that a later start of the week avoids": rule(window={"from": "2026-11-23T08:00:00Z", "until": "2026-11-25T08:00:00Z", "repeat": {**week, "days": ["monday", "sunday"], "interval": 2, "weekStarts": "monday"}}),
        "percentages of 0": rule(ramp={**LINEAR, "to": 0}),
        "the most of everything": rule(window={**DAILY, "repeat": {"every": "day", "interval": 1000, "times": 1_000_000}}),
    }  # fmt: skip
    cases += [among(f"not refused: {name}", text) for name, text in edges.items()]
    about = "Ramps, windows and switchbacks that are refused, one fault each, and some that only look as if they should be. `flags` counts those that serve."
    return file(about, cases=cases)


def files():
    return {"ramps.json": ramps(), "windows.json": windows(), "switchback.json": switchback(), "refused-time.json": refused()}
