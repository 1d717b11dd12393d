//! Quantizers with options: a rotation before them, a factor of each row.

use std::fmt;
use std::sync::Arc;

use super::{Hadamard, Quantizer, named};

/// A quantizer, and what is done to rows before it and undone behind it.
///
/// ```
/// use halfulp_networks::quantizer::Form;
///
/// let mut row = [8.0, 0.0, 0.0, 0.0];
/// Form::named("w4a4-rotated")?.quantize(&mut row, 4);
/// // Four times 4 when it is rotated, of which each is the largest number; its scale, 4 / 7, is one of binary32.
/// assert!((row[0] - 8.0).abs() < 1e-6 && row[1..] == [0.0; 3]);
/// assert!(Form::named("w4a4-turned").is_err());
/// # Ok::<(), String>(())
/// ```
#[derive(Clone, Debug)]
pub struct Form {
    quantizer: Arc<dyn Quantizer>,
    prescaled: bool,
    rotated: bool,
}

/// The factors of a row: `2^(k/8)`. A power of two changes no error of formats whose scales are powers of two.
const FACTORS: i32 = 8;

impl Form {
    /// A [quantizer's name](named), with `-prescaled`, `-rotated` or both behind it, in this order.
    ///
    /// `-prescaled`: each row is multiplied by that of the factors 1, 2^(1/8), .. 2^(7/8) with the least squared error, which is divided out again.
    /// `-rotated`: rows are multiplied by block [`Hadamard`] matrices. Both sides of a product are; what is kept is given in the basis before.
    ///
    /// # Errors
    /// A name that none has.
    pub fn named(name: &str) -> Result<Form, String> {
        let (rest, rotated) = name.strip_suffix("-rotated").map_or((name, false), |rest| (rest, true));
        let (rest, prescaled) = rest.strip_suffix("-prescaled").map_or((rest, false), |rest| (rest, true));
        let quantizer = named(rest).map_err(|why| format!("{why}, and -prescaled or -rotated behind it"))?;
        Ok(Form { quantizer, prescaled, rotated })
    }

    /// Rows as they are kept.
    ///
    /// # Panics
    /// If the number of elements is no multiple of that of columns.
    pub fn quantize(&self, x: &mut [f64], columns: usize) {
        let rotation = self.rotated.then(|| Hadamard::of(columns));
        if let Some(rotation) = rotation {
            rotation.rotate(x, columns);
        }
        if self.prescaled {
            x.chunks_mut(columns).for_each(|row| self.prescale(row));
        } else {
            self.quantizer.quantize(x, columns);
        }
        if let Some(rotation) = rotation {
            rotation.rotate(x, columns);
        }
    }

    /// A row by the best of the factors; the first of several.
    fn prescale(&self, row: &mut [f64]) {
        let by = |k: i32| {
            let factor = 2f64.powf(f64::from(k) / f64::from(FACTORS));
            let mut kept: Vec<f64> = row.iter().map(|x| x * factor).collect();
            self.quantizer.quantize(&mut kept, row.len());
            kept.iter_mut().for_each(|x| *x /= factor);
            (squared_distance(row, &kept), kept)
        };
        let best = (1..FACTORS).map(by).fold(by(0), |best, next| if next.0 < best.0 { next } else { best });
        row.copy_from_slice(&best.1);
    }

    /// `|Q(x) - x|^2 / |x|^2`; NaN of zeros.
    ///
    /// # Panics
    /// If the number of elements is no multiple of that of columns.
    #[must_use]
    pub fn relative_error(&self, x: &[f64], columns: usize) -> f64 {
        let mut kept = x.to_vec();
        self.quantize(&mut kept, columns);
        squared_distance(x, &kept) / squared_distance(x, &vec![0.0; x.len()])
    }
}

pub(super) fn squared_distance(x: &[f64], y: &[f64]) -> f64 {
    x.iter().zip(y).map(|(x, y)| (x - y).powi(2)).sum()
}

impl fmt::Display for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.quantizer)?;
        if self.prescaled {
            f.write_str(", each row times the best of eight factors")?;
        }
        if self.rotated {
            f.write_str(", in blocks rotated by Hadamard matrices")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(name: &str, x: &[f64]) -> f64 {
        Form::named(name).expect("a form").relative_error(x, 64)
    }

    #[test]
    fn options_do_what_they_are_for() {
        let x: Vec<f64> =
            (0..256u64).map(|k| halfulp::noise::word(5, k) as f64 / 2f64.powi(63) - 1.0).collect();
        // One of the factors is 1.
        assert!(error("mxfp4-prescaled", &x) < error("mxfp4", &x));
        // The largest magnitude is 7.9: the floor rule makes that 6, a factor near 2 / 1.97 nearly what it is.
        let row: Vec<f64> = (0..64).map(|k| if k % 32 == 0 { 7.9 } else { 1.0 }).collect();
        assert!(error("mxfp4-prescaled", &row) < 0.2 * error("mxfp4", &row));
        // One outlier a row makes all else 0, unless it is spread.
        let mut outlier: Vec<f64> = x.iter().map(|x| 0.1 * x).collect();
        (0..4).for_each(|row| outlier[64 * row] = 3.0);
        let small = |name: &str| {
            let mut kept = outlier.clone();
            Form::named(name).expect("a form").quantize(&mut kept, 64);
            kept.iter().filter(|x| x.abs() < 0.2 && **x != 0.0).count()
        };
        assert_eq!(small("w4a4"), 0);
        assert!(small("w4a4-rotated") > 200);
        // Without options nothing is added.
        let mut plain = x.clone();
        named("nvfp4").expect("a quantizer").quantize(&mut plain, 64);
        let mut form = x;
        Form::named("nvfp4").expect("a form").quantize(&mut form, 64);
        assert_eq!(plain, form);
    }

    #[test]
    fn names_are_read_whole() {
        for name in ["", "rotated", "mxfp4-", "mxfp4-rotated-prescaled", "-rotated", "mxfp4-rotated-rotated"]
        {
            assert!(Form::named(name).is_err(), "{name}");
        }
        let both = Form::named("mxfp4-prescaled-rotated").expect("both").to_string();
        assert!(both.contains("MXFP4") && both.contains("factors") && both.contains("Hadamard"), "{both}");
    }
}
