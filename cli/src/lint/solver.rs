//! Whether a formula can hold for anybody: a search through its cases, closed where one attribute can't be what they ask.
//!
//! The answer "never" is a proof, "perhaps" is the want of one. Attributes count as independent of each other, though
//! `shop` and `shop.plan` aren't, which can only make "never" rarer.

use std::collections::{BTreeMap, BTreeSet};

use super::formula::{Atom, Formula, Formulas, Node};
use super::judge::Judge;
use super::values::Values;

/// A formula that has to hold, or mustn't.
pub(crate) type Wanted = (Node, bool);

/// Who can make all that is wanted come true.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Hope {
    /// Nobody. The attributes whose values can't be what is asked of them; none where that isn't all there is to it.
    Never(BTreeSet<usize>),
    /// Only those with one of these attributes a list.
    OnlyLists(BTreeSet<usize>),
    Perhaps,
}

pub(crate) struct Solver<'a> {
    pub(crate) formulas: &'a Formulas<'a>,
    pub(crate) judge: &'a Judge,
}

/// One search, with what it may still spend.
struct Search<'a> {
    formulas: &'a Formulas<'a>,
    judge: &'a Judge,
    with_lists: bool,
    cases: usize,
    /// Questions to the judge that end it.
    most_asked: usize,
    /// The attributes that closed cases, and whether something else closed one.
    blamed: BTreeSet<usize>,
    is_otherwise_closed: bool,
}

/// Cases that are looked at before a search is given up.
const CASES: usize = 500;
/// Cases within cases.
const DEEPEST: usize = 64;
/// Questions to the judge before a search is given up.
const QUESTIONS: usize = 20_000;

impl Solver<'_> {
    /// Whether everything that is wanted can be had at once.
    pub(crate) fn hope(&self, wanted: &[Wanted]) -> Hope {
        let mut plain = self.search(false);
        if plain.is_possible(wanted.to_vec(), Vec::new(), 0) {
            return Hope::Perhaps;
        }
        let mut any = self.search(true);
        if any.is_possible(wanted.to_vec(), Vec::new(), 0) {
            return Hope::OnlyLists(plain.blamed);
        }
        Hope::Never(if any.is_otherwise_closed { BTreeSet::new() } else { any.blamed })
    }

    pub(crate) fn is_never(&self, wanted: &[Wanted]) -> bool {
        !self.search(true).is_possible(wanted.to_vec(), Vec::new(), 0)
    }

    fn search(&self, with_lists: bool) -> Search<'_> {
        Search {
            formulas: self.formulas,
            judge: self.judge,
            with_lists,
            cases: 0,
            most_asked: self.judge.asked() + QUESTIONS,
            blamed: BTreeSet::new(),
            is_otherwise_closed: false,
        }
    }
}

impl Search<'_> {
    /// Takes apart what must hold, then tries each way of one choice that is left.
    fn is_possible(&mut self, mut wanted: Vec<Wanted>, mut literals: Vec<(Atom, bool)>, depth: usize) -> bool {
        self.cases += 1;
        if self.cases > CASES || depth > DEEPEST || self.judge.asked() > self.most_asked {
            return true;
        }
        let formulas = self.formulas;
        let mut choices: Vec<Wanted> = Vec::new();
        while let Some((node, holds)) = wanted.pop() {
            match (formulas.formula(node), holds) {
                (Formula::Constant(value), _) if *value == holds => {}
                (Formula::Constant(_), _) => {
                    self.is_otherwise_closed = true;
                    return false;
                }
                (Formula::Atom(atom), _) => literals.push((*atom, holds)),
                (Formula::Not(part), _) => wanted.push((*part, !holds)),
                (Formula::All(parts), true) | (Formula::Any(parts), false) => {
                    wanted.extend(parts.iter().map(|part| (*part, holds)));
                }
                (Formula::Any(_), true) | (Formula::All(_), false) => choices.push((node, holds)),
            }
        }
        literals.sort_unstable();
        literals.dedup();
        if !self.are_possible(&literals) {
            return false;
        }
        let Some((node, holds)) = choices.pop() else {
            return true;
        };
        let (Formula::Any(parts) | Formula::All(parts)) = formulas.formula(node) else {
            return true;
        };
        parts.iter().any(|part| {
            let further = std::iter::once((*part, holds)).chain(choices.iter().copied()).collect();
            self.is_possible(further, literals.clone(), depth + 1)
        })
    }

    /// Whether nothing says that these can't be had together.
    fn are_possible(&mut self, literals: &[(Atom, bool)]) -> bool {
        let mut attributes: BTreeMap<usize, Asked> = BTreeMap::new();
        let mut units: BTreeMap<usize, Asked> = BTreeMap::new();
        // The same atom is here twice if it has to hold and mustn't.
        let (mut segments, mut is_twofold) = (BTreeSet::new(), false);
        for (atom, holds) in literals {
            match *atom {
                Atom::Present(attribute) => {
                    let asked = attributes.entry(attribute).or_default();
                    if *holds { asked.is_present = true } else { asked.is_missing = true }
                }
                Atom::Match(attribute, test) => attributes.entry(attribute).or_default().add(test, *holds),
                Atom::Listed(unit, ids) => units.entry(unit).or_default().add(ids, *holds),
                Atom::Segment(segment) => is_twofold |= !segments.insert(segment),
            }
        }
        if is_twofold || !units.values().all(|asked| self.is_unit_possible(asked)) {
            self.is_otherwise_closed = true;
            return false;
        }
        for (attribute, asked) in attributes {
            if !self.is_attribute_possible(&asked) {
                self.blamed.insert(attribute);
                return false;
            }
        }
        true
    }

    /// A unit has one text, or none.
    fn is_unit_possible(&self, asked: &Asked) -> bool {
        let ids = |list: &usize| self.formulas.lists.get(*list);
        let mut lists: Vec<_> = asked.matched.iter().filter_map(ids).collect();
        lists.sort_by_key(|ids| ids.len());
        let Some((smallest, others)) = lists.split_first() else {
            return true;
        };
        smallest.iter().any(|id| {
            others.iter().all(|ids| ids.contains(id))
                && !asked.missed.iter().filter_map(ids).any(|ids| ids.contains(id))
        })
    }

    /// What an attribute can be: missing, an object or something else that nothing matches, one value, or a list.
    fn is_attribute_possible(&self, asked: &Asked) -> bool {
        let values = Values { tests: &self.formulas.tests, judge: self.judge };
        if asked.matched.is_empty() {
            return !(asked.is_missing && asked.is_present);
        }
        if asked.is_missing {
            return false;
        }
        if values.has_one(&asked.matched, &asked.missed) {
            return true;
        }
        // Of a list, each test may be passed by another element, and none may match what mustn't.
        self.with_lists
            && asked.matched.len() > 1
            && asked.matched.iter().all(|test| values.has_one(&[*test], &asked.missed))
    }
}

/// What is asked of one attribute, or of one unit.
#[derive(Default)]
struct Asked {
    is_present: bool,
    is_missing: bool,
    matched: Vec<usize>,
    missed: Vec<usize>,
}

impl Asked {
    fn add(&mut self, number: usize, holds: bool) {
        if holds { self.matched.push(number) } else { self.missed.push(number) }
    }
}
