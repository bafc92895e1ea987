//! `tidegate completions`: what the shells make of it.

use std::process::Command;

use crate::support::{golden, run};

/// The verbs, as the command's help lists them.
fn verbs() -> Vec<String> {
    let help = run(&["--help"], b"").out;
    let listed = help.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
    listed.map(|line| line.split_whitespace().next().unwrap().to_owned()).collect()
}

/// What bash offers for the last word of a line.
fn bash_offers(words: &[&str]) -> Vec<String> {
    let script = run(&["completions", "bash"], b"").out;
    let asked = format!(
        "{script}\ncomplete -p tidegate >&2 || exit 1\nCOMP_WORDS=(\"$@\")\nCOMP_CWORD=$(($# - 1))\n\
         _tidegate tidegate \"${{COMP_WORDS[COMP_CWORD]}}\" \"${{COMP_WORDS[COMP_CWORD - 1]}}\"\n\
         printf '%s\\n' \"${{COMPREPLY[@]}}\""
    );
    let output = Command::new("bash").args(["--norc", "-c", &asked, "bash"]).args(words).output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{said}");
    assert!(said.contains("-F _tidegate"), "{said}");
    String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect()
}

#[test]
fn bash_offers_the_verbs_and_their_options() {
    let verbs = verbs();
    assert!(verbs.len() >= 5, "{verbs:?}");
    let offered = bash_offers(&["tidegate", ""]);
    for verb in &verbs {
        assert!(offered.contains(verb), "{verb} is not in {offered:?}");
    }
    assert_eq!(bash_offers(&["tidegate", "comp"]), ["compile", "completions"]);
    assert!(bash_offers(&["tidegate", "eval", "--"]).contains(&"--context".to_owned()));
    assert!(bash_offers(&["tidegate", "completions", "z"]).contains(&"zsh".to_owned()));
}

#[test]
fn every_shell_s_script_names_every_verb() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let told = run(&["completions", shell], b"");
        assert_eq!((told.code, told.err.as_str()), (Some(0), ""), "{shell}");
        for verb in verbs() {
            assert!(told.out.contains(&verb), "{verb} is not in the script for {shell}");
        }
    }
}

#[test]
fn another_shell_is_told_which_there_are() {
    golden("completions-unknown", &run(&["completions", "csh"], b""));
}
