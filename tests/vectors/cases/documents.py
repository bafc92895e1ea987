"""Documents that are refused as a whole, and some that are not."""

from cases.build import file
from reference_load import DocumentRefused, load

OK = '"schemaVersion": 1, "revision": "1", "flags": {}'
DOCUMENTS = [
    *[
        (f"not JSON: {name}", text, "INVALID_JSON", "")
        for name, text in {
            "empty": "",
            "white space": " \n\t",
            "truncated": '{"schemaVersion": 1, "revision": "1", "fl',
            "one brace": "{",
            "trailing garbage": f"{{{OK}}} x",
            "two documents": f"{{{OK}}}{{{OK}}}",
            "trailing comma": f"{{{OK},}}",
            "a comment": f"{{{OK}}} // ok",
            "a comment before": f"/* ok */ {{{OK}}}",
            "single quotes": "{'schemaVersion': 1}",
            "a bare key": "{schemaVersion: 1}",
            "NaN": f'{{{OK}, "sequence": NaN}}',
            "Infinity": f'{{{OK}, "sequence": -Infinity}}',
            "a leading zero": f'{{{OK}, "sequence": 01}}',
            "a plus": f'{{{OK}, "sequence": +1}}',
            "a bare point": f'{{{OK}, "sequence": 1.}}',
            "half a word": f'{{{OK}, "x": tru}}',
            "a capital word": f'{{{OK}, "x": True}}',
            "a bare line break in a string": '{"schemaVersion": 1, "revision": "a\nb", "flags": {}}',
            "an unknown escape": '{"schemaVersion": 1, "revision": "\\x41", "flags": {}}',
            "a short escape": '{"schemaVersion": 1, "revision": "\\u12", "flags": {}}',
            "a missing colon": '{"schemaVersion" 1}',
            "a missing comma": '{"schemaVersion": 1 "revision": "1"}',
            "a wrong bracket": '{"schemaVersion": 1]',
            "a syntax error deep in a flag": '{"schemaVersion": 1, "revision": "1", "flags": {"a": {"rules": [{"serve": }]}}}',
            "a second byte order mark": "\ufeff\ufeff{" + OK + "}",
            "a form feed": f"\f{{{OK}}}",
            "a no-break space": f"\u00a0{{{OK}}}",
            "text": "Not found",
            "a form": "schemaVersion=1&revision=1",
        }.items()
    ],
    *[
        (name, f'{{{OK}, "alarms": {text}}}', code, path)
        for name, text, code, path in (
            ("alarms that are sound", '{"a": "ok", "b": "alarm"}', None, None),
            ("alarms in a list", "[]", "WRONG_TYPE", "/alarms"),
            ("an alarm that is a boolean", '{"a": true}', "WRONG_TYPE", "/alarms/a"),
            ("an alarm in another state", '{"a": "up"}', "INVALID_VALUE", "/alarms/a"),
            ("an alarm without a name", '{"": "ok"}', "INVALID_VALUE", "/alarms/"),
        )
    ],
    *[
        (name, f'{{{OK}, "freeze": {text}}}', code, path)
        for name, text, code, path in (
            ("a freeze that is sound", '{"from": 0, "until": 5}', None, None),
            ("freezes that are sound", '[{"from": 0}, {"from": 5, "until": 9, "repeat": {"every": "day"}}]', None, None),
            ("a freeze in text", '"always"', "WRONG_TYPE", "/freeze"),
            ("no freeze in a list", "[]", "INVALID_VALUE", "/freeze"),
            ("a freeze that ends before it begins", '[{"from": 5, "until": 5}]', "INVALID_VALUE", "/freeze/0/until"),
            ("a freeze without a beginning or an end", "{}", "MISSING_FIELD", "/freeze"),
        )
    ],
    ("HTML", "<!doctype html><html><body>Not found</body></html>", "NOT_JSON_HTML", ""),
    ("HTML after white space", "\n\t <html></html>", "NOT_JSON_HTML", ""),
    ("HTML after a byte order mark", "\ufeff<html></html>", "NOT_JSON_HTML", ""),
    ("XML", '<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>', "NOT_JSON_HTML", ""),
    ("half a tag", "<", "NOT_JSON_HTML", ""),
    *[(f"the top level is {text}", text, "WRONG_TYPE", "") for text in ("null", "[]", "true", "1", '"text"', f"[{{{OK}}}]")],
    ("no schemaVersion", '{"revision": "1", "flags": {}}', "MISSING_FIELD", ""),
    ("an empty object", "{}", "MISSING_FIELD", ""),
    ("no revision", '{"schemaVersion": 1, "flags": {}}', "MISSING_FIELD", ""),
    ("no flags", '{"schemaVersion": 1, "revision": "1"}', "MISSING_FIELD", ""),
    *[
        (f"schemaVersion {text}", f'{{"schemaVersion": {text}, "revision": "1", "flags": {{}}}}', code, "/schemaVersion")
        for text, code in (
            ("2", "UNSUPPORTED_VERSION"),
            ("0", "UNSUPPORTED_VERSION"),
            ("-1", "UNSUPPORTED_VERSION"),
            ("1.5", "UNSUPPORTED_VERSION"),
            ("1e9", "UNSUPPORTED_VERSION"),
            ('"1"', "WRONG_TYPE"),
            ("null", "WRONG_TYPE"),
            ("true", "WRONG_TYPE"),
            ("[1]", "WRONG_TYPE"),
            ("{}", "WRONG_TYPE"),
        )
    ],
    (
        "the version comes before unknown fields",
        '{"layers": {}, "schemaVersion": 2, "revision": "1", "flags": {}}',
        "UNSUPPORTED_VERSION",
        "/schemaVersion",
    ),
    ("the version comes before wrong types", '{"schemaVersion": 2, "revision": 1, "flags": []}', "UNSUPPORTED_VERSION", "/schemaVersion"),
    *[
        (
            f"{name} {text}",
            f'{{"schemaVersion": 1, "revision": "1", "flags": {{}}, "{name}": {text}}}'
            if name not in ("revision", "flags")
            else '{"schemaVersion": 1, ' + ('"flags": {}, ' if name == "revision" else '"revision": "1", ') + f'"{name}": {text}}}',
            code,
            f"/{name}",
        )
        for name, text, code in (
            ("revision", "1842", "WRONG_TYPE"),
            ("revision", "null", "WRONG_TYPE"),
            ("revision", '""', "INVALID_VALUE"),
            ("revision", '"\\ud83d"', "INVALID_VALUE"),
            ("sequence", '"1"', "WRONG_TYPE"),
            ("sequence", "null", "WRONG_TYPE"),
            ("sequence", "true", "WRONG_TYPE"),
            ("sequence", "-1", "INVALID_VALUE"),
            ("sequence", "1.5", "INVALID_VALUE"),
            ("sequence", "9007199254740992", "INVALID_VALUE"),
            ("sequence", "1e400", "INVALID_VALUE"),
            ("environment", "5", "WRONG_TYPE"),
            ("environment", "null", "WRONG_TYPE"),
            ("$schema", "{}", "WRONG_TYPE"),
            ("segments", "[]", "WRONG_TYPE"),
            ("segments", "null", "WRONG_TYPE"),
            ("flags", "[]", "WRONG_TYPE"),
            ("flags", "null", "WRONG_TYPE"),
            ("flags", '"{}"', "WRONG_TYPE"),
            ("Flags", "{}", "UNKNOWN_FIELD"),
            ("flag", "{}", "UNKNOWN_FIELD"),
            ("__proto__", "{}", "UNKNOWN_FIELD"),
            ("", "{}", "UNKNOWN_FIELD"),
        )
    ],
    ("an unknown field to be escaped", f'{{{OK}, "a/b~c": 1}}', "UNKNOWN_FIELD", "/a~1b~0c"),
    ("flags twice", f'{{{OK}, "flags": {{}}}}', "DUPLICATE_KEY", "/flags"),
    ("revision twice", f'{{{OK}, "revision": "1"}}', "DUPLICATE_KEY", "/revision"),
    ("flags twice, once escaped", f'{{{OK}, "\\u0066lags": {{}}}}', "DUPLICATE_KEY", "/flags"),
]
BYTES = [
    ("not UTF-8: a stray byte", '{"schemaVersion": 1, "revision": "'.encode() + b"\xff" + b'", "flags": {}}'),
    ("not UTF-8: cut in a letter", f"{{{OK}}}".encode() + "é".encode()[:1]),
    ("not UTF-8: a surrogate", b'{"schemaVersion": 1, "revision": "\xed\xa0\x80", "flags": {}}'),
    ("not UTF-8: overlong", b'{"schemaVersion": 1, "revision": "\xc0\xaf", "flags": {}}'),
    ("not UTF-8: UTF-16", f"{{{OK}}}".encode("utf-16")),
    ("not UTF-8: gzip", bytes.fromhex("1f8b0800000000000003")),
]
FINE = [
    ("the least", f"{{{OK}}}"),
    ("a byte order mark", f"\ufeff{{{OK}}}"),
    ("white space around", f"\r\n\t {{{OK}}} \n"),
    ("schemaVersion 1.0", '{"schemaVersion": 1.0, "revision": "1", "flags": {}}'),
    (
        "the most",
        '{"$schema": "x", "schemaVersion": 1e0, "revision": "r", "sequence": 9007199254740991, "environment": "", "segments": {}, "flags": {}}',
    ),
    ("an escaped field", '{"\\u0073chemaVersion": 1, "revision": "1", "flags": {}}'),
]


def documents():
    def outcome(data):
        try:
            load(data)
        except DocumentRefused as refused:
            return refused.code, refused.path
        return None, None

    cases = []
    for name, text, code, path in DOCUMENTS:
        assert outcome(text.encode()) == (code, path), (name, outcome(text.encode()))
        cases.append({"name": name, "document": text, "code": code, "path": path})
    for name, data in BYTES:
        assert outcome(data) == ("INVALID_UTF8", ""), name
        cases.append({"name": name, "documentHex": data.hex(), "code": "INVALID_UTF8", "path": ""})
    for name, text in FINE:
        assert outcome(text.encode()) == (None, None), name
        cases.append({"name": f"not refused: {name}", "document": text, "code": None})
    return file(
        "Documents refused as a whole, with code and path; `code` null where the document loads. `documentHex` is bytes that are not UTF-8.",
        cases=cases,
    )


def files():
    return {"snapshots-refused.json": documents()}
