"""What depends on the instant, by docs/SPEC.md: ramps, windows, switchbacks. Days are counted one by one."""

from fractions import Fraction
from math import floor

from reference_values import DATE_TIME
from reference_values import date as read

DAY = 86_400_000
MINUTE = 60_000
DAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]


def date(value):
    """The milliseconds of a readable date, as an integer however it was written."""
    return int(read(value))


def ramp_share(ramp, now, ppm):
    """How many millionths of the units are in; `ppm` makes millionths of a percentage."""
    if ramp["kind"] == "stages":
        begun = [0] + [ppm(one["percent"]) for one in ramp["stages"] if date(one["at"]) <= now]
        return begun[-1]
    start, to = date(ramp["from"]), ppm(ramp["to"])
    if now < start:
        return 0
    if ramp["kind"] == "exponential":
        return min(to, ppm(ramp["start"]) * 2 ** min((now - start) // (ramp["everyMinutes"] * MINUTE), 60))
    done = min(Fraction(now - start, date(ramp["until"]) - start), 1)
    return floor(to * Fraction(floor(done * ramp["steps"]), ramp["steps"]))


def offset(text):
    """Milliseconds east of UTC."""
    match = DATE_TIME.fullmatch(text) if isinstance(text, str) else None
    if not match or not match[8]:
        return 0
    return (int(match[9]) * 60 + int(match[10])) * MINUTE * (-1 if match[8] == "-" else 1)


def local_day(text):
    """The day of an instant where it was written, counted from 1970, and the day of the week, counted from Monday."""
    day = (date(text) + offset(text)) // DAY
    return day, (day + 3) % 7


def recurs_on(day, window):
    """Whether the window's pattern has this day, counted from 1970."""
    repeat = window["repeat"]
    first, weekday = local_day(window["from"])
    interval = repeat.get("interval", 1)
    if repeat["every"] == "day":
        return (day - first) % interval == 0
    week = first
    while (week + 3) % 7 != DAYS.index(repeat.get("weekStarts", "monday")):
        week -= 1
    return DAYS[(day + 3) % 7] in repeat["days"] and (day - week) // 7 % interval == 0


def begins(window, limit):
    """When occurrences begin, up to an instant and however many are asked for."""
    start, repeat = date(window["from"]), window["repeat"]
    first, _ = local_day(window["from"])
    last = date(repeat["until"]) if "until" in repeat else None
    found, day = 0, first
    while start + (day - first) * DAY <= limit:
        begin = start + (day - first) * DAY
        if recurs_on(day, window):
            if (last is not None and begin > last) or found == repeat.get("times"):
                return
            found += 1
            yield begin
        day += 1


def is_open(window, now):
    start = date(window["from"]) if "from" in window else None
    end = date(window["until"]) if "until" in window else None
    if "repeat" not in window:
        return (start is None or start <= now) and (end is None or now < end)
    return any(begin <= now < begin + end - start for begin in begins(window, now))


def any_open(windows, now):
    return any(is_open(one, now) for one in (windows if isinstance(windows, list) else [windows]))


def overlaps(window):
    """Whether an occurrence is longer than the way to the next, over two turns of the pattern without its end."""
    start, repeat = date(window["from"]), window["repeat"]
    endless = {**window, "repeat": {name: repeat[name] for name in repeat if name not in ("until", "times")}}
    turn = repeat.get("interval", 1) * (7 if repeat["every"] == "week" else 1)
    some = list(begins(endless, start + 2 * turn * DAY))
    shortest = min(after - before for before, after in zip(some, some[1:], strict=False))
    return date(window["until"]) - start > shortest


def slot(now, minutes):
    return now // (minutes * MINUTE)
