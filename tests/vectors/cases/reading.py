"""What operators read out of strings: versions, dates, addresses."""

from itertools import pairwise

from cases.build import ABSENT, Decisions

LADDER = [
    "1.0.0-0", "1.0.0-1", "1.0.0-9", "1.0.0-10", "1.0.0--", "1.0.0-A", "1.0.0-a", "1.0.0-alpha", "1.0.0-alpha.1",
    "1.0.0-alpha.beta", "1.0.0-alpha-1", "1.0.0-beta", "1.0.0-beta.2", "1.0.0-beta.11", "1.0.0-rc.1", "1.0.0",
    "1.0.1", "1.2.0", "1.10.0", "2.0.0", "10.0.0", "18446744073709551615.0.0",
]  # fmt: skip
UNREADABLE_VERSIONS = [
    "", "v", "V2.3.0", "vv2.3.0", "=2.3.0", " 2.3.0", "2.3.0 ", "2.", "2.3.", ".2.3", "2..0", "2.3.0.0", "02.3.0",
    "2.03.0", "2.3.00", "2.3.0-", "2.3.0-01", "2.3.0-a..b", "2.3.0-a.", "2.3.0-é", "2.3.0+", "2.3.0+a..b", "2.3.0+é",
    "2.3.0+a+b", "2.3.x", "2.x", "latest", "-1.0.0", "+1.0.0", "2,3,0", "18446744073709551616.0.0",
    "0.18446744073709551616.0", "0.0.18446744073709551616", "1.0.0-18446744073709551616", "２.3.0", "1e3", "0x1.0.0",
    "2.3.0\n",
]  # fmt: skip


def versions():
    f = Decisions("semver operators: precedence of Semantic Versioning 2.0; short and v-prefixed attributes; unreadable is false.")
    wrong = [2, 2.3, True, "latest", ""]
    f.matrix("semverEq", "2.3.0", "2.3.0", "2.3.1", wrong)
    f.matrix("semverNe", "2.3.0", "2.3.1", "2.3.0", wrong)
    f.matrix("semverLt", "2.3.0", "2.2.9", "2.3.0", wrong)
    f.matrix("semverLte", "2.3.0", "2.3.0", "2.3.1", wrong)
    f.matrix("semverGt", "2.3.0", "2.3.1", "2.3.0", wrong)
    f.matrix("semverGte", "2.3.0", "2.3.0", "2.2.9", wrong)
    short = ["v2.3.0", "2.3", "v2.3", "2.3+build.7", "2.3.0+a", "v2.3.0+001", "2.3.0+a-b.-", "2.3.0+18446744073709551616"]
    f.test("semverEq", "2.3.0", [(one, True) for one in short])
    f.test("semverNe", "2.3.0", [(one, False) for one in short])
    f.test("semverEq", "2.0.0", [("2", True), ("v2", True), ("2.0", True), ("2-rc.1", False), ("2+x", True)])
    f.test("semverEq", "2.0.0-rc.1", [("2-rc.1", True), ("v2.0-rc.1", True), ("2.0.0-rc.1+b", True), ("2.0.0-RC.1", False), ("2", False)])
    f.test("semverEq", "2.3.0+anything", [("2.3.0", True), ("2.3.0+other", True)])
    f.test("semverGte", "0.0.0", [("0", True), ("0.0.0-a", False), ("0.0.0", True), ("0.0.0-0", False)])
    for one in UNREADABLE_VERSIONS:
        f.test("semverGte", "0.0.0-0", [(one, False)])
        f.test("semverNe", "2.3.0", [(one, False)])
    for lower, higher in pairwise(LADDER):
        f.test("semverLt", higher, [(lower, True), (higher, False)])
        f.test("semverGt", lower, [(higher, True), (lower, False)])
    f.test("semverLte", "1.0.0-rc.1", [("1.0.0-rc.1", True), ("1.0.0", False), ("1", False), ("1.0.0-beta.11", True)])
    f.test("semverNe", "2.0.0", [(["latest", "1.0.0"], True), (["latest", "2.0.0"], False), (["2.0.0", "1.0.0"], True), (["latest"], False)])
    f.test(
        "semverEq", "18446744073709551615.0.0", [("18446744073709551615", True), ("18446744073709551616", False), ("18446744073709551614.0.0", False)]
    )
    f.test("semverEq", "1.0.0-18446744073709551615", [("1.0.0-18446744073709551615", True), ("1.0.0-18446744073709551614", False)])
    f.test("semverGt", "9.0.0", [("10.0.0", True), ("10", True), ("9.0.0", False), ("v9.0.1", True)])
    f.test("semverEq", "1.0.0-0a", [("1.0.0-0a", True), ("1.0.0-a", False)])
    return f.build()


NOON = 1795521600000
UNREADABLE_DATES = [
    "", "2026-11-24", "2026-11-24T12:00:00", "2026-11-24 12:00:00Z", "2026-11-24T12:00Z", "2026-11-24T12:00:00.Z",
    "2026-11-24T12:00:00,5Z", "2026-11-24T12:00:60Z", "2026-11-24T23:59:60Z", "2026-11-24T24:00:00Z", "2026-11-24T12:60:00Z",
    "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z", "2026-11-00T00:00:00Z", "2026-11-31T00:00:00Z", "2026-02-29T00:00:00Z",
    "1900-02-29T00:00:00Z", "2100-02-29T00:00:00Z", "2026-11-24T12:00:00+0100", "2026-11-24T12:00:00+01",
    "2026-11-24T12:00:00+24:00", "2026-11-24T12:00:00+01:60", "2026-11-24T12:00:00 Z", " 2026-11-24T12:00:00Z",
    "2026-11-24T12:00:00Z ", "26-11-24T12:00:00Z", "+02026-11-24T12:00:00Z", "-0001-11-24T12:00:00Z", "2026-1-24T12:00:00Z",
    "20261124T120000Z", "1795521600000", "now", "2026-11-24T12:00:00z[UTC]", "２026-11-24T12:00:00Z", "2026-W48-2T12:00:00Z",
    "2026-328T12:00:00Z", "2026-11-24T12:00:00ZZ", "2026-11-24T12:00:00Z\n", "Tue, 24 Nov 2026 12:00:00 GMT",
]  # fmt: skip


def dates():
    f = Decisions("before and after: strict; RFC 3339 with an offset, or epoch milliseconds; unreadable is false.")
    noon = "2026-11-24T12:00:00Z"
    wrong = [True, "soon", "", "2026-11-24"]
    f.matrix("before", noon, "2026-11-24T11:59:59Z", noon, wrong)
    f.matrix("after", noon, "2026-11-24T12:00:01Z", noon, wrong)
    f.matrix("before", NOON, NOON - 1, NOON, wrong)
    f.matrix("after", NOON, NOON + 1, NOON, wrong)
    same = [noon, "2026-11-24t12:00:00z", "2026-11-24T13:00:00+01:00", "2026-11-24T07:00:00-05:00", "2026-11-25T11:59:00+23:59",
            "2026-11-24T12:00:00-00:00", "2026-11-24T12:00:00.000Z", "2026-11-24T12:00:00.0009999Z", NOON, NOON + 0.9]  # fmt: skip
    f.test("before", noon, [(one, False) for one in same])
    f.test("after", noon, [(one, False) for one in same])
    for value in same[1:]:
        f.test("before", value, [(noon, False), (NOON - 1, True), (NOON - 0.5, True)])
        f.test("after", value, [(noon, False), (NOON + 1, True), (NOON + 0.5, False)])
    f.test("after", noon, [("2026-11-24T12:00:00.001Z", True), ("2026-11-24T12:00:00.0011Z", True), ("2026-11-24T12:00:00.1Z", True)])
    f.test("before", noon, [("2026-11-24T11:59:59.999Z", True), ("2026-11-24T11:59:59.9999999999999999999Z", True)])
    for one in UNREADABLE_DATES:
        f.test("after", "0000-01-01T00:00:00Z", [(one, False)])
        f.test("before", "9999-12-31T23:59:59Z", [(one, False)])
    f.test(
        "after",
        -1,
        [
            ("1969-12-31T23:59:59.999Z", False),
            ("1969-12-31T23:59:59.9999Z", False),
            ("1970-01-01T00:00:00Z", True),
            (-1, False),
            (-0.5, False),
            (0, True),
        ],
    )
    f.test(
        "before",
        0,
        [("1969-12-31T23:59:59.999Z", True), ("1969-12-31T23:59:59.9999Z", True), (-0.5, True), (-0.0, False), ("1970-01-01T00:00:00Z", False)],
    )
    f.test("before", "2000-03-01T00:00:00Z", [("2000-02-29T23:59:59Z", True), ("2000-02-29T23:59:59-00:01", False)])
    f.test("after", "2024-02-28T23:59:59Z", [("2024-02-29T00:00:00Z", True)])
    f.test("before", "0000-01-01T00:00:00Z", [(-62167219200001, True), (-62167219200000, False)])
    f.test("after", "0000-02-28T00:00:00Z", [("0000-02-29T00:00:00Z", True), ("0000-01-01T00:00:00Z", False)])
    f.test(
        "after",
        "9999-12-31T23:59:59.999Z",
        [(253402300799999, False), (253402300800000, True), (8640000000000000, True), (8640000000000001, False), (1e300, False)],
    )
    f.test("before", "0000-01-01T00:00:00+23:59", [(-62167305540001, True), (-62167305540000, False)])
    f.test(
        "before",
        8640000000000000,
        [(8639999999999999, True), (8640000000000000, False), (-8640000000000000, True), (-8640000000000001, False), (-1e300, False)],
    )
    f.test("after", -8640000000000000, [(-8639999999999999, True), (-8640000000000000, False)])
    f.test("before", 1.5, [(0.9, True), (1, False), (1.2, False)])
    f.test("after", NOON, [([1, "soon", NOON + 1], True), (["soon"], False), ([str(NOON + 1)], False)])
    return f.build()


UNREADABLE_ADDRESSES = [
    "", "10", "10.9", "10.9.8", "10.9.8.7.6", "10.9.8.256", "10.9.8.", ".10.9.8.7", "10..8.7", "010.9.8.7", "10.09.8.7",
    "10.9.8.007", "10.9.8.7 ", " 10.9.8.7", "10.9.8.7/32", "10.9.8.7:80", "0x0a.9.8.7", "168364039", "10.9.8.-7", "+10.9.8.7",
    "１0.9.8.7", "[::1]", "::1%eth0", "fe80::1%1", "::1/128", ":::", ":", ":1", "1:", "1::2::3", "1:2:3:4:5:6:7",
    "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7::8", "12345::", "g::", "::10.9.8", "::10.9.8.256", "::010.9.8.7", "10.9.8.7::",
    "1:2:3:4:5:6:7:10.9.8.7", "localhost", "10.9.8.7\n", "1::2:3:4:5:6:7:8",
]  # fmt: skip


def addresses():
    f = Decisions("inCidr: IPv4 and IPv6 ranges and addresses; mapped addresses are IPv4; unreadable is false.")
    wrong = [10, True, "localhost", "10.0.0.0/8", ""]
    f.matrix("inCidr", "10.0.0.0/8", "10.9.8.7", "11.0.0.0", wrong)
    f.matrix("inCidr", ["192.0.2.1", "2001:db8::/32"], "2001:db8:ffff::1", "2001:db9::", wrong)
    f.test("inCidr", "10.0.0.0/8", [("10.0.0.0", True), ("10.255.255.255", True), ("9.255.255.255", False), ("::ffff:10.9.8.7", True),
                                    ("::FFFF:a09:807", True), ("0:0:0:0:0:ffff:0a09:0807", True), ("::a09:807", False), ("::10.9.8.7", False)])  # fmt: skip
    f.test("inCidr", "10.1.2.3/8", [("10.9.8.7", True), ("11.1.2.3", False)])
    f.test("inCidr", "192.0.2.1", [("192.0.2.1", True), ("192.0.2.2", False), ("::ffff:192.0.2.1", True)])
    f.test("inCidr", "192.0.2.1/32", [("192.0.2.1", True), ("192.0.2.0", False)])
    f.test("inCidr", "192.0.2.128/25", [("192.0.2.128", True), ("192.0.2.255", True), ("192.0.2.127", False), ("192.0.3.128", False)])
    f.test("inCidr", "192.0.2.2/31", [("192.0.2.2", True), ("192.0.2.3", True), ("192.0.2.1", False), ("192.0.2.4", False)])
    f.test("inCidr", "0.0.0.0/0", [("0.0.0.0", True), ("255.255.255.255", True), ("::ffff:1.2.3.4", True), ("::1", False), ("::", False)])
    f.test("inCidr", "255.255.255.255", [("255.255.255.255", True), ("255.255.255.254", False)])
    f.test(
        "inCidr",
        "::/0",
        [("::", True), ("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", True), ("10.9.8.7", False), ("::ffff:10.9.8.7", False), ("::1.2.3.4", True)],
    )
    f.test("inCidr", "::ffff:10.0.0.0/104", [("10.9.8.7", True), ("::ffff:10.9.8.7", True), ("11.0.0.0", False)])
    f.test("inCidr", "::ffff:0:0/96", [("1.2.3.4", True), ("::ffff:1.2.3.4", True), ("::1", False)])
    f.test("inCidr", "::ffff:0:0/95", [("1.2.3.4", False), ("::ffff:1.2.3.4", False), ("::fffe:1.2.3.4", True), ("::1", False)])
    f.test("inCidr", "::ffff:10.0.0.0/8", [("10.9.8.7", False), ("::1", True), ("100::", False)])
    f.test("inCidr", "::ffff:192.0.2.1", [("192.0.2.1", True), ("192.0.2.2", False), ("::ffff:c000:201", True)])
    f.test(
        "inCidr",
        "2001:db8::/32",
        [("2001:DB8::1", True), ("2001:0db8:0:0:0:0:0:1", True), ("2001:db9::", False), ("2001:db7:ffff::", False), ("32.1.13.184", False)],
    )
    f.test("inCidr", "2001:db8::1", [("2001:db8::1", True), ("2001:db8:0::0:1", True), ("2001:db8::2", False), ("2001:db8::0.0.0.1", True)])
    f.test("inCidr", "2001:db8:8000::/33", [("2001:db8:8000::", True), ("2001:db8:7fff::", False)])
    f.test("inCidr", "fe80::/10", [("fe80::1", True), ("febf::1", True), ("fec0::1", False), ("fe80::1%eth0", False)])
    f.test("inCidr", "::1/128", [("::1", True), ("::2", False), ("0:0:0:0:0:0:0:1", True), ("127.0.0.1", False)])
    f.test(
        "inCidr", "1:2:3:4:5:6:7::/112", [("1:2:3:4:5:6:7:8", True), ("1:2:3:4:5:6:7::", True), ("1:2:3:4:5:6:8:0", False), ("1::3:4:5:6:7:8", False)]
    )
    f.test("inCidr", ["10.0.0.0/8", "192.168.0.0/16", "2001:db8::/32"], [("192.168.1.1", True), ("192.169.1.1", False), ("2001:db8::5", True), (ABSENT, False),
                                                                         (["8.8.8.8", "10.1.1.1"], True), (["8.8.8.8", "x"], False)])  # fmt: skip
    for one in UNREADABLE_ADDRESSES:
        f.test("inCidr", ["0.0.0.0/0", "::/0"], [(one, False)])
    f.test(
        "inCidr",
        ["0.0.0.0/0", "::/0"],
        [("1.2.3.4", True), ("::1", True), ("::ffff:1.2.3.4", True), ("1:2:3:4:5:6:1.2.3.4", True), ("::ffff:0:1.2.3.4", True)],
    )
    return f.build()


def files():
    return {
        "operators-semver.json": versions(),
        "operators-date.json": dates(),
        "operators-address.json": addresses(),
    }
