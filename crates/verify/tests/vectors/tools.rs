//! Writing and judging vectors in memory.

use std::num::NonZero;

use halfulp::format::catalog::{lookup, name_of};
use halfulp::{Format, Operands, Task};
use halfulp_verify::engine::Scalar;
use halfulp_verify::engine::definition::Definition;
use halfulp_verify::report::Summary;
use halfulp_verify::vectors::{Form, Header, Recipe, Recording, RecordingError, Source, Written, read};
use halfulp_verify::verify::{Part, Shard};
use halfulp_verify::{Answer, Engine, EngineError, Selection, Settings, Verifier};

pub fn format(name: &str) -> Format {
    lookup(name).unwrap()
}

pub fn name(format: &Format) -> String {
    name_of(format).unwrap()
}

/// Right, but for the results of some operands, whatever their noise words are.
#[derive(Clone)]
pub struct Faulty(pub Vec<Operands>);

impl Engine for Faulty {
    fn name(&self) -> &str {
        "faulty"
    }

    fn covers(&self, _: &Task) -> bool {
        true
    }

    fn run(&mut self, task: &Task, operands: &[Operands], answers: &mut [Answer]) -> Result<(), EngineError> {
        Scalar.run(task, operands, answers)?;
        for (operands, answer) in operands.iter().zip(answers) {
            answer.code ^= u64::from(self.0.iter().any(|wrong| wrong.codes == operands.codes));
        }
        Ok(())
    }

    fn fork(&self) -> Result<Box<dyn Engine>, EngineError> {
        Ok(Box::new(self.clone()))
    }
}

/// A vector file in memory.
#[derive(Clone)]
pub struct File {
    pub bytes: Vec<u8>,
    pub written: Written,
}

pub struct Wish<'a> {
    pub task: Task,
    pub form: Form,
    pub cases: &'a str,
    pub shard: Option<&'a str>,
    pub threads: usize,
    pub engine: &'a dyn Engine,
}

impl Wish<'_> {
    pub fn write(&self) -> File {
        let confirm: Vec<Box<dyn Engine>> = match self.engine.name() {
            "scalar" => vec![Box::new(Definition::default())],
            _ => Vec::new(),
        };
        let selections: Vec<Selection> = self.cases.split(' ').map(|text| text.parse().unwrap()).collect();
        let shard: Option<Shard> = self.shard.map(|text| text.parse().unwrap());
        let recipe = Recipe {
            task: self.task,
            name: &name,
            form: self.form,
            selections: &selections,
            seed: 7,
            shard,
            engine: self.engine,
            confirm: &confirm,
        };
        let pool = rayon::ThreadPoolBuilder::new().num_threads(self.threads).build().unwrap();
        let mut bytes = Vec::new();
        let written = recipe.write(&mut bytes, &pool).unwrap();
        File { bytes, written }
    }
}

/// A file of the library's answers.
pub fn file(task: Task, form: Form, cases: &str) -> File {
    Wish { task, form, cases, shard: None, threads: 2, engine: &Scalar }.write()
}

impl File {
    /// The header, as it is read.
    pub fn header(&self) -> Header {
        let within = Header::within(&self.bytes).unwrap();
        within.unwrap_or_else(|| Header::from_toml(&self.written.beside().unwrap()).unwrap())
    }

    /// Its lines, or its records if it is binary.
    pub fn pieces(&self) -> Vec<Vec<u8>> {
        let layout_bytes: usize =
            self.header().columns.iter().map(halfulp_verify::vectors::Column::bytes).sum::<usize>() + 1;
        match self.header().form {
            Form::Raw => self.bytes.chunks(layout_bytes).map(<[u8]>::to_vec).collect(),
            _ => self.bytes.split_inclusive(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect(),
        }
    }

    /// The place of the first row among them.
    pub fn first_row(&self) -> usize {
        match self.header().form {
            Form::Testfloat | Form::Raw => 0,
            Form::Csv | Form::Jsonl => 1,
            Form::Fptest => 4,
            Form::Readmemh => self.pieces().iter().position(|line| !line.starts_with(b"//")).expect("a row"),
        }
    }

    pub fn with(&self, pieces: &[Vec<u8>]) -> File {
        File { bytes: pieces.concat(), written: self.written.clone() }
    }
}

/// What comes of judging a file, perhaps with answers of another one.
pub fn judge(file: &File, answers: Option<(&[u8], Form)>) -> Result<(Summary, Recording), String> {
    judge_with(file, Some(&file.header()), file.header().task()?, answers)
}

pub fn judge_with(
    file: &File,
    header: Option<&Header>,
    task: Task,
    answers: Option<(&[u8], Form)>,
) -> Result<(Summary, Recording), String> {
    let form = file.written.header.form;
    let source = |path, bytes, form, with_inputs| {
        let rows = read(bytes, form, &task, with_inputs).map_err(|error| format!("{path}: {error}"))?;
        Ok::<_, String>(Source { path, bytes, form, rows })
    };
    let answers = answers.map(|(bytes, form)| source("answers", bytes, form, false)).transpose()?;
    let own = source("file", &*file.bytes, form, true)?;
    let replay = ["halfulp", "check", "file"].map(String::from).to_vec();
    let recording = Recording::new(task, header, own, answers, replay)
        .map_err(|error: RecordingError| error.to_string())?;
    let jobs = [recording.job("test").unwrap()];
    let subject = recording.subject();
    let oracles: Vec<Box<dyn Engine>> = vec![Box::new(Definition::default())];
    let settings = Settings { threads: NonZero::new(2).unwrap(), keep: 5, part: Part::Whole };
    let mut report = Verifier::new(&jobs, &*subject, &oracles, settings).unwrap().run(&|_| ()).unwrap();
    recording.complete(&mut report);
    Ok((Summary::of(&report, 5, &name), recording))
}
