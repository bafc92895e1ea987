//! `tidegate usage`: which flags a code base asks for, as far as a text can say.

use std::path::PathBuf;

use crate::support::{Run, golden, run};

/// A code base in a folder of a test's own.
struct CodeBase(PathBuf);

impl CodeBase {
    fn new(name: &str, files: &[(&str, &str)]) -> Self {
        let root = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("usage").join(name);
        let _ = std::fs::remove_dir_all(&root);
        let code = Self(root);
        for (path, text) in files {
            code.write(path, text.as_bytes());
        }
        code
    }

    fn write(&self, path: &str, bytes: &[u8]) {
        let path = self.0.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }

    /// A run in which `CODE` stands for the folder.
    fn run(&self, arguments: &[&str]) -> Run {
        let root = self.0.to_str().unwrap();
        let arguments: Vec<String> = arguments.iter().map(|argument| argument.replace("CODE", root)).collect();
        let arguments: Vec<&str> = [&["usage"], &arguments.iter().map(String::as_str).collect::<Vec<_>>()[..]].concat();
        let mut run = run(&arguments, SNAPSHOT.as_bytes());
        run.out = run.out.replace(root, "CODE");
        run.err = run.err.replace(root, "CODE");
        run
    }
}

const SNAPSHOT: &str = r#"{
  "schemaVersion": 1,
  "revision": "1",
  "flags": {
    "new-checkout": {
      "type": "boolean", "variants": { "on": true, "off": false }, "off": "off", "default": "off",
      "prerequisites": [{ "flag": "cart-v2", "variants": ["on"] }]
    },
    "cart-v2": {
      "type": "boolean", "variants": { "on": true, "off": false }, "off": "off", "default": "on",
      "prerequisites": [{ "flag": "cart-v1", "variants": ["on"] }]
    },
    "cart-v1": { "type": "boolean", "variants": { "on": true, "off": false }, "off": "off", "default": "on" },
    "page-size": { "type": "number", "variants": { "few": 10, "many": 100 }, "off": "few", "default": "few" },
    "theme": { "type": "string", "variants": { "dark": "dark", "light": "light" }, "off": "dark", "default": "light" },
    "old-banner": { "type": "boolean", "variants": { "on": true, "off": false }, "off": "off", "default": "off" },
    "ranker": { "type": "object", "variants": { "a": { "model": "tree" } }, "off": "a", "default": "a", "namespace": "feed" },
    "broken": { "type": "boolean", "variants": { "on": true }, "off": "of", "default": "on" }
  }
}"#;

/// A shop whose code asks for flags in many ways.
fn shop(name: &str) -> CodeBase {
    CodeBase::new(
        name,
        &[
            (
                "src/cart.ts",
                "// tide.boolean('old-banner', false) was here\n\
                 const on = tide.boolean(\n  'new-checkout',\n  false,\n);\n\
                 const size = tide.number(KEYS.pageSize, 10);\n\
                 if (tide.boolean('new-chekout', false)) tide.decide(`no-such-${ flag }`);\n\
                 export const schema = z.object({ name: z.string('a name is needed') });\n\
                 tide.boolean('broken', false);\n",
            ),
            ("src/keys.ts", "export const KEYS = { pageSize: \"page-size\" } as const;\n"),
            ("src/Page.tsx", "export const Page = () => <p>don't {useFlag('themes', 'dark').value}</p>;\n"),
            ("src/feed.vue", "<script>\nconst { model } = tide.parameters('feed', context);\n</script>\n"),
            ("src/main.rs", "fn main() {\n    program.decide(\"theme\", &context);\n}\n"),
            ("src/data.json", "{ \"old-banner\": true }\n"),
            (".gitignore", "dist\n"),
            ("dist/bundle.js", "tide.boolean('not-ours', false)\n"),
            ("node_modules/other/index.js", "tide.boolean('not-ours', false)\n"),
            (".hidden/secret.js", "tide.boolean('not-ours', false)\n"),
        ],
    )
}

#[test]
fn a_code_base_is_told_what_it_lacks_and_what_it_has_no_use_for() {
    let shop = shop("shop");
    golden("used-shop", &shop.run(&["-", "CODE"]));
    golden("used-shop-json", &shop.run(&["-", "CODE", "--json"]));
    golden("used-help", &shop.run(&["--help"]));
}

#[test]
fn what_to_fail_for_can_be_chosen() {
    let shop = shop("fail-on");
    let code = |path: &str, failing: &str| shop.run(&["-", path, "--fail-on", failing]).code;
    assert_eq!(shop.run(&["-", "CODE/src/keys.ts"]).code, Some(0));
    assert_eq!(code("CODE", "unknown"), Some(1));
    assert_eq!(code("CODE", "nothing"), Some(0));
    assert_eq!(code("CODE/src/keys.ts", "unknown"), Some(0));
    assert_eq!(code("CODE/src/keys.ts", "unused"), Some(1));
    assert_eq!(code("CODE/src/keys.ts", "computed"), Some(0));
    assert_eq!(code("CODE/src/cart.ts", "computed"), Some(1));
    assert_eq!(code("CODE/src/cart.ts", "computed,unused"), Some(1));
    golden("used-bad-fail-on", &shop.run(&["-", "CODE", "--fail-on", "all"]));
}

#[test]
fn other_names_and_extensions_can_be_added() {
    let code = CodeBase::new(
        "names",
        &[
            ("a.ts", "useExperiment('theme'); program.string('neither', ''); tide.string('nor', '');\n"),
            ("b.flags", "theme = useExperiment('other')\n"),
        ],
    );
    let arguments = ["-", "CODE", "--call", "useExperiment", "--on", "tide", "--ext", ".flags"];
    golden("used-names", &code.run(&arguments));
}

#[test]
fn constants_of_generated_rust_are_keys_and_generated_files_use_nothing() {
    let code =
        CodeBase::new("generated", &[("src/main.rs", "program.decide(flags::THEME, &context);\nf(PAGE_SIZE);\n")]);
    golden("used-constants-unknown", &code.run(&["-", "CODE"]));
    for file in ["flags.rs", "flags.d.ts"] {
        let file = code.0.join("src").join(file);
        let types = run(&["types", "-", "-o", file.to_str().unwrap()], SNAPSHOT.as_bytes());
        assert_eq!(types.code, Some(0), "{}", types.err);
    }
    golden("used-constants", &code.run(&["-", "CODE"]));
}

#[test]
fn files_that_are_no_text_do_not_get_in_the_way() {
    let code = CodeBase::new("odd", &[("z.ts", "tide.string('theme', '')\n")]);
    code.write("a-binary.ts", b"tide.string('not-ours', '')\0");
    code.write("b-latin.ts", b"// \xe9\ntide.string('the\xefme', '');tide.string('themes', '')\n");
    let long = format!("{};tide.string('thema', '')\n", "x".repeat(3_000_000));
    code.write("c-long-line.ts", long.as_bytes());
    code.write("d-large.ts", &vec![b' '; 16 * 1024 * 1024 + 1]);
    code.write("e-open.ts", b"tide.string('theme");
    golden("used-odd", &code.run(&["-", "CODE"]));
}

#[test]
#[cfg(unix)]
fn links_lead_nowhere_but_the_one_that_is_named() {
    let code = CodeBase::new("links", &[("src/a.ts", "tide.string('theme', '')\n")]);
    std::os::unix::fs::symlink(&code.0, code.0.join("src/loop")).unwrap();
    std::os::unix::fs::symlink("nowhere", code.0.join("src/nowhere.ts")).unwrap();
    std::os::unix::fs::symlink(code.0.join("src"), code.0.join("linked")).unwrap();
    golden("used-links", &code.run(&["-", "CODE/linked", "--fail-on", "nothing"]));
}

#[test]
#[cfg(unix)]
fn what_cannot_be_read_is_said_and_the_rest_is_read() {
    use std::os::unix::fs::PermissionsExt as _;
    let code = CodeBase::new("unread", &[("a.ts", "tide.string('theme', '')\n"), ("b.ts", ""), ("c/d.ts", "")]);
    for path in ["b.ts", "c"] {
        std::fs::set_permissions(code.0.join(path), std::fs::Permissions::from_mode(0o0)).unwrap();
    }
    // Whoever may do everything reads these, too.
    let readable = std::fs::read(code.0.join("b.ts")).is_ok();
    let run = code.run(&["-", "CODE"]);
    std::fs::set_permissions(code.0.join("c"), std::fs::Permissions::from_mode(0o755)).unwrap();
    if readable {
        assert_eq!(run.code, Some(0));
    } else {
        golden("used-unread", &run);
    }
    golden("used-missing", &code.run(&["-", "CODE/none", "CODE/a.ts"]));
}

#[test]
fn two_thousand_flags_are_looked_for() {
    let mut files = Vec::new();
    let mut flags = Vec::new();
    for number in 0..2000 {
        flags.push(format!(
            r#""flag-{number}":{{"type":"boolean","variants":{{"on":true,"off":false}},"off":"off","default":"off"}}"#
        ));
    }
    for number in 0..200 {
        let calls: String =
            (0..10).map(|call| format!("tide.boolean('flag-{}', false);\n", number * 10 + call)).collect();
        files.push((format!("{}/{number}.ts", number % 20), "const a = 'b'; // c\n".repeat(100) + &calls));
    }
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let code = CodeBase::new("many", &files);
    let snapshot = format!(r#"{{"schemaVersion":1,"revision":"1","flags":{{{}}}}}"#, flags.join(","));
    let used = run(&["usage", "-", code.0.to_str().unwrap()], snapshot.as_bytes());
    assert_eq!((used.code, used.err.as_str()), (Some(0), ""));
    assert_eq!(used.out, "200 files: 2000 flags used, 0 mentioned, 0 needed, 0 unused; 0 calls of no flag, 0 unseen\n");
}
