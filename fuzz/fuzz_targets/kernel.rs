//! Every kernel of this CPU against the definition: any format of up to 16 bits, and of values wider ones, any policy and
//! noise, arrays of any length that begin anywhere, and nothing written beside them.
#![no_main]

use halfulp::kernel::{Counts, Element, Kernel, Wide, Word, available};
use halfulp::slice::{Arithmetic, SliceError};
use halfulp::{
    Code, Flags, Format, NoiseBits, Op, Operands, Policy, Rounded, Rounding, Saturation, Stochastic, Task,
    noise,
};
use halfulp_fuzz::arrays::{Place, codes, length};
use halfulp_fuzz::{draw, explain};
use halfulp_verify::engine::definition::{Definition, answer};
use halfulp_verify::{Answer, Engine, EngineError};
use libfuzzer_sys::arbitrary::{Error, Result, Unstructured};
use libfuzzer_sys::{Corpus, fuzz_target};

fuzz_target!(|bytes: &[u8]| -> Corpus {
    match run(&mut Unstructured::new(bytes)) {
        Ok(()) => Corpus::Keep,
        Err(_) => Corpus::Reject,
    }
});

const OPERATIONS: [Op; 6] = [Op::Add, Op::Sub, Op::Mul, Op::Div, Op::Sqrt, Op::Fma];

/// Elements after which tables of all results are used.
const MANY: usize = 1 << 18;

fn run(u: &mut Unstructured<'_>) -> Result<()> {
    // First what decides most, so that short inputs differ in it.
    let (kind, op, many) = (u.int_in_range(0..=5)?, *u.choose(&OPERATIONS)?, draw::once_in(u, 32)?);
    let format = draw::format(u)?;
    // Wider formats have values in arrays, and no codes.
    let kind = if format.width() > 16 { [2, 3, 5][usize::from(kind % 3)] } else { kind };
    let small = format.width() <= 8 && u.arbitrary()?;
    let policy = if u.arbitrary()? { draw::policy(u)? } else { usual(u)? };
    let many = many && format.width() <= 8;
    let arithmetic = Arithmetic::new(&format, &policy).map_err(|_| Error::IncorrectFormat)?;
    let setting = Setting { format, policy, arithmetic, seed: u.arbitrary()?, first: u.arbitrary()? };
    let work = (kind, op, many);
    match (small, u.arbitrary()?) {
        (true, true) => setting.work::<f32, u8>(u, work),
        (true, false) => setting.work::<f64, u8>(u, work),
        (false, true) => setting.work::<f32, u16>(u, work),
        (false, false) => setting.work::<f64, u16>(u, work),
    }
}

/// A policy with loops of its own, as most users' have.
fn usual(u: &mut Unstructured<'_>) -> Result<Policy> {
    let variant = *u.choose(&[Stochastic::A, Stochastic::B])?;
    let rounding = match draw::once_in(u, 4)? {
        true => Rounding::Stochastic { variant, bits: draw::noise_bits(u, NoiseBits::known(16))? },
        false => Rounding::NearestEven,
    };
    Ok(Policy::IEEE.rounding(rounding).saturation(*u.choose(Saturation::ALL)?))
}

struct Setting {
    format: Format,
    policy: Policy,
    arithmetic: Arithmetic,
    seed: u64,
    first: u64,
}

/// Three operands in their buffers.
struct Arrays<E> {
    buffers: [Vec<E>; 3],
    places: [Place; 3],
}

impl<E: Element> Arrays<E> {
    fn any(u: &mut Unstructured<'_>, near: &Format) -> Result<Arrays<E>> {
        let length = length(u)?;
        let places = [Place::any(u, length)?, Place::any(u, length)?, Place::any(u, length)?];
        let mut buffers = [const { Vec::new() }; 3];
        for (buffer, place) in buffers.iter_mut().zip(places) {
            let codes = codes(u, &E::format_of(near), near, place.buffer())?;
            *buffer = codes.into_iter().map(E::from_code).collect();
        }
        Ok(Arrays { buffers, places })
    }

    fn get(&self, i: usize) -> &[E] {
        &self.buffers[i][self.places[i].range()]
    }

    fn all(&self) -> [&[E]; 3] {
        [self.get(0), self.get(1), self.get(2)]
    }

    fn codes(&self, i: usize) -> [Code; 3] {
        [0, 1, 2].map(|operand| self.get(operand)[i].code())
    }
}

impl Setting {
    fn work<W: Wide, C: Word>(
        &self,
        u: &mut Unstructured<'_>,
        (kind, op, many): (u8, Op, bool),
    ) -> Result<()> {
        let (wide, format) = (W::format_of(&self.format), self.format);
        let place = Place::any(u, 0)?;
        let task = |op, operand, result| Task::new(op, [operand; 3], result).with_policy(self.policy);
        match kind {
            0 => {
                let x = Arrays::<W>::any(u, &format)?;
                self.check(&x, place, &task(Op::Convert, wide, format), |a, y: &mut [C]| {
                    a.encode(x.get(0), y)
                });
                self.check_counts::<W, C>(&x);
            }
            1 => {
                let x = Arrays::<C>::any(u, &format)?;
                self.check(&x, place, &task(Op::Convert, format, wide), |a, y: &mut [W]| {
                    a.decode(x.get(0), y)
                });
            }
            2 => {
                let x = Arrays::<W>::any(u, &format)?;
                self.check(&x, place, &task(Op::Convert, wide, format), |a, y: &mut [W]| {
                    a.quantize(x.get(0), y)
                });
            }
            3 => {
                let x = Arrays::<W>::any(u, &format)?;
                self.check(&x, place, &task(Op::Convert, wide, format), |a, y: &mut [W]| {
                    y.copy_from_slice(x.get(0));
                    a.quantize_in_place(y);
                    Ok(())
                });
            }
            4 => {
                let x = Arrays::<C>::any(u, &format)?;
                if many {
                    self.compute_many::<C>(op);
                }
                self.check(&x, place, &task(op, format, format), |a, y| compute(a, op, x.all(), y));
            }
            _ => {
                let x = Arrays::<W>::any(u, &format)?;
                self.check(&x, place, &task(op, wide, format), |a, y| compute(a, op, x.all(), y));
            }
        }
        Ok(())
    }

    /// The arithmetic by one of this CPU's kernels.
    fn by(&self, kernel: &'static Kernel) -> Arithmetic {
        let arithmetic = self.arithmetic.clone().with_kernel(kernel).expect("a kernel of this CPU");
        arithmetic.with_noise(self.seed, self.first)
    }

    /// Computes so much that what pays only for large arrays serves small ones from then on.
    fn compute_many<C: Word>(&self, op: Op) {
        let x = vec![C::default(); MANY];
        let done = compute(&self.arithmetic, op, [&x; 3], &mut x.clone());
        assert_eq!(done, Ok(()));
    }

    /// Has every kernel do a piece of work, and compares the results with the task's, which are widened where the
    /// arrays hold values of another format than the task's result.
    fn check<X: Element, Y: Element>(
        &self,
        operands: &Arrays<X>,
        place: Place,
        task: &Task,
        call: impl Fn(&Arithmetic, &mut [Y]) -> std::result::Result<(), SliceError>,
    ) {
        let place = Place { length: operands.get(0).len(), ..place };
        let untouched = Y::from_code(0xa5a5_a5a5_a5a5_a5a5);
        for kernel in available() {
            let arithmetic = self.by(kernel);
            let mut buffer = vec![untouched; place.buffer()];
            let done = call(&arithmetic, &mut buffer[place.range()]);
            assert_eq!(done, Ok(()), "{task:?}");
            for (i, y) in buffer.iter().enumerate() {
                let element = place.range().contains(&i).then(|| i - place.start);
                let Some(i) = element else {
                    assert!(
                        y.code() == untouched.code(),
                        "{} wrote beside its array: {task:?}",
                        kernel.name()
                    );
                    continue;
                };
                let word = noise::element(self.seed, self.first.wrapping_add(i as u64));
                let case = Operands { codes: operands.codes(i), noise: word };
                self.compare::<Y>(kernel.name(), task, case, y.code(), i);
            }
        }
    }

    /// Has every kernel count, and compares with the flags of the task.
    fn check_counts<W: Wide, C: Word>(&self, x: &Arrays<W>) {
        let x = x.get(0);
        let task = Task::within(Op::Convert, W::format_of(&self.format)).with_result(self.format);
        let task = task.with_policy(self.policy);
        let mut want = Counts::default();
        for (i, x) in x.iter().enumerate() {
            let noise = noise::element(self.seed, self.first.wrapping_add(i as u64));
            want += counts(&task, Operands { codes: [x.code(), 0, 0], noise });
        }
        let (mut codes, mut values) = (vec![C::default(); x.len()], vec![W::default(); x.len()]);
        for kernel in available() {
            let arithmetic = self.by(kernel);
            let encoded = arithmetic.encode_counted(x, &mut codes);
            let quantized = arithmetic.quantize_counted(x, &mut values);
            if encoded.as_ref() != Ok(&want) || quantized.as_ref() != Ok(&want) {
                let name = kernel.name();
                let noise = format!("noise of seed {} from {}", self.seed, self.first);
                let all: Vec<String> = x.iter().map(|x| format!("{:#x}", x.code())).collect();
                let all = all.join(" ");
                panic!("{name}: {encoded:?}, {quantized:?}, expected {want:?}\n{task:?}\n{noise}\n{all}");
            }
        }
    }

    fn compare<Y: Element>(&self, kernel: &str, task: &Task, case: Operands, got: Code, i: usize) {
        let to = Y::format_of(&self.format);
        let delivered = |code, from, result| {
            let convert = Task::new(Op::Convert, [from; 3], result).with_policy(self.policy);
            if from == result {
                code
            } else {
                expected(&convert, Operands { codes: [code, 0, 0], ..case }).code
            }
        };
        let want = delivered(expected(task, case).code, task.result, to);
        if got != want {
            let said = Said { kernel: kernel.into(), code: delivered(got, to, task.result) };
            let told = explain::mismatch(&said, Box::new(Definition::default()), task, case);
            panic!("{kernel}, element {i}: {got:#x}, expected {want:#x}{told}");
        }
    }
}

/// What the definition says.
fn expected(task: &Task, case: Operands) -> Rounded {
    answer(task, case).unwrap_or_else(|| panic!("the definition has no answer: {task:?} {case:x?}"))
}

/// What one conversion counts.
fn counts(task: &Task, case: Operands) -> Counts {
    // A code's place in the list of classes (IEEE 754-2019 clause 5.7.2): NaNs first, the zeros in the middle.
    let class = |format, code| expected(&Task::within(Op::Class, format), Operands::new(code, 0, 0)).code;
    let zero = |class| class == 5 || class == 6;
    let from = class(task.operands[0], case.codes[0]);
    let mut counts = Counts::default();
    if from <= 1 {
        counts.nan = 1;
        return counts;
    }
    let Rounded { code, flags } = expected(task, case);
    let beyond = flags.contains(Flags::OVERFLOW) || flags.contains(Flags::INVALID);
    counts.overflowed = beyond.into();
    counts.became_zero = (!beyond && !zero(from) && zero(class(task.result, code))).into();
    counts.inexact = flags.contains(Flags::INEXACT).into();
    counts
}

fn compute<E: Element>(
    arithmetic: &Arithmetic,
    op: Op,
    [a, b, c]: [&[E]; 3],
    y: &mut [E],
) -> std::result::Result<(), SliceError> {
    match op {
        Op::Add => arithmetic.add(a, b, y),
        Op::Sub => arithmetic.sub(a, b, y),
        Op::Mul => arithmetic.mul(a, b, y),
        Op::Div => arithmetic.div(a, b, y),
        Op::Sqrt => arithmetic.sqrt(a, y),
        _ => arithmetic.fma(a, b, c, y),
    }
}

/// What a kernel said in the place of an array where it was wrong.
#[derive(Clone)]
struct Said {
    kernel: String,
    code: Code,
}

impl Engine for Said {
    fn name(&self) -> &str {
        &self.kernel
    }

    fn covers(&self, _: &Task) -> bool {
        true
    }

    fn run(
        &mut self,
        _: &Task,
        _: &[Operands],
        answers: &mut [Answer],
    ) -> std::result::Result<(), EngineError> {
        answers.fill(Answer { code: self.code, flags: Flags::NONE, known: Flags::NONE, undefined: false });
        Ok(())
    }

    fn fork(&self) -> std::result::Result<Box<dyn Engine>, EngineError> {
        Ok(Box::new(self.clone()))
    }
}
