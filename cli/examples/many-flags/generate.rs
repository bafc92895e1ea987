//! Sources of any size, as several teams might write them.

use std::fmt::Write as _;
use std::path::Path;

/// Writes `flags` flags into `files` files of a folder, with a segment and an owner in each, and an environment. The same
/// numbers give the same files.
///
/// # Errors
/// A file can't be written.
pub(crate) fn write(folder: &Path, flags: usize, files: usize) -> std::io::Result<()> {
    std::fs::create_dir_all(folder.join("environments"))?;
    for file in 0..files {
        std::fs::write(folder.join(format!("team-{file:03}.yaml")), team(file, (file..flags).step_by(files)))?;
    }
    let mut production = "flags:\n".to_owned();
    for flag in (0..flags).step_by(10) {
        let _ = writeln!(production, "  flag-{flag:05}: {{ enabled: false }}");
    }
    std::fs::write(folder.join("environments/production.yaml"), production)
}

fn team(number: usize, flags: impl Iterator<Item = usize>) -> String {
    let mut text = format!(
        "owner: team-{number}\ntags: [area-{}]\naudience: [client, server]\n\nsegments:\n  team-{number}-staff:\n    attr: user.email\n    op: endsWith\n    value: '@team-{number}.example'\n\nflags:\n",
        number % 5
    );
    for flag in flags {
        let _ = write!(
            text,
            "  flag-{flag:05}:
    description: Flag number {flag}, which belongs to team {number}
    type: string
    variants:
      control: plain
      one: first-{flag}
      two: second-{flag}
    off: control
    default: control
    unit: user.id
    salt: flag-{flag:05}
    overrides:
      - {{ ids: [u-{flag}, u-{}], variant: one }}
    rules:
      - id: staff
        when: {{ segment: team-{number}-staff }}
        serve: one
      - id: countries
        when:
          all:
            - {{ attr: user.country, op: in, value: [DE, FR, IT] }}
            - {{ attr: app.version, op: semverGte, value: 2.{}.0 }}
        percent: {}
        serve:
          split:
            - {{ variant: one, weight: 1 }}
            - {{ variant: two, weight: 1 }}
",
            flag + 1,
            flag % 30,
            flag % 100
        );
        if flag % 20 == 0 {
            text.push_str("      - id: hours\n        window: { zone: Europe/Berlin, from: 2026-03-02T17:00, until: 2026-03-02T19:00, repeat: { every: day } }\n        serve: two\n");
        }
    }
    text
}
