"""Flags that are refused for what is in a condition, one fault each."""

from cases.broken_flags import nots, test, when
from cases.build import compact

# as FLAGS: name, the flag `x` as text, code, the path within it
CONDITIONS = [
    ("a condition that is null", when(None), "WRONG_TYPE", "/rules/0/when"),
    ("a condition that is a list", when([]), "WRONG_TYPE", "/rules/0/when"),
    ("an empty condition", when({}), "MISSING_FIELD", "/rules/0/when"),
    ("a condition without attr", when({"op": "eq", "value": 1}), "MISSING_FIELD", "/rules/0/when"),
    ("two forms at once", when({"all": [nots(0)], "any": [nots(0)]}), "INVALID_VALUE", "/rules/0/when"),
    ("a test and a segment", when({**nots(0), "segment": "a"}), "INVALID_VALUE", "/rules/0/when"),
    ("an empty all", when({"all": []}), "INVALID_VALUE", "/rules/0/when/all"),
    ("an empty any", when({"not": {"any": []}}), "INVALID_VALUE", "/rules/0/when/not/any"),
    ("all of an object", when({"all": {}}), "WRONG_TYPE", "/rules/0/when/all"),
    ("not of a list", when({"not": [nots(0)]}), "WRONG_TYPE", "/rules/0/when/not"),
    ("a value beside all", when({"all": [nots(0)], "value": 1}), "UNKNOWN_FIELD", "/rules/0/when/value"),
    ("an unknown field in a test", test("eq", 1, values=[1]), "UNKNOWN_FIELD", "/rules/0/when/values"),
    ("a segment that is a number", when({"segment": 5}), "WRONG_TYPE", "/rules/0/when/segment"),
    ("a segment that doesn't exist", when({"any": [nots(0), {"segment": "staff"}]}), "UNKNOWN_SEGMENT", "/rules/0/when/any/1/segment"),
    ("65 conditions deep", when(nots(64)), "TOO_DEEP", "/rules/0/when" + "/not" * 64),
    ("no op", when({"attr": "a", "value": 1}), "MISSING_FIELD", "/rules/0/when"),
    ("no value", when({"attr": "a", "op": "eq"}), "MISSING_FIELD", "/rules/0/when"),
    ("exists without a value", when({"attr": "a", "op": "exists"}), "MISSING_FIELD", "/rules/0/when"),
    ("attr is a number", when({"attr": 5, "op": "eq", "value": 1}), "WRONG_TYPE", "/rules/0/when/attr"),
    ("attr is a list", when({"attr": ["a", "b"], "op": "eq", "value": 1}), "WRONG_TYPE", "/rules/0/when/attr"),
    ("op is null", test(None, 1), "WRONG_TYPE", "/rules/0/when/op"),
    *[
        (f"attr {compact(attr)}", when({"attr": attr, "op": "eq", "value": 1}), "INVALID_VALUE", "/rules/0/when/attr")
        for attr in ("", "a..b", "__proto__", "a.__proto__")
    ],
    *[
        (f"op {op}", test(op, 1), "UNKNOWN_OPERATOR", "/rules/0/when/op")
        for op in ("equals", "Eq", "EQ", "==", "", "semverGTE", "regex", "constructor", "not")
    ],
    *[
        (f"ignoreCase with {op}", test(op, value, ignoreCase=True), "INVALID_VALUE", "/rules/0/when/ignoreCase")
        for op, value in (("lt", 5), ("semverEq", "1.0.0"), ("before", 5), ("exists", True), ("inCidr", "::/0"))
    ],
    ("ignoreCase false with gt", test("gt", 5, ignoreCase=False), "INVALID_VALUE", "/rules/0/when/ignoreCase"),
    ("ignoreCase is a string", test("eq", "a", ignoreCase="true"), "WRONG_TYPE", "/rules/0/when/ignoreCase"),
    *[
        (f"{op} {compact(value)}", test(op, value), "WRONG_TYPE", f"/rules/0/when/value{path}")
        for op, value, path in (
            ("eq", None, ""),
            ("eq", ["a"], ""),
            ("eq", {}, ""),
            ("ne", [], ""),
            ("in", "a", ""),
            ("in", {}, ""),
            ("in", None, ""),
            ("in", ["a", None], "/1"),
            ("notIn", [["a"]], "/0"),
            ("notIn", [{}], "/0"),
            ("notIn", 5, ""),
            ("startsWith", 5, ""),
            ("endsWith", ["a"], ""),
            ("contains", True, ""),
            ("contains", None, ""),
            ("matches", 5, ""),
            ("matches", ["a"], ""),
            ("lt", "5", ""),
            ("lte", None, ""),
            ("gt", True, ""),
            ("gte", [5], ""),
            ("semverEq", 2, ""),
            ("semverGt", ["1.0.0"], ""),
            ("before", True, ""),
            ("after", ["2026-11-24T00:00:00Z"], ""),
            ("exists", "true", ""),
            ("exists", 1, ""),
            ("exists", None, ""),
            ("inCidr", 10, ""),
            ("inCidr", ["::/0", 10], "/1"),
            ("inCidr", {}, ""),
        )
    ],
    *[
        (f"semverGte {compact(value)}", test("semverGte", value), "INVALID_VALUE", "/rules/0/when/value")
        for value in ("", "2", "2.3", "v2.3.0", "2.3.0.0", "02.3.0", "2.3.0-01", "2.3.0-", "2.3.0+", "18446744073709551616.0.0", "1.x", " 1.0.0")
    ],
    *[
        (f"after {compact(value)}", test("after", value), "INVALID_VALUE", "/rules/0/when/value")
        for value in (
            "",
            "2026-11-24",
            "2026-11-24T00:00:00",
            "2026-02-29T00:00:00Z",
            "2026-11-24T23:59:60Z",
            "1795521600000",
            8640000000000001,
            -1e300,
        )
    ],
    *[
        (f"inCidr {compact(value)}", test("inCidr", value), "INVALID_VALUE", f"/rules/0/when/value{path}")
        for value, path in (
            ("", ""),
            ([], ""),
            ("10.0.0.0/33", ""),
            ("10.0.0.0/", ""),
            ("10.0.0.0/08", ""),
            ("10.0.0.0/+8", ""),
            ("10.0.0.0/-1", ""),
            ("10.0.0.0/8/8", ""),
            ("10.0.0/8", ""),
            ("::/129", ""),
            ("::ffff:10.0.0.0/129", ""),
            ("/8", ""),
            ("fe80::%eth0/10", ""),
            ("010.0.0.0/8", ""),
            ("10.0.0.0 /8", ""),
            ("any", ""),
            (["::/0", "10.0.0.0/40"], "/1"),
        )
    ],
    *[
        (f"matches {compact(value)}", test("matches", value), "INVALID_PATTERN", "/rules/0/when/value")
        for value in ("(", ")", "[a", "*", "a{2,1}", "(?=a)", "(?!a)", "(?<=a)b", "(?<!a)b", r"(a)\1", r"\p{L}", "[z-a]", "a\\")
    ],
]
