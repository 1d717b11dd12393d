//! Every argument for an unreachable bin is held against all cases of small formats.

use halfulp::format::catalog::lookup;
use halfulp::{
    Facts, Format, NanResult, Nans, NoiseBits, Op, Overflow, Policy, Rounding, Saturation, Sign, Standard,
    Stochastic, Task, Tininess, noise,
};
use halfulp_verify::coverage::{Model, Proof, Why};

/// Formats of at most 8 bits of all kinds: with and without infinities, subnormals, signs and minus zero. The first three are narrow.
fn formats() -> Vec<Format> {
    let names = ["e2m1", "e3m2", "e2m3", "e4m3fn", "e5m2", "e4m3fnuz", "e8m0", "binary8p1ue", "i8", "u8"];
    names.iter().map(|name| lookup(name).unwrap_or_else(|error| panic!("{name}: {error}"))).collect()
}

/// Tasks of one and two operands within formats and between them; fewer pairs of 8 bits unless all are wanted.
fn tasks(all: bool) -> Vec<Task> {
    let (formats, mut tasks) = (formats(), Vec::new());
    let one = [Op::Sqrt, Op::Convert, Op::ConvertToInteger, Op::LogB, Op::Abs];
    for op in [Op::Add, Op::Sub, Op::Mul, Op::Div].into_iter().chain(one) {
        for (place, first) in formats.iter().enumerate() {
            for second in &formats {
                if all || place < 3 || op.arity() == 1 || first == second {
                    tasks.push(Task::within(op, *first).with_result(*second));
                }
                if all || place < 3 {
                    tasks.push(Task::new(op, [*first, *second, *first], *first));
                }
            }
        }
    }
    for name in ["e2m1", "e3m2", "e2m3"] {
        tasks.push(Task::within(Op::Fma, lookup(name).unwrap()));
    }
    tasks.retain(|task| task.check().is_ok());
    tasks
}

/// The tasks under policies that arguments are about.
fn under_policies(all: bool) -> Vec<Task> {
    let stochastic = Rounding::Stochastic { variant: Stochastic::C, bits: NoiseBits::known(2) };
    let policies = [
        Policy::IEEE,
        Policy::IEEE.rounding(Rounding::TowardNegative).nan(NanResult::Least),
        Policy::IEEE
            .rounding(Rounding::TowardPositive)
            .saturation(Saturation::Finite)
            .tininess(Tininess::Before),
        Policy::IEEE.rounding(Rounding::ToOdd).saturation(Saturation::Propagate).nan(NanResult::Zero),
        Policy::IEEE.rounding(Rounding::TowardZero).flush_results(true),
        Policy::IEEE.rounding(Rounding::NearestAway).standard(Standard::P3109V4_0),
        Policy::IEEE.rounding(stochastic).flush_operands(true),
    ];
    // Each task under some of them: all pairs would take minutes.
    let some =
        |(place, task): (usize, Task)| [0, 3].map(|step| task.with_policy(policies[(place + step) % 7]));
    let all = tasks(all).into_iter().enumerate().flat_map(some);
    all.filter(|task| task.check().is_ok()).collect()
}

/// What a claim says of the bins of a task that some case hits; nothing of a true claim. `None` if not all cases can be tried.
fn contradiction(task: &Task, claim: &dyn Fn(&Model, usize) -> Option<Why>) -> Option<Vec<String>> {
    let model = Model::new(task);
    let tried = Proof::by_exhaustion(&model)?;
    let wrong = |bin: &usize| claim(&model, *bin).is_some() && tried.unreachable(*bin).is_none();
    let name =
        |bin| model.groups().iter().find(|group| group.range().contains(&bin)).map(|group| group.bin(bin));
    Some((0..model.bins()).filter(wrong).filter_map(name).collect())
}

fn assert_no_contradiction(all: bool) {
    let mut used: Vec<&str> = Vec::new();
    for task in under_policies(all) {
        let argued = Proof::by_argument(&Model::new(&task));
        let Some(wrong) = contradiction(&task, &|_, bin| argued.unreachable(bin)) else { continue };
        assert!(wrong.is_empty(), "{task:?}: {wrong:?}");
        let bins = Model::new(&task).bins();
        used.extend((0..bins).filter_map(|bin| match argued.unreachable(bin) {
            Some(Why::Argument(why)) => Some(why),
            _ => None,
        }));
        used.sort_unstable();
        used.dedup();
    }
    // Each argument is about something.
    for sentence in Proof::arguments() {
        assert!(used.contains(&sentence), "{sentence}");
    }
}

#[test]
fn no_case_of_a_small_format_contradicts_an_argument() {
    assert_no_contradiction(false);
}

#[test]
#[ignore = "a minute: all pairs of 8 bits"]
fn no_case_of_any_format_of_8_bits_contradicts_an_argument() {
    assert_no_contradiction(true);
}

/// Numbers that are always the same.
struct Draws(u64);

impl Draws {
    fn below(&mut self, end: u64) -> u64 {
        self.0 += 1;
        noise::word(16, self.0) % end
    }

    fn one<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len() as u64) as usize]
    }

    /// A format of at most so many bits, of whichever kind: of precision 1, of one exponent, with a largest value that is subnormal, without numbers below 1.
    fn format(&mut self, most: u32) -> Format {
        loop {
            let width = 2 + self.below(u64::from(most) - 1) as u32;
            let signed = [Sign::SignMagnitude, Sign::SignMagnitude, Sign::Unsigned, Sign::TwosComplement];
            let sign = self.one(&signed);
            let precision =
                if sign == Sign::TwosComplement { width } else { 1 + self.below(width.into()) as u32 };
            let bias = match self.below(6) {
                0 => 2 - width as i32,
                1 => self.below(80) as i32 - 40,
                _ => self.below(9) as i32 - 2,
            };
            let ieee = ((1u64 << (precision - 1)) - 1).max(1);
            let few = 1 + self.below(4);
            let nans = self.one(&[Nans::None, Nans::NegativeZero, Nans::Top(few), Nans::Top(ieee)]);
            let overflow = self.one(&[Overflow::Infinity, Overflow::Nan, Overflow::Largest]);
            let (nans, overflow) = match sign {
                Sign::TwosComplement => (Nans::None, Overflow::Largest),
                _ => (nans, overflow),
            };
            let subnormals = self.below(4) > 0;
            let facts = Facts { width, precision, bias, sign, nans, overflow, subnormals };
            if let Ok(format) = Format::new(facts) {
                return format;
            }
        }
    }

    fn policy(&mut self) -> Policy {
        let variant = self.one(&[Stochastic::A, Stochastic::B, Stochastic::C]);
        let bits = NoiseBits::known(1 + self.below(3) as u32);
        let rounding = match self.below(7) {
            6 => Rounding::Stochastic { variant, bits },
            place => Rounding::DETERMINISTIC[place as usize],
        };
        let nans = [NanResult::Zero, NanResult::NegativeZero, NanResult::Least, NanResult::Largest];
        let policy = Policy::IEEE
            .rounding(rounding)
            .saturation(self.one(&[Saturation::None, Saturation::Finite, Saturation::Propagate]))
            .nan(self.one(&nans))
            .tininess(self.one(&[Tininess::Before, Tininess::After]))
            .flush_results(self.below(4) == 0)
            .flush_operands(self.below(4) == 0);
        if self.below(5) == 0 { policy.standard(Standard::P3109V4_0) } else { policy }
    }

    /// A task of at most so many bits of operands.
    fn task(&mut self, bits: u32) -> Task {
        const ARITHMETIC: [Op; 7] = [Op::Add, Op::Sub, Op::Mul, Op::Div, Op::Sqrt, Op::Fma, Op::Convert];
        let all: Vec<Op> = Op::all().collect();
        loop {
            let op = if self.below(2) == 0 { self.one(&ARITHMETIC) } else { self.one(&all) };
            let most = (bits / op.arity() as u32).min(10);
            let first = self.format(most);
            let operands =
                if self.below(3) == 0 { [first; 3] } else { [first, self.format(most), self.format(most)] };
            let result = match self.below(4) {
                0 => first,
                3 => self.format(64),
                _ => self.format(8),
            };
            let task = Task::new(op, operands, result).with_policy(self.policy());
            if task.check().is_ok() {
                return task;
            }
        }
    }
}

/// Formats that nobody names, since an argument may be false of some kind of them: once five were.
#[test]
fn no_case_of_any_drawn_format_contradicts_an_argument() {
    let mut draws = Draws(0);
    for _ in 0..1500 {
        let task = draws.task(10);
        let argued = Proof::by_argument(&Model::new(&task));
        let wrong = contradiction(&task, &|_, bin| argued.unreachable(bin)).expect("few cases");
        assert!(wrong.is_empty(), "{task:?}: {wrong:?}");
    }
}

/// The task under which each of those arguments was false, and the bin.
#[test]
fn what_was_called_unreachable_is_hit() {
    let lookup = |name: &str| lookup(name).unwrap_or_else(|error| panic!("{name}: {error}"));
    let of_facts = |width, precision, bias, sign, nans, overflow| {
        let facts = Facts { width, precision, bias, sign, nans, overflow, subnormals: true };
        Format::new(facts).unwrap_or_else(|error| panic!("{facts:?}: {error}"))
    };
    let fractions = of_facts(5, 5, -2, Sign::TwosComplement, Nans::None, Overflow::Largest);
    let wide = of_facts(10, 7, 2, Sign::SignMagnitude, Nans::NegativeZero, Overflow::Nan);
    // Two exponent fields, of which one is of the infinity and the NaNs.
    let narrow = of_facts(6, 5, 1, Sign::SignMagnitude, Nans::Top(15), Overflow::Infinity);
    let finite = Policy::IEEE.saturation(Saturation::Finite);
    let up = Policy::IEEE.rounding(Rounding::TowardPositive);
    let cases = [
        (
            Task::within(Op::Convert, lookup("binary16")).with_result(lookup("mxint8")),
            "rounded to zero, sign +",
        ),
        (Task::within(Op::Sqrt, wide).with_result(fractions).with_policy(up), "flags overflow, inexact"),
        (Task::within(Op::MinimumNumber, lookup("e5m2")).with_result(lookup("e2m1")), "flags others"),
        (Task::within(Op::Add, narrow).with_policy(finite), "class +subnormal, flag inexact"),
    ];
    for (task, bin) in cases {
        let model = Model::new(&task);
        let (argued, tried) = (Proof::by_argument(&model), Proof::by_exhaustion(&model).expect("few cases"));
        let named = |bin: &usize| {
            let group = model.groups().iter().find(|group| group.range().contains(bin));
            group.map_or_else(String::new, |group| group.bin(*bin))
        };
        let found = (0..model.bins()).find(|place| named(place).ends_with(bin)).expect("a bin");
        assert_eq!((tried.unreachable(found), argued.unreachable(found)), (None, None), "{bin}");
    }
}

/// A claim that is nearly true is refuted by the bin that it is wrong about: products of E2M3 have at most 8 bits, of which four are cut off, and
/// not three.
#[test]
fn a_wrong_argument_is_noticed() {
    let task = Task::within(Op::Mul, lookup("e2m3").unwrap());
    let claim = |least: usize| {
        move |model: &Model, bin: usize| {
            let group = model.groups().iter().find(|group| group.id() == "lone-bit").expect("a group");
            let place = |bin: usize| (bin - group.range().start) % group.axes()[1].values.len() + 2;
            (group.range().contains(&bin) && place(bin) >= least).then_some(Why::Argument("it is so"))
        }
    };
    let wrong = contradiction(&task, &claim(4)).expect("few cases");
    assert!(wrong.iter().all(|name| name.starts_with("lone-bit: sign ")) && !wrong.is_empty(), "{wrong:?}");
    assert_eq!(contradiction(&task, &claim(5)), Some(Vec::new()));
}

/// Where operands have two bytes, arguments are all that there is.
#[test]
fn arguments_are_about_wide_formats_too() {
    for (op, least) in [(Op::Sqrt, 900), (Op::Add, 100), (Op::Mul, 5)] {
        let model = Model::new(&Task::within(op, Format::BINARY32));
        let proof = Proof::by_argument(&model);
        assert!(proof.exhausted().is_none() && Proof::by_exhaustion(&model).is_none());
        let argued = (0..model.bins()).filter(|bin| proof.unreachable(*bin).is_some()).count();
        assert!(argued >= least, "{op}: {argued}");
    }
}
