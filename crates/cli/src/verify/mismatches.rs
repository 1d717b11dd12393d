//! `--mismatches FILE`: every mismatch of a run as CSV.

use std::io;
use std::path::Path;
use std::sync::Mutex;

use halfulp_verify::report::{FormatName, MismatchRow};
use halfulp_verify::verify::{Logged, VerifyError, Waivers as _};
use halfulp_verify::waiver::WaiverList;
use halfulp_verify::{Engine, Job, Report, Verifier};

use crate::output::{Output, Outputs};

/// A file that takes them.
pub struct Mismatches(Mutex<(csv::Writer<Output>, csv::Result<()>)>);

/// What rows name.
pub struct Named<'a> {
    pub jobs: &'a [Job],
    pub oracles: &'a [Box<dyn Engine>],
    pub waivers: &'a WaiverList,
    pub name: FormatName<'a>,
    /// The number of a case for people, of its number in the run.
    pub case: &'a (dyn Fn(u64) -> u64 + Sync),
}

impl Mismatches {
    /// Begins the file, if there is to be one.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn begin(outputs: &mut Outputs, path: Option<&Path>) -> anyhow::Result<Option<Mismatches>> {
        let file = path.map(|path| outputs.claim_kind("--mismatches", path, &["csv"])).transpose()?;
        Ok(file.map(Mismatches::new))
    }

    fn new(output: Output) -> Mismatches {
        let mut writer = csv::WriterBuilder::new().has_headers(false).from_writer(output);
        let begun = writer.write_record(MismatchRow::KEYS);
        Mismatches(Mutex::new((writer, begun)))
    }

    /// What could not be written is known at the end.
    fn add(&self, row: &MismatchRow) {
        if let Ok(mut file) = self.0.lock() {
            let (writer, written) = &mut *file;
            if written.is_ok() {
                *written = writer.serialize(row);
            }
        }
    }

    /// Puts the file in its place.
    ///
    /// # Errors
    /// It could not be written.
    pub fn finish(self) -> anyhow::Result<()> {
        let (writer, written) = self.0.into_inner().map_err(|_| io::Error::other("a thread died"))?;
        written?;
        writer.into_inner().map_err(|error| error.into_error())?.finish()
    }
}

/// Runs a verification, and writes its mismatches where that is wanted.
pub fn run(
    verifier: &Verifier<'_>,
    progress: &(dyn Fn(u64) + Sync),
    file: Option<&Mismatches>,
    named: &Named<'_>,
) -> Result<Report, VerifyError> {
    let Some(file) = file else { return verifier.run(progress) };
    let oracles: Vec<String> = named.oracles.iter().map(|oracle| oracle.name().to_string()).collect();
    let waivers = named.waivers.facts();
    verifier.run_and_log(progress, &|logged: &Logged| {
        let comparison = named.jobs[logged.job].comparison();
        let row = MismatchRow::of(logged, comparison, &oracles, &waivers, named.name);
        file.add(&MismatchRow { case: (named.case)(row.case), ..row });
    })
}
