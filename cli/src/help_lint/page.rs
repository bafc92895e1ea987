//! Every lint on one page, which the documentation has. Its tool that runs blocks leaves these to the command's tests.

use std::io::Write;

use anyhow::Result;

use crate::lint::catalogue::Lint;
use crate::lint::level::Level;

const HEAD: &str = r#"# Lints

`tidegate check` tells of three kinds of things. A **problem** refuses something. A **warning** is about two experiments that set one
parameter. A **lint** is about what serves as it is written and can hardly be meant. This page is written by `tidegate help-lint --markdown`;
`tidegate help-lint CODE` shows one.

What a lint says about *never* and *always* is proved, and the evaluator is the judge: it is asked what every test says of values that stand for all
others. Where there is no proof, nothing is said. Two things are left out, since they aren't in the snapshot: what a developer forces, and
attributes that throw when they are read. What has to do with time is about the instant `--at` (now, unless it is given) and what comes behind it.
Definitions with problems aren't linted, and neither is a compiled snapshot. While a definition has problems, and in what an environment makes of
sources, nothing is called unused: something else may use it.

## Levels

| severity | | the check fails |
|---|---|---|
| error | it can't be meant | yes |
| warning | it is hardly meant | no |
| advice | it may well be meant | no |
| off | it is told where somebody asks for it | no |

`--deny CODE` makes a lint an error, `--warn CODE` a warning, `--allow CODE` counts it without telling. `--no-lints` leaves all of them out. So do, for
everyone, a `deny` and a `warn` in `tidegate.toml`; the command line counts more.

## Allowing one

A `tidegate.toml` stands beside the snapshot or in a folder around it; the nearest one counts, or the one that `--config` names.

```toml skip=tested
deny = ["RULE_SHADOWED"]
warn = ["OWNER_MISSING"]

[[allow]]
code = "FLAG_CONSTANT"
flag = "new-cart"          # or at = "/flags/new-cart/rules/0", a JSON Pointer, with all that is in it; neither: everywhere
reason = "goes with the release in March"
until = "2027-04-01"       # unless it is allowed for good
```

A `reason` is required. What is allowed is counted and not told; `--json` and SARIF have it with its reason. An allowance that allows nothing,
or whose day has come, is told of itself.
"#;

pub(super) fn write(lints: &[&Lint], out: &mut impl Write) -> Result<()> {
    writeln!(out, "{HEAD}\n## All of them\n\n| lint | severity | tells of |\n|---|---|---|")?;
    for lint in lints {
        let anchor = lint.code.to_ascii_lowercase();
        writeln!(out, "| [`{}`](#{anchor}) | {} | {} |", lint.code, lint.level.name(), lint.about)?;
    }
    for lint in lints {
        let fence = if lint.is_about_configuration() { "toml" } else { "json" };
        let severity = match lint.level {
            Level::Off => "off unless it is asked for",
            told => told.name(),
        };
        writeln!(out, "\n### {}\n\n{} · {severity}\n", lint.code, capitalised(lint.about))?;
        writeln!(out, "{}\n\n{}\n", lint.why, lint.mend)?;
        writeln!(
            out,
            "```{fence} skip=tested\n{}\n```\n\nMended:\n\n```{fence} skip=tested\n{}\n```",
            lint.example, lint.mended
        )?;
    }
    Ok(())
}

fn capitalised(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map_or_else(String::new, |first| first.to_uppercase().chain(characters).collect())
}
