//! Layers and holdouts to their blocks, and rules' places in them.

use super::{Builder, Compiler, Program, instant, items, share, string, text};
use crate::bucket::{self, Purpose};
use crate::program::LayerBlock;
use crate::program::row::{self, Holdout, Membership, halves};
use crate::snapshot::Json;

/// `program` has the layer that this one is in.
pub(in crate::program) fn layer(program: &mut Program, json: &Json) -> Vec<u32> {
    let block = Builder::new::<row::Layer>();
    let mut compiler = Compiler { program, block, reads: Vec::new(), timed: false };
    let unit = compiler.unit(json.get("unit"));
    let prefix = compiler.block.text(&bucket::prefix(text(json, "salt"), Purpose::Layer));
    let mut experiments = Vec::new();
    if let Some(Json::Object(entries)) = json.get("experiments") {
        for (name, ranges) in entries {
            let mut rows = Vec::new();
            if let Json::List(ranges) = ranges {
                for range in ranges {
                    rows.push(ends(range));
                }
            }
            let name = compiler.block.text(name);
            experiments.push(row::Experiment { name, ranges: compiler.block.list(&rows) });
        }
    }
    let experiments = compiler.block.list(&experiments);
    let within = json.get("within").map_or(0, |within| compiler.membership(within));
    let (block, reads) = compiler.close();
    let parts = block.parts;
    block.with(&row::Layer { unit, prefix, experiments, within, reads, parts })
}

/// `program` has the holdouts that this one includes.
pub(in crate::program) fn holdout(program: &mut Program, json: &Json, includes: &[u32]) -> Vec<u32> {
    let block = Builder::new::<Holdout>();
    let mut compiler = Compiler { program, block, reads: Vec::new(), timed: false };
    let unit = compiler.unit(json.get("unit"));
    let prefix = compiler.block.text(&bucket::prefix(text(json, "salt"), Purpose::Holdout));
    let flags = compiler.ids(items(json, "flags"));
    let tags = compiler.ids(items(json, "tags"));
    let includes = compiler.block.list(includes);
    let until = json.get("until").and_then(instant);
    let all = matches!(json.get("all"), Some(Json::Bool(true)));
    let bits = Holdout::bits(json.get("percent").map_or(0, share), until.is_some(), all);
    let until = halves(until.unwrap_or_default().cast_unsigned());
    let block = compiler.block.finish();
    let parts = block.parts;
    block.with(&Holdout { unit, prefix, bits, until, flags, tags, includes, parts })
}

impl Compiler<'_> {
    /// The place in an experiment that a rule or a layer has; 0 for none.
    pub(super) fn membership(&mut self, json: &Json) -> u32 {
        if json.get("experiment").is_none() {
            return 0;
        }
        let name = text(json, "experiment");
        let layers = self.program.layers();
        let layer = json.get("layer").and_then(|layer| layers.find(&self.program.words, string(layer)));
        let experiment = layer.and_then(|layer| self.program.experiment(layer, name));
        let slots = layer.and_then(|layer| self.program.layer(layer)).map(LayerBlock::reads).unwrap_or_default();
        self.reads.extend_from_slice(slots);
        let name = self.block.text(name);
        let (layer, experiment) = (layer.unwrap_or(Membership::NONE), experiment.unwrap_or_default());
        self.block.push(&Membership { layer, experiment, name })
    }

    /// The list of the holdouts that cover a flag.
    pub(super) fn holdouts(&mut self, covering: &[u32]) -> u32 {
        for holdout in covering {
            if let Some(holdout) = self.program.holdout(*holdout) {
                self.reads.extend_from_slice(holdout.block.list(holdout.row.unit));
                self.timed |= holdout.row.until().is_some();
            }
        }
        self.block.list(covering)
    }
}

fn ends(range: &Json) -> [u32; 2] {
    match range {
        Json::List(ends) => [ends.first(), ends.get(1)].map(|end| end.map_or(0, share)),
        _ => [0, 0],
    }
}
