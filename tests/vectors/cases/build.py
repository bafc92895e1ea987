"""Builds files of decision vectors: the answer is computed by the reference and must be the one stated by hand."""

import json

from reference import decide, parameters
from reference_load import load
from reference_values import date

ABSENT = object()
ON_OFF = {"type": "boolean", "variants": {"on": True, "off": False}, "off": "off", "default": "off"}
VERSION = 1


def compact(value):
    return json.dumps(value, ensure_ascii=False)


def as_read(value):
    """The value as a JSON reader gives it: two halves of a surrogate pair are one character."""
    return json.loads(json.dumps(value))


def file(about, **content):
    return {"vectorsVersion": VERSION, "about": about, **content}


class Decisions:
    def __init__(self, about, revision="vectors"):
        self.about = about
        self.snapshot = {"schemaVersion": 1, "revision": revision, "segments": {}, "layers": {}, "holdouts": {}, "flags": {}}
        self.questions = []
        self.tests = {}

    def segment(self, key, **fields):
        self.snapshot["segments"][key] = fields

    def layer(self, key, experiments, **fields):
        self.snapshot["layers"][key] = {"salt": key, "experiments": experiments, **fields}

    def holdout(self, key, percent, **fields):
        self.snapshot["holdouts"][key] = {"salt": key, "percent": percent, **fields}

    def flag(self, key, **fields):
        assert key not in self.snapshot["flags"], key
        self.snapshot["flags"][key] = {**ON_OFF, **fields}

    def case(self, name, flag, context, variant=None, reason=None, rule=None, error=None, now=None, host=None, **more):
        """One question, perhaps at an instant, with the answer as a person states it."""
        assert all(name != one["name"] for one in self.questions), f"two cases are called {name}"
        by_hand = {"variant": variant, "reason": "ERROR" if error else reason, "rule": rule, "errorCode": error, **more}
        at = {} if now is None else {"now": date(now)}
        said = {} if host is None else {"host": host}
        self.questions.append({"name": name, "flag": flag, "context": as_read(context), **at, **said, "hand": by_hand})

    def namespace(self, name, namespace, context, parameters, now=None, host=None):
        """What the flags of a namespace set together, as a person states it."""
        at = {} if now is None else {"now": date(now)}
        said = {} if host is None else {"host": host}
        self.questions.append({"name": name, "namespace": namespace, "context": as_read(context), **at, **said, "hand": parameters})

    def test(self, op, value, rows, **more):
        """A flag that is on where one test on `a` holds; rows are (attribute, does it hold)."""
        key = f"{op} {compact(value)}" + (" ignoreCase" if more else "")
        if key not in self.tests:
            key = key if len(key.encode()) <= 120 else f"{op} #{len(self.tests)}"
            self.tests[key] = True
            self.flag(key, rules=[{"when": {"attr": "a", "op": op, "value": value, **more}, "serve": "on"}])
        for attribute, holds in rows:
            shown = "missing" if attribute is ABSENT else compact(attribute)
            name = f"{key}: {shown if len(shown) <= 120 else shown[:117] + '…'}"
            if any(name == one["name"] for one in self.questions):
                continue
            context = {} if attribute is ABSENT else {"a": attribute}
            answer = ("on", "TARGETING_MATCH", "0") if holds else ("off", "DEFAULT")
            self.case(name, key, context, *answer)

    def matrix(self, op, value, yes, no, wrong, negated=False, **more):
        """One operator against every kind of attribute. `yes` matches, `no` does not, `wrong` is of another type."""
        rows = [(yes, True), (no, False), *((one, False) for one in wrong)]
        rows += [([], False), ([yes], True), ([no], False), ([no, yes], True), ([yes, no], True), (wrong, False)]
        rows += [([[yes]], False), ([None], False), ([None, yes], True), ([{}], False), ([{"a": yes}, yes], True)]
        rows += [({}, False), ({"a": yes}, False)]
        rows = [(attribute, holds != negated) for attribute, holds in rows]
        self.test(op, value, [(ABSENT, False), (None, False), *rows], **more)

    def build(self):
        for section in ("segments", "layers", "holdouts"):
            if not self.snapshot[section]:
                del self.snapshot[section]
        snapshot = load(json.dumps(self.snapshot).encode())
        assert not snapshot.refused_flags, snapshot.refused_flags
        for refused in (snapshot.refused_segments, snapshot.refused_layers, snapshot.refused_holdouts):
            assert not refused, refused
        cases = []
        for one in self.questions:
            if "namespace" in one:
                found = parameters(snapshot, one["namespace"], one["context"], one.get("now", 0), one.get("host"))
                stated = one.pop("hand")
                assert found == stated, f"{one['name']}: {found}, by hand {stated}"
                cases.append({**one, "expect": found})
                continue
            found = decide(snapshot, one["flag"], one["context"], one.get("now", 0), one.get("host"))
            for field, stated in one.pop("hand").items():
                assert found.get(field) == stated, f"{one['name']}: {field} is {found.get(field)}, by hand {stated}"
            cases.append({**one, "expect": found})
        return file(self.about, snapshot=self.snapshot, cases=cases)
