"""Reads what operators compare: versions, dates, addresses, patterns. Unreadable is None."""

import functools
import ipaddress
import re

U64 = 2**64 - 1
MAX_MS = 8_640_000_000_000_000

NUMERIC = r"(0|[1-9][0-9]*)"
IDENTIFIERS = r"[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*"
TAIL = rf"(?:-({IDENTIFIERS}))?(?:\+{IDENTIFIERS})?"
FULL_VERSION = re.compile(rf"{NUMERIC}\.{NUMERIC}\.{NUMERIC}{TAIL}")
SHORT_VERSION = re.compile(rf"v?{NUMERIC}(?:\.{NUMERIC})?(?:\.{NUMERIC})?{TAIL}")


def semver(text, short):
    """A key that sorts by precedence; `short` allows what attributes may leave out."""
    match = (SHORT_VERSION if short else FULL_VERSION).fullmatch(text)
    if not match:
        return None
    core = tuple(int(part or 0) for part in match.groups()[:3])
    if max(core) > U64:
        return None
    if match[4] is None:
        return (*core, 1, ())
    identifiers = []
    for one in match[4].split("."):
        if re.fullmatch("[0-9]+", one):
            if (one[0] == "0" and one != "0") or int(one) > U64:
                return None
            identifiers.append((0, int(one), ""))
        else:
            identifiers.append((1, 0, one))
    return (*core, 0, tuple(identifiers))


DATE_TIME = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})[Tt]([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]+))?"
    r"(?:[Zz]|([+-])([0-9]{2}):([0-9]{2}))"
)


def days_in_month(year, month):
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return [31, 29 if leap else 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]


def real_day(year, month, day):
    return 1 <= month <= 12 and 1 <= day <= days_in_month(year, month)


def days_since_1970(year, month, day):
    """Counts whole years from the year 0 of the proleptic Gregorian calendar, then months, then days."""
    leaps = (year + 3) // 4 - (year + 99) // 100 + (year + 399) // 400
    return year * 365 + leaps + sum(days_in_month(year, m) for m in range(1, month)) + day - 1 - 719_528


def date(value):
    """Milliseconds since 1970, or None."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return value // 1 if abs(value) <= MAX_MS else None
    match = DATE_TIME.fullmatch(value) if isinstance(value, str) else None
    if not match:
        return None
    year, month, day, hour, minute, second = (int(part) for part in match.groups()[:6])
    offset_hour, offset_minute = int(match[9] or 0), int(match[10] or 0)
    if not real_day(year, month, day) or hour > 23 or minute > 59 or second > 59:
        return None
    if offset_hour > 23 or offset_minute > 59:
        return None
    ms = int(((match[7] or "") + "000")[:3])
    seconds = (days_since_1970(year, month, day) * 24 + hour) * 3600 + minute * 60 + second
    offset = (offset_hour * 60 + offset_minute) * 60 * (-1 if match[8] == "-" else 1)
    return (seconds - offset) * 1000 + ms


def calendar_day(text):
    match = re.fullmatch("([0-9]{4})-([0-9]{2})-([0-9]{2})", text)
    return bool(match) and real_day(*(int(part) for part in match.groups()))


def address(text):
    """(4 or 6, number), or None. Python also takes zones, which are not readable here."""
    if "%" in text or "/" in text:
        return None
    try:
        found = ipaddress.ip_address(text)
    except ValueError:
        return None
    mapped = found.ipv4_mapped if found.version == 6 else None
    return (4, int(mapped)) if mapped is not None else (found.version, int(found))


def network(text):
    """(4 or 6, number, how many low bits are free), or None."""
    base, slash, length = text.partition("/")
    found = address(base)
    if found is None:
        return None
    version, number = found
    bits = 128 if ":" in base else 32
    prefix = bits
    if slash:
        if not re.fullmatch("0|[1-9][0-9]{0,2}", length) or int(length) > bits:
            return None
        prefix = int(length)
    if version == 4 and bits == 128:
        if prefix >= 96:
            prefix, bits = prefix - 96, 32
        else:
            version, number = 6, 0xFFFF << 32 | number
    return version, number, bits - prefix


def in_network(found, within):
    version, number, free = within
    return found[0] == version and found[1] >> free == number >> free


POSIX = {"alpha": "A-Za-z", "digit": "0-9", "alnum": "0-9A-Za-z", "upper": "A-Z", "lower": "a-z", "xdigit": "0-9A-Fa-f"}
NOT_IN_LANGUAGE = re.compile(r"\(\?(?:=|!|<=|<!|>|#)|\\[0-9pPZ]")


@functools.cache
def pattern(text, ignore_case=False):
    """Python's `re` for a pattern that means the same in both languages, once `$`, `\\z` and the like are rewritten."""
    if NOT_IN_LANGUAGE.search(text.replace(r"\\", "")):
        return None
    text = re.sub(r"\[:(\w+):\]", lambda posix: POSIX[posix[1]], text)
    text = re.sub(r"\\u\{([0-9A-Fa-f]+)\}", lambda code: re.escape(chr(int(code[1], 16))), text)
    text = text.replace(r"\z", r"\Z").replace("(?<", "(?P<")
    if "(?m" not in text:
        text = re.sub(r"(?<!\\)\$(?![^\[]*\])", r"\\Z", text)
    try:
        return re.compile(text, re.ASCII | (re.IGNORECASE if ignore_case else 0))
    except re.error:
        return None
