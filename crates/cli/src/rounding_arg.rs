//! A ROUNDING argument, with the noise bits beside it or in it.

use anyhow::{bail, ensure};
use halfulp::{NoiseBits, Rounding, Stochastic};

/// The rounding of `--round` and `--noise-bits`, if they are there.
///
/// # Errors
/// A name that is no rounding, noise bits without stochastic rounding or the other way round.
pub fn rounding_arg(name: Option<&str>, noise_bits: Option<u32>) -> anyhow::Result<Option<Rounding>> {
    let Some(name) = name else {
        ensure!(
            noise_bits.is_none(),
            "--noise-bits: only stochastic rounding uses noise: add --round sr-a, sr-b or sr-c"
        );
        return Ok(None);
    };
    let Some(bits) = noise_bits else {
        let hint = if name.parse::<Stochastic>().is_ok() { " or --noise-bits N" } else { "" };
        return match name.parse() {
            Ok(rounding) => Ok(Some(rounding)),
            Err(error) => bail!("--round {name}: {error}{hint}"),
        };
    };
    let Some(bits) = NoiseBits::new(bits) else { bail!("--noise-bits {bits}: expected 1 to 32") };
    match name.parse() {
        Ok(variant) => Ok(Some(Rounding::Stochastic { variant, bits })),
        Err(error) => bail!("--round {name} with --noise-bits: {error}"),
    }
}
