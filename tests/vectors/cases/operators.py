"""Equality, text, numbers: every operator against every kind of attribute, then the places where people differ."""

from cases.build import ABSENT, Decisions


def equality():
    f = Decisions("eq, ne, in and notIn: same type and same value, no coercion; ignoreCase folds A to Z alone.")
    others = [5, True, "5 ", "true"]
    f.matrix("eq", "plus", "plus", "Plus", [5, True, False, 0])
    f.matrix("ne", "plus", "plus", "Plus", [5, True, False, 0], negated=True)
    f.matrix("eq", 5, 5, 5.5, ["5", True, "5.0"])
    f.matrix("ne", 5, 5, 5.5, ["5", True, "5.0"], negated=True)
    f.matrix("eq", True, True, False, ["true", 1, "True"])
    f.matrix("eq", False, False, True, ["false", 0, ""])
    f.matrix("ne", True, True, False, ["true", 1, "True"], negated=True)
    f.matrix("in", ["plus", 3, True], "plus", "free", ["3", 1, False, 30])
    f.matrix("notIn", ["plus", 3, True], "plus", "free", ["3", 1, False, 30], negated=True)
    f.test("in", ["plus", 3, True], [(3, True), (True, True), ("Plus", False), (3.0, True), ([1, 2, 3], True)])
    f.test("notIn", ["plus", 3, True], [(3, False), (True, False), ("Plus", True), ([1, 2, 3], False), ([1, 2], True)])
    f.test("in", [], [(ABSENT, False), ("", False), (0, False), ([], False), ({}, False)])
    f.test("notIn", [], [(ABSENT, False), (None, False), ("", True), (0, True), ([], True), ({}, True)])
    f.test("eq", "", [("", True), (" ", False), (ABSENT, False), (None, False), ([""], True), ([], False), (0, False), (False, False)])
    f.test("ne", "", [("", False), (" ", True), (ABSENT, False), ([], True)])
    f.test("eq", 0, [(0, True), (-0.0, True), (0.0, True), (False, False), ("0", False), ("", False), (5e-324, False)])
    f.test("eq", -0.0, [(0, True), (-0.0, True)])
    f.test("eq", 0.3, [(0.3, True), (0.30000000000000004, False)])
    f.test("eq", 9007199254740992, [(9007199254740992, True), (9007199254740993, True), (9007199254740991, False)])
    f.test("eq", 1e300, [(1e300, True), (1e301, False)])
    f.test("in", [1, 1.5, -2], [(1, True), (1.5, True), (-2, True), (2, False), (1.0000000000000002, False)])
    f.test("eq", "null", [(None, False), ("null", True)])
    f.test("eq", "é", [("é", True), ("e\u0301", False), ("É", False)])
    f.test("eq", "e\u0301", [("é", False), ("e\u0301", True)])
    f.test("eq", "😀", [("😀", True), ("😁", False)])
    f.test("eq", "a\u0000b", [("a\u0000b", True), ("a", False)])
    f.test("eq", "constructor", [("constructor", True), (ABSENT, False)])
    for op, negated in (("eq", False), ("ne", True)):
        f.matrix(op, "PLUS-é", "plus-é", "plus-É", [5, True], negated=negated, ignoreCase=True)
    for op, negated in (("in", False), ("notIn", True)):
        f.matrix(op, ["Plus", 3], "pLUS", "plusz", ["3", True], negated=negated, ignoreCase=True)
    f.test("in", ["Plus", 3], [(3, True), ("3", False)], ignoreCase=True)
    f.test("eq", "k", [("K", True), ("\u212a", False), ("k", True)], ignoreCase=True)
    f.test("eq", "s", [("S", True), ("ſ", False)], ignoreCase=True)
    f.test("eq", "ß", [("ẞ", False), ("SS", False), ("ß", True)], ignoreCase=True)
    f.test("eq", "[", [("{", False), ("[", True)], ignoreCase=True)
    f.test("eq", "@z", [("`z", False), ("@Z", True)], ignoreCase=True)
    f.test("eq", 5, [(5, True), ("5", False)], ignoreCase=True)
    f.flag("folds only when asked", rules=[{"when": {"attr": "a", "op": "eq", "value": "Plus", "ignoreCase": False}, "serve": "on"}])
    f.case("ignoreCase false is as without it: other case", "folds only when asked", {"a": "plus"}, "off", "DEFAULT")
    f.case("ignoreCase false is as without it: same case", "folds only when asked", {"a": "Plus"}, "on", "TARGETING_MATCH", "0")
    f.test("in", others, [(one, True) for one in others])
    return f.build()


def text():
    f = Decisions("startsWith, endsWith, contains and matches: strings only, an element at a time on lists.")
    wrong = [5, True, False, 0]
    f.matrix("startsWith", "ab", "abc", "cab", wrong)
    f.matrix("endsWith", "bc", "abc", "bca", wrong)
    f.matrix("contains", "bc", "abcd", "acbd", wrong)
    f.matrix("matches", "b.d", "abcde", "abde", wrong)
    for op in ("startsWith", "endsWith", "contains"):
        f.matrix(op, "Shop", "sHOP", "sho", wrong, ignoreCase=True)
        f.test(op, "", [("", True), ("x", True), (ABSENT, False), (0, False), ([], False), ([""], True), ({}, False)])
        f.test(op, "abc", [("abc", True), ("ab", False), ("ABC", False), (["a", "b", "c"], False), (["x", "abc"], True)])
        f.test(op, "é", [("é", True), ("e\u0301", False)])
        f.test(op, "😀", [("😀", True), ("😁", False)])
        f.test(op, "É", [("é", False), ("É", True)], ignoreCase=True)
    f.test("startsWith", "5", [(5, False), ("5", True), (55, False)])
    f.test("contains", "true", [(True, False), ("true", True)])
    f.test("contains", ".", [("a.b", True), ("ab", False)])
    f.test("contains", "b", [(["a", "abc"], True), (["a", "c"], False), ([["b"]], False), ("B", False)])
    f.test("endsWith", "@shop.example", [("a@shop.example", True), ("a@shop.example.org", False), ("@shop.example", True)])

    f.matrix("matches", "^PLUS-[a-z]+$", "plus-X", "plus-1", wrong, ignoreCase=True)
    f.test("matches", "", [("", True), ("x", True), (ABSENT, False), (0, False)])
    f.test("matches", "b", [("abc", True), ("ac", False), ("B", False)])
    f.test("matches", "^b", [("bc", True), ("abc", False), ("a\nb", False)])
    f.test("matches", "b$", [("ab", True), ("ab\n", False), ("abc", False)])
    f.test("matches", r"\Ab\z", [("b", True), ("b\n", False), ("ab", False)])
    f.test("matches", "(?m)^b$", [("a\nb\nc", True), ("ab", False)])
    f.test("matches", r"^\d+$", [("123", True), ("١٢٣", False), ("", False), (123, False)])
    f.test("matches", r"^\w+$", [("ab_9", True), ("é", False), ("a-b", False)])
    f.test("matches", r"^\s$", [(" ", True), ("\t", True), ("\u000b", True), ("\u00a0", False), ("\u2003", False)])
    f.test("matches", r"^\D\W\S$", [("é-é", True), ("1-a", False)])
    f.test("matches", r"\bcat\b", [("a cat!", True), ("concat", False), ("écaté", True)])
    f.test("matches", "^.$", [("a", True), ("é", True), ("😀", True), ("e\u0301", False), ("\n", False), ("", False)])
    f.test("matches", "(?s)^.$", [("\n", True), ("a", True)])
    f.test("matches", "^[^a]$", [("b", True), ("a", False), ("小", True), ("\n", True)])
    f.test("matches", "^(?:de|at)-[0-9]{2,3}$", [("de-12", True), ("at-123", True), ("ch-12", False), ("de-1", False), ("de-1234", False)])
    f.test("matches", "a{2}", [("baab", True), ("aba", False)])
    f.test("matches", "^a*?b+?c??$", [("b", True), ("aabbc", True), ("ac", False)])
    f.test("matches", "(?i)ab(?-i:C)", [("ABC", True), ("abC", True), ("ABc", False)])
    f.test("matches", "(?i:a)b", [("Ab", True), ("AB", False)])
    f.test("matches", "k", [("K", True), ("\u212a", False)], ignoreCase=True)
    f.test("matches", "É", [("é", False), ("É", True)], ignoreCase=True)
    f.test("matches", "(?<year>[0-9]{4})-", [("2026-11", True), ("26-11", False)])
    f.test("matches", "(?P<year>[0-9]{4})-", [("2026-11", True), ("26-11", False)])
    f.test("matches", "^[[:alpha:]]+$", [("abc", True), ("ab1", False), ("é", False)])
    f.test("matches", r"^\x41\u0042$", [("AB", True), ("ab", False)])
    f.test("matches", r"^\u{1F600}$", [("😀", True), ("😁", False)])
    f.test("matches", r"\.example$", [("shop.example", True), ("shopXexample", False)])
    f.test("matches", "小", [("小明", True), ("明", False)])
    f.test("matches", "a|b|", [("c", True), ("", True)])
    f.test("matches", "^(a|b)+c$", [("ababc", True), ("abab", False), (["x", "abc"], True)])
    f.test("matches", "\ufffd", [("\ufffd", True), ("x", False)])
    return f.build()


def numbers():
    f = Decisions("lt, lte, gt and gte: numbers only; strings are never numbers.")
    wrong = ["5", "", True, False, "abc"]
    f.matrix("lt", 5, 4, 5, wrong)
    f.matrix("lte", 5, 5, 5.000001, wrong)
    f.matrix("gt", 5, 6, 5, wrong)
    f.matrix("gte", 5, 5, 4.999999, wrong)
    f.test("lt", 0, [(-5e-324, True), (0, False), (-0.0, False), (5e-324, False), (False, False)])
    f.test("lte", 0, [(-0.0, True), (0, True), (0.1, False), (None, False)])
    f.test("gt", -0.0, [(0, False), (-0.0, False), (1e-300, True)])
    f.test("gte", -3.5, [(-3.5, True), (-3.6, False), (1e308, True), (-1e308, False)])
    f.test("lt", 9007199254740992, [(9007199254740991, True), (9007199254740993, False)])
    f.test("gte", 9007199254740993, [(9007199254740992, True), (9007199254740991, False)])
    f.test("gt", 0.3, [(0.30000000000000004, True), (0.3, False)])
    f.test("gt", 1.7976931348623157e308, [(1.7976931348623157e308, False)])
    f.test("gte", 18, [([3, 7, 21], True), ([3, 7], False), (["21"], False), ([None, [21]], False)])
    f.flag("between", rules=[{"when": {"all": [{"attr": "a", "op": "gte", "value": 18}, {"attr": "a", "op": "lt", "value": 65}]}, "serve": "on"}])
    for attribute, holds in ((18, True), (64.9, True), (65, False), (17.9, False)):
        f.case(f"between 18 and 65: {attribute}", "between", {"a": attribute}, *(("on", "TARGETING_MATCH", "0") if holds else ("off", "DEFAULT")))
    f.case("between 18 and 65: two elements share the work", "between", {"a": [1, 70]}, "on", "TARGETING_MATCH", "0")
    return f.build()


def files():
    return {
        "operators-equality.json": equality(),
        "operators-text.json": text(),
        "operators-number.json": numbers(),
    }
