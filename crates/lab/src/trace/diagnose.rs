//! Faults by name, over all parameters: the name has the numbers of the group and the step that the fault is found in.

use super::explain::Explained;
use super::fault::{FAULTS, Scope};
use super::replayed::Diagnosis;

/// What each fault explains of each group.
#[derive(Default)]
pub struct Diagnoses {
    groups: Vec<(usize, Vec<Explained>)>,
}

impl Diagnoses {
    /// Takes in what the faults explain of parameters of a group.
    pub fn add(&mut self, group: usize, all: Vec<Explained>) {
        match self.groups.iter_mut().find(|(known, _)| *known == group) {
            Some((_, known)) => known.iter_mut().zip(all).for_each(|(mine, its)| mine.merge(its)),
            None => self.groups.push((group, all)),
        }
    }

    /// Those that explain something: those first that explain most and break least.
    pub fn named(&self) -> Vec<Diagnosis> {
        let mut all: Vec<Diagnosis> = (0..FAULTS.len()).flat_map(|fault| self.of(fault)).collect();
        all.sort_by_key(|one| {
            (std::cmp::Reverse(one.explained.explains), one.explained.breaks, one.elsewhere)
        });
        all
    }

    /// One fault, under each of the names that it has.
    fn of(&self, at: usize) -> Vec<Diagnosis> {
        let fault = FAULTS[at];
        let mut named: Vec<(String, Explained)> = Vec::new();
        let mut lost: Vec<u32> = Vec::new();
        for explained in self.groups.iter().filter_map(|(_, all)| all.get(at)) {
            explained.add_lost(&mut lost);
            let Some(name) = fault.name(explained.hyper.as_ref()) else { continue };
            match named.iter_mut().find(|(known, _)| *known == name) {
                Some((_, known)) => known.merge(explained.clone()),
                None => named.push((name, explained.clone())),
            }
        }
        // Half of all differences, whatever their cause, lie toward zero: a truncation gives nearly all of its tensor's.
        let is_named = |Explained { explains, breaks, .. }: &Explained| {
            *explains > 0 && (fault.scope() != Scope::Element || *explains >= 9 * breaks)
        };
        let diagnosis = |(name, explained): (String, Explained)| Diagnosis {
            fault: name,
            elsewhere: (fault.scope() == Scope::Step).then(|| explained.elsewhere(&lost)),
            explained,
        };
        named.into_iter().filter(|(_, explained)| is_named(explained)).map(diagnosis).collect()
    }
}
