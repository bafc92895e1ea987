"""Hashes and buckets themselves, cuts of splits, percentages in millionths."""

from cases.build import as_read, file
from reference import N, bucket, cuts, hash64, id_text, ppm, well_formed

TEXTS = [
    "a", "u-1", "u-2", "user_0001", "42", "0", "-17", "1e3", "3.0", " ", "  u-1", "u-1 ", "U-1", "true", "null", "undefined", "NaN", "__proto__", "[object Object]",
    "a.b", "a/b", "/ramp.u-1", ".", "/", "\"", "\\", "'", "<script>", "%00", "a+b@shop.example", "3f2504e0-4f89-11d3-9a0c-0305e82c3301",
    "0123456789abcdef0123456789abcdef", "0123456789abcdef0123456789abcde", "0123456789abcdef0123456789abcdef0",
    "小明", "山田太郎", "김철수", "é", "e\u0301", "É", "ß", "SS", "İ", "ı", "ﬁ", "K", "\u212a", "שלום", "مرحبا", "नमस्ते", "ไทย", "Ω", "\u2126",
    "😀", "😀😀", "👩\u200d👩\u200d👧", "🇩🇪", "\U0001d11e", "\U0010ffff", "\ufffd", "\ufffd\ufffd", "\uffff", "\ue000", "\ufeff", "\u200b", "u-1\u200b", "\u200fu-1", "\u00a0", "\u00ad",
    "\u0000", "a\u0000b", "\u001f", "a\u001fb", "\t", "\n", "\r\n", "\u007f", "\u0080", "\u07ff", "\u0800", "\u2028",
]  # fmt: skip
NUMBERS = [0, -0.0, 1, 42, -17, 1e3, 42.0, 4294967296, 9007199254740991, -9007199254740991, 1700000000000]
COMPOSITES = [["acme", 42], ["acme", "42"], [42, "acme"], ["a", "b", "c"], ["小明", "😀"], [0, -0.0], list("abcdefgh"), ["x" * 511, "y" * 512]]
LONES = [
    "\ud83d",
    "\ude00",
    "\udc00\ud800",
    "u-\ud800",
    "\udfff-u",
    "\ud83d\ud83d\ude00",
    "\ud83d\ude00\ude00",
    "😀\ud83d",
    "a\ud800b\udc00c",
    "\ud83dx\ude00",
]
SALTS = ["s", "new-checkout", "A_b-9", "x" * 64]
WEIGHTS = [
    [1], [0, 1], [1, 0], [1, 1], [1, 1, 1], [50, 30, 20], [1, 0, 2], [1, 2, 3, 4], [33, 33, 34], [3333, 3333, 3334], [1, 999999], [999999, 1], [1, 1000000], [1, 4294967294],
    [2147483647, 2147483648], [4294967295], [0, 0, 7, 0], [10, 90], [99, 1], [7, 11, 13, 17, 19], [1] * 7, [1] * 255, [4294967, 4294967, 4286377361], [1000000] * 3,
]  # fmt: skip
PERCENTS = [
    0, 0.0001, 0.0002, 0.0003, 0.001, 0.0157, 0.0058, 0.1, 0.29, 0.3, 0.57, 1, 1.1, 1.15, 2.5, 4.35, 8.2, 12.5, 16.1, 16.6667, 19.99, 28.9999, 33.3333, 50, 56.7891, 57.1429, 64.1, 66.6667,
    75, 79.01, 99, 99.9, 99.99, 99.999, 99.9999, 100, 100.0, 1e-11, 0.5,
]  # fmt: skip
REFUSED_PERCENTS = [-1, -0.0001, 100.0001, 101, 1e300, 0.00001, 0.00005, 0.00015, 33.33333, 66.666666, 99.99999, 0.015705, 12.34567, 0.1 + 0.00002]
BY_HAND = {
    ("new-checkout", None, "42"): ("716333a243646886", 442919),
    ("new-checkout", "ramp", "42"): ("b9f6a313b3954b20", 726419),
    ("new-checkout", None, "小明"): ("fc4e8a64f8565b18", 985573),
    ("new-checkout", None, "😀"): ("4080885faad15be9", 251961),
    ("new-checkout", None, "acme\u001f42"): ("a7f67c57e6a58076", 656104),
}


def row(salt, purpose, text, **unit):
    found = (f"{hash64(salt, purpose, text):016x}", bucket(salt, purpose, text))
    assert BY_HAND.get((salt, purpose, text), found) == found, (salt, purpose, text)
    return {"salt": salt, "purpose": purpose, **unit, "text": text, "hash": found[0], "bucket": found[1]}


def text_of(unit):
    return "\u001f".join(id_text(one) for one in unit) if isinstance(unit, list) else id_text(unit)


def units():
    rows = [row(salt, None, "") for salt in SALTS]
    units = (
        TEXTS + NUMBERS + COMPOSITES + ["x" * length for length in (3, 4, 7, 8, 12, 31, 32, 33, 63, 64, 65, 255, 256, 1024)] + ["é" * 512, "😀" * 256]
    )
    for index, unit in enumerate(units):
        rows.append(row("new-checkout", None, text_of(unit), unit=unit))
        rows.append(row(SALTS[index % 4], ["ramp", "layer", "holdout", "slot"][index // 4 % 4], text_of(unit), unit=unit))
    return list({str((one["salt"], one["purpose"], one.get("unit"))): one for one in rows}.values())


def bucketing():
    for weights in WEIGHTS:
        assert cuts(weights)[-1] == N and cuts(weights) == sorted(cuts(weights))
    assert cuts([1, 1, 1]) == [333333, 666666, 1000000] and cuts([1, 0, 2]) == [333333, 333333, 1000000]
    assert [ppm(one) for one in (0.0157, 0.0001, 99.9999, 33.3333, 0.29, 0.57)] == [157, 1, 999999, 333333, 2900, 5700]
    assert all(ppm(one) is not None for one in PERCENTS) and all(ppm(one) is None for one in REFUSED_PERCENTS)
    percentages = [{"percent": one, "ppm": ppm(one)} for one in PERCENTS]
    return file(
        "Keys, hashes and buckets (a case without `unit` is of the raw text); upper ends of splits; percentages in millionths, null where refused.",
        cases=units(),
        splits=[{"weights": one, "cuts": cuts(one)} for one in WEIGHTS],
        percentages=percentages + [{"percent": one, "ppm": None} for one in REFUSED_PERCENTS],
    )


def lone_surrogates():
    rows = [row(salt, purpose, well_formed(one), unit=one) for one in as_read(LONES) for salt, purpose in (("new-checkout", None), ("s", "ramp"))]
    rows += [row("new-checkout", None, "\ufffd\u001f\ufffd", unit=["\ud83d", "\ude00"]), row("s", None, "\ufffd" * 341, unit="\ud800" * 341)]
    assert rows[0]["bucket"] == 778943 and rows[0]["text"] == "\ufffd"
    return file(
        "As bucketing.json, for ids with lone surrogates, each hashed as EF BF BD. Some JSON parsers refuse such escapes: hence a file of their own.",
        cases=rows,
    )


def files():
    return {"bucketing.json": bucketing(), "bucketing-lone-surrogates.json": lone_surrogates()}
