//! `tidegate eval`: one flag's decision for a context, or every flag's.

use std::io::Write;

use anyhow::Result;

use crate::Outcome;
use crate::args::Eval;
use crate::asked::Answer;
use crate::input;
use crate::show::{fields, table, write_json};

pub(crate) fn run(asked: &Eval, out: &mut impl Write) -> Result<Outcome> {
    let (context, _) = input::context(&asked.context, &asked.file)?;
    let program = input::program(&asked.file)?;
    let answer = |flag: &str| Answer::new(&program, flag, &context);
    let Some(flag) = &asked.flag else {
        let answers: Vec<Answer<'_>> = program.keys().map(answer).collect();
        if asked.json {
            write_json(&answers, out)?;
        } else {
            let heading = ["flag", "value", "variant", "reason", "rule"].map(str::to_owned);
            let rows: Vec<_> = std::iter::once(heading).chain(answers.iter().map(Answer::row)).collect();
            table(&rows, out)?;
        }
        return Ok(outcome(answers.iter().any(Answer::is_error)));
    };
    let answer = answer(flag);
    if asked.json {
        write_json(&answer, out)?;
    } else {
        fields(&answer.fields(), out)?;
    }
    Ok(outcome(answer.is_error()))
}

/// How a run with decisions came out.
pub(crate) fn outcome(error: bool) -> Outcome {
    if error { Outcome::Wrong } else { Outcome::Fine }
}
